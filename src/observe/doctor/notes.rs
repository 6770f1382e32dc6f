//! How the notes stand: on which commits, shared with whom, and what no commit leads to any more.

use crate::git::ancestry::Graph;
use crate::git::notes::Notes;
use crate::git::trees::TreeReader;
use crate::git::{Repository, refs};
use crate::model::health::{self, Lost, Misplaced};
use crate::model::note::Note;
use crate::model::path::RepoPath;
use crate::model::record::{Fact, Record};
use crate::observe::ObserveError;
use crate::observe::desk::Desk;
use crate::observe::records::Records;
use gix::ObjectId;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Refs of others' notes, by remote, and those of ours that lead to no commit of the project.
const TRACKED_NOTES: &str = "refs/skillsync/remotes/";

/// A record on a commit that HEAD does not lead to.
struct Aside {
    commit: ObjectId,
    record: Record,
    /// Whether no ref leads there.
    is_orphan: bool,
}

/// Look at all notes; `records` are the effective ones at HEAD.
pub(super) fn look(
    desk: &Desk<'_>,
    notes: &Notes<'_>,
    records: Option<&Records>,
) -> Result<health::Notes, ObserveError> {
    let project = desk.project;
    let noted = notes.all()?;
    let mut found = health::Notes::default();
    if noted.is_empty() {
        return Ok(found);
    }
    let graph = Graph::open(project);
    let all = refs::all(project)?;
    let of_history = |name: &str| !name.starts_with("refs/notes/") && !name.starts_with("refs/skillsync/");
    let tips = all.iter().filter(|(name, _)| of_history(name)).map(|(_, id)| *id);
    let at_head = graph.reachable(desk.head.id)?;
    let anywhere = graph.reachable(tips.chain(desk.head.id))?;
    let mut aside: BTreeMap<RepoPath, Vec<Aside>> = BTreeMap::new();
    let mut let_go: LetGo = HashSet::new();
    for commit in noted.keys().copied() {
        let is_gone = graph.header(commit)?.is_none();
        found.gone += usize::from(is_gone);
        found.unreachable += usize::from(!is_gone && !anywhere.contains(&commit));
        let Some(note) = read(notes, commit, &mut found)? else { continue };
        if !is_gone {
            found.misplaced.extend(misplaced(project, commit, &note)?);
        }
        for fact in note.facts().filter(|_| !at_head.contains(&commit)) {
            match fact {
                Fact::Deployed(record) => {
                    let is_orphan = !anywhere.contains(&commit);
                    let one = Aside { commit, record: (**record).clone(), is_orphan };
                    aside.entry(record.path.clone()).or_default().push(one);
                }
                Fact::Removed(tombstone) => {
                    let_go.extend(tombstone.at.map(|at| (tombstone.path.clone(), at)));
                }
            }
        }
    }
    found.lost = lost(desk, &aside, &let_go, records)?;
    found.unshared = unshared(project, &graph, &noted, &all)?;
    Ok(found)
}

fn read(
    notes: &Notes<'_>,
    commit: ObjectId,
    found: &mut health::Notes,
) -> Result<Option<Note>, ObserveError> {
    let Some(text) = notes.text_on(commit)? else { return Ok(None) };
    if !Note::is_readable(&text) {
        found.unreadable.push((commit, format!("it has {} bytes", text.len())));
        return Ok(None);
    }
    let (note, refused) = Note::parse(&text);
    if let Some(line) = refused.first() {
        found.unreadable.push((commit, format!("line {}: {}", line.number, line.reason)));
    }
    Ok(Some(note))
}

/// The records in a note that do not fit its commit.
fn misplaced(project: &Repository, commit: ObjectId, note: &Note) -> Result<Option<Misplaced>, ObserveError> {
    let (trees, tree) = (TreeReader::new(project), project.tree_of(commit)?);
    let (mut paths, mut fitting) = (Vec::new(), 0);
    for fact in note.facts() {
        let here = trees.at(tree, fact.path())?;
        let fits = match fact {
            Fact::Removed(tombstone) if !tombstone.kept => true,
            Fact::Deployed(_) | Fact::Removed(_) => fact.fits(here.map(|here| here.id)),
        };
        if fits {
            fitting += 1;
        } else {
            paths.push(fact.path().clone());
        }
    }
    Ok((!paths.is_empty()).then_some(Misplaced { commit, paths, wholly: fitting == 0 }))
}

/// Contents that were let go with their files in place, on commits which HEAD does not lead to.
type LetGo = HashSet<(RepoPath, ObjectId)>;

/// The paths at HEAD without a record that have one on commits which HEAD does not lead to.
fn lost(
    desk: &Desk<'_>,
    aside: &BTreeMap<RepoPath, Vec<Aside>>,
    let_go: &LetGo,
    records: Option<&Records>,
) -> Result<Vec<Lost>, ObserveError> {
    let (Some(head), Some(records)) = (desk.head.id, records) else { return Ok(Vec::new()) };
    let (trees, tree) = (TreeReader::new(desk.project), desk.project.tree_of(head)?);
    let mut found = Vec::new();
    for (path, aside) in aside {
        let Some(here) = trees.at(tree, path)? else { continue };
        // Where one word let the content go and another did not, none is proven.
        let is_let_go = records.let_go(path).is_some() || let_go.contains(&(path.clone(), here.id));
        if is_let_go || !records.of(path).is_empty() {
            continue;
        }
        let same: Vec<&Aside> = aside.iter().filter(|one| one.record.at == Some(here.id)).collect();
        let claim = |one: &&Aside| {
            let Record { collection, commit, base, source, .. } = &one.record;
            (collection.id, *commit, *base, source.clone())
        };
        let claims: HashSet<_> = same.iter().map(claim).collect();
        // Where several records claim different things of one content, none is proven.
        let proven = same.iter().max_by_key(|one| one.record.n).filter(|_| claims.len() == 1);
        if let Some(one) = proven {
            let (noted, proven) = (one.commit, Some(Box::new(one.record.clone())));
            found.push(Lost { path: path.clone(), noted, proven });
        } else if let Some(one) = aside.iter().find(|one| one.is_orphan) {
            found.push(Lost { path: path.clone(), noted: one.commit, proven: None });
        }
    }
    Ok(found)
}

/// The remotes that have noted commits but, as far as is known here, not their notes.
fn unshared(
    project: &Repository,
    graph: &Graph<'_>,
    noted: &BTreeMap<ObjectId, ObjectId>,
    all: &[(String, ObjectId)],
) -> Result<Vec<(String, usize)>, ObserveError> {
    let mut found = Vec::new();
    for remote in remotes(all) {
        let below = |prefix: &str| {
            let prefix = format!("{prefix}{remote}/");
            all.iter().filter(move |(name, _)| name.starts_with(&prefix)).map(|(_, id)| *id)
        };
        let pushed = graph.reachable(below("refs/remotes/"))?;
        let mut there = BTreeSet::new();
        for tip in below(TRACKED_NOTES) {
            there.extend(Notes::at(project, Some(tip))?.all()?);
        }
        let is_missing = |(commit, note): &(&ObjectId, &ObjectId)| {
            pushed.contains(*commit) && !there.contains(&(**commit, **note))
        };
        let missing = noted.iter().filter(is_missing).count();
        if missing > 0 {
            found.push((remote, missing));
        }
    }
    Ok(found)
}

/// The remotes of which branches are known.
fn remotes(all: &[(String, ObjectId)]) -> BTreeSet<String> {
    let names = all.iter().filter_map(|(name, _)| name.strip_prefix("refs/remotes/"));
    names.filter_map(|name| name.split_once('/')).map(|(remote, _)| remote.to_owned()).collect()
}

//! The beginning that commands have in common: open, guard.

use super::{formats, outside};
use crate::error::Error;
use crate::execute::ExecuteError;
use crate::execute::caches;
use crate::execute::commit::{self, Unchanged};
use crate::execute::files;
use crate::execute::state_file;
use crate::git::state_file::{self as stored, StateTrouble};
use crate::git::{Objects, Repository};
use crate::merge;
use crate::model::artifact::ArtifactName;
use crate::model::configured::Configured;
use crate::model::content::Content;
use crate::model::deployed::Placement;
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::model::pending::{Entry, PendingFact};
use crate::model::safety;
use crate::model::selection::{Selector, select_all};
use crate::model::state_file::RecordStore;
use crate::observe::collection::Collection;
use crate::observe::configured::{self, Place};
use crate::observe::desk::Desk;
use crate::observe::records::NoteTrouble;
use crate::observe::scene::{Evidence, Scene};
use crate::plan::agreement;
use crate::plan::change::{Question, Step};
use crate::plan::preview::{self, Side};
use crate::report::failure::warning;
use crate::report::results::{Outcome, Results};
use crate::session::{self, Session};
use crate::terminal;

/// Whether the network may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetch {
    /// Bring the collection's clone up to date first.
    Yes,
    /// Only if there is no clone yet.
    No,
}

/// The collection that a command is about.
pub fn collection(session: &Session, project: &Repository, fetch: Fetch) -> Result<Collection, Error> {
    let configured = configured::chosen(project, session.collection.as_deref())?;
    open_collection(session, project, &configured, fetch)
}

/// Whether the collection can be looked at without the network.
pub fn is_at_hand(session: &Session, project: &Repository) -> Result<bool, Error> {
    let configured = configured::chosen(project, session.collection.as_deref())?;
    let folder = project.work_dir().unwrap_or(project.git_dir());
    Ok(match configured::place(&configured, session, folder)? {
        Place::Clone(path) => path.exists(),
        _ => true,
    })
}

/// Open a configured collection, cloning or fetching it where that is wanted.
pub fn open_collection(
    session: &Session,
    project: &Repository,
    configured: &Configured,
    fetch: Fetch,
) -> Result<Collection, Error> {
    let folder = project.work_dir().unwrap_or(project.git_dir());
    if let Place::Clone(path) = configured::place(configured, session, folder)? {
        crate::execute::clone::ensure(session, &configured.url, &path)?;
        if fetch == Fetch::Yes {
            let clone = Repository::open(&path, &session.git)?;
            crate::execute::update::fetch(&clone)?;
        }
    }
    let repository = configured::repository(configured, session, folder)?;
    Ok(configured::at(configured, formats::in_format_of(session, project, repository)?)?)
}

/// Put a project and its collection side by side.
pub fn scene(project: &Repository, collection: Collection) -> Result<Scene<'_>, Error> {
    let desk = Desk::open(project)?;
    Ok(Scene::new(desk, collection, session::searched_targets(project)?)?)
}

/// Keep what was found out about a project and its collection for the next time.
pub fn keep_caches(scene: &Scene<'_>) {
    caches::keep(scene.desk.project);
    caches::keep(&scene.collection.repository);
}

/// Refuse to write while somebody else is in the middle of something.
pub fn guard(session: &Session, project: &Repository, force: bool) -> Result<(), Error> {
    if session.uses_foreign_index(project) {
        return Err(Error::ForeignIndex);
    }
    project.root()?;
    if session::record_store(project)? == RecordStore::File {
        state_file::check(project)?;
    }
    match project.in_progress().filter(|_| !force) {
        Some(what) => Err(Error::InProgress(what)),
        None => Ok(()),
    }
}

/// Warnings about notes that could not be used, and about a pending file that cannot be read.
pub fn troubles(scene: &Scene<'_>, evidence: &Evidence<'_>) -> String {
    let mut text = String::new();
    if let Some(trouble) = &scene.desk.trouble {
        text += &warning(&format!("the pending file cannot be used: {trouble}"));
    }
    if let Some(trouble) = &evidence.trouble {
        text += &state_trouble(scene.desk.project, trouble);
    }
    text + &note_troubles(evidence.troubles())
}

/// A warning about a state file that could not be used; one that is damaged is named by who puts it aside.
fn state_trouble(project: &Repository, trouble: &StateTrouble) -> String {
    let path = stored::path(project);
    let path = path.display();
    match trouble {
        StateTrouble::Damaged { reason, previous: true } => {
            warning(&format!("the state file '{path}' cannot be used: {reason}; the one before it is used"))
        }
        StateTrouble::Damaged { reason, previous: false } | StateTrouble::Refused(reason) => {
            let source = std::error::Error::source(reason).map(|why| format!(": {why}")).unwrap_or_default();
            warning(&format!("the state file '{path}' cannot be used: {reason}{source}"))
        }
        StateTrouble::Unreadable(why) => warning(&format!("the state file '{path}' cannot be read: {why}")),
    }
}

/// Warnings about notes that could not be used.
pub fn note_troubles(troubles: &[NoteTrouble]) -> String {
    let say = |trouble: &NoteTrouble| match trouble {
        NoteTrouble::Line { commit, line } => {
            let (number, commit) = (line.number, commit.to_hex_with_len(10));
            warning(&format!("line {number} of the note on {commit} is ignored: {}", line.reason))
        }
        NoteTrouble::TooLarge { commit, bytes } => {
            let commit = commit.to_hex_with_len(10);
            warning(&format!("the note on {commit} is ignored: it has {bytes} bytes"))
        }
    };
    troubles.iter().map(say).collect()
}

/// The placements that are meant; what is named counts even if no base of it is known.
pub fn chosen(placements: Vec<Placement>, artifacts: &[Selector]) -> Result<Vec<Placement>, Error> {
    let chosen = select_all(artifacts, &placements)?;
    let named = !artifacts.is_empty();
    let all = placements.into_iter().enumerate();
    let kept = all.filter(|(at, _)| chosen.binary_search(at).is_ok());
    Ok(kept.map(|(_, placement)| Placement { named, ..placement }).collect())
}

/// What has to be agreed to before the steps are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreed {
    /// To lose edits.
    pub lose_edits: bool,
    /// To set the collection back.
    pub rewind: bool,
    /// To remove most of what is deployed.
    pub remove_many: bool,
}

/// Ask for what the steps need; on a terminal only. `None`: nothing new was agreed to.
///
/// That edits or most artifacts would be lost is an error where nobody can be asked; a rewind is just
/// not done.
pub fn agree(
    session: &Session,
    project: &Repository,
    steps: &[&Step],
    dry_run: bool,
) -> Result<Option<Agreed>, Error> {
    let names = |question: Question| -> Vec<String> {
        let asking = steps.iter().filter(|step| step.asks == Some(question));
        asking.map(|step| step.name.to_string()).collect()
    };
    let (lost, back) = (names(Question::LoseEdits), names(Question::Rewind));
    let gone = names(Question::RemoveMany);
    if dry_run {
        return Ok(None);
    }
    if !agreement::asks_about_losses(session::confirm(project)?, session.may_ask) {
        return match (lost.is_empty(), gone.is_empty()) {
            (true, true) => Ok(None),
            (false, _) => Err(Error::WouldLose(lost.join(", "))),
            (true, false) => Err(Error::WouldRemoveMany(gone.join(", "))),
        };
    }
    let ask = |names: &[String], what: &str| {
        !names.is_empty() && terminal::confirm(&format!("{} {what}; go on?", names.join(", ")))
    };
    let agreed = Agreed {
        lose_edits: ask(&lost, "would lose edits"),
        rewind: ask(&back, "would go back to an older version"),
        remove_many: ask(&gone, "would be removed, which is most of what is deployed"),
    };
    Ok((agreed != Agreed::default()).then_some(agreed))
}

/// What a command reports whose steps went from the collection into the project.
///
/// The operation `id` is named only if anything was written.
pub fn integrated(
    command: &'static str,
    scene: &Scene<'_>,
    steps: Vec<Step>,
    id: String,
    dry_run: bool,
    from: Side,
) -> Result<Results, Error> {
    let wrote = steps.iter().any(|step| step.change.is_some()) && !dry_run;
    let steps = steps.into_iter().map(|step| outside::in_words_of(scene.desk.project, step));
    let outcomes = steps.map(|step| outcome(&scene.desk.objects, step, from));
    Ok(Results {
        command,
        direction: "pull",
        from: scene.collection.repository.own().place().display().to_string(),
        into: scene.desk.project.place().display().to_string(),
        dry_run,
        operation: wrote.then_some(id),
        outcomes: outcomes.collect::<Result<_, _>>()?,
        warnings: String::new(),
        next: None,
        difference: String::new(),
    })
}

/// Names for a message: of an artifact that stands at several places once.
pub fn each_once<'n>(names: impl Iterator<Item = &'n ArtifactName>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for name in names.map(ToString::to_string) {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}

/// A step with its digests, what it does to each file, and what is advised; `from` is the side whose
/// changes are taken.
pub fn outcome(objects: &Objects, step: Step, from: Side) -> Result<Outcome, Error> {
    let path = &step.path;
    let digest =
        |content: Option<Content>| content.map(|content| merge::digest(objects, content, path)).transpose();
    let [before, after] = step.contents;
    let digests = [digest(before)?, digest(after)?];
    let files = preview::effects(objects, &step)?;
    let advice = preview::advise(&step, from);
    Ok(Outcome { step, digests, files, advice, direction: None })
}

/// The paths that are up to date because an earlier run, which may have been interrupted, left them
/// staged: '--commit' is about them too.
pub fn left_uncommitted(project: &Repository, steps: &[Step]) -> Result<Vec<RepoPath>, Error> {
    let pending = files::read_pending(project)?;
    let waits = |step: &&Step| step.status == Status::UpToDate && step.change.is_none();
    let left = steps.iter().filter(waits).filter_map(|step| pending.waiting(&step.path).next());
    let (mut paths, mut operations) = (Vec::new(), Vec::new());
    for entry in left {
        paths.push(entry.path().clone());
        operations.push(entry.written_by.as_str());
    }
    // Where something moved, the place that it left is part of it.
    let is_gone = |entry: &&Entry| {
        entry.noted_on.is_none()
            && matches!(entry.fact, PendingFact::Removed(_))
            && entry.fact.lets_go().is_none()
            && operations.contains(&entry.written_by.as_str())
    };
    paths.extend(pending.entries.iter().filter(is_gone).map(|entry| entry.path().clone()));
    Ok(paths)
}

/// Commit what is staged at these paths and nothing else, with the user's own hooks.
///
/// In a folder outside git there is none to make: what stands there counts.
pub fn commit(project: &Repository, paths: &[RepoPath], message: &str) -> Result<(), Error> {
    if !project.is_git() {
        return Ok(());
    }
    not_committed(commit::staged(project, paths, message, Unchanged::Skip))
}

/// Commit these paths with the message that was left for the commit to come, even if only a decision
/// is to be committed.
pub fn commit_with_message_file(project: &Repository, paths: &[RepoPath]) -> Result<(), Error> {
    if !project.is_git() {
        return Ok(());
    }
    not_committed(commit::with_message_file(project, paths, Unchanged::Commit))
}

/// What a commit came to, in the words of this layer.
pub fn committed(done: Result<(), ExecuteError>) -> Result<(), Error> {
    not_committed(done)
}

fn not_committed(done: Result<(), ExecuteError>) -> Result<(), Error> {
    done.map_err(|error| match error {
        ExecuteError::Git(error) => Error::NotCommitted(error),
        other => other.into(),
    })
}

/// Nothing may be placed from a tree that is not safe. Returns warnings.
pub fn check_safe(objects: &Objects, artifact: &str, content: Content) -> Result<String, Error> {
    let refused =
        |found: safety::Unsafe| Error::Unsafe { artifact: artifact.to_owned(), reason: found.to_string() };
    let checked = safety::check(objects, content).map_err(refused)?;
    if checked.gitattributes {
        return Ok(warning(&format!("{artifact} brings a '.gitattributes' file")));
    }
    Ok(String::new())
}

//! Content identity: a version that a path of the project had, met in the collection's history.

use super::{Ladder, Subject};
use crate::merge::{self, ObjectSource};
use crate::model::content::Content;
use crate::model::path::RepoPath;
use crate::model::target::Form;
use crate::observe::ObserveError;
use crate::observe::collection::{CollectionHistory, CollectionVersion};
use crate::observe::index::Place;
use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What makes a folder a skill.
const SKILL_FILE: &str = "SKILL.md";

/// How a version was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It is the version, to the last byte.
    Exact,
    /// It is the version but for files that were left out and for executable bits; the `SKILL.md`
    /// told which one to look at.
    SkillFile,
}

/// A version of the collection that a path of the project once was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// How it was met.
    pub how: How,
    /// The base: the version without the files that were left out.
    ///
    /// It keeps the version's executable bits. A bit that the copy lost is then the project's own
    /// change: it can be seen and taken back, where the other reading would undo a bit that somebody
    /// took away on purpose; and a record, which names the version, says the same.
    pub content: Content,
    /// The version as the collection had it.
    pub version: Content,
    /// The files of the version that were left out.
    pub omitted: Vec<String>,
    /// Where it stood.
    pub source: RepoPath,
    /// The position of the commit in the collection's history.
    pub position: usize,
    /// The commit.
    pub commit: ObjectId,
    /// The project commit that brought it, where one did.
    pub since: Option<ObjectId>,
}

impl Met {
    /// The base as the collection has it: in a form of its own nothing is left out.
    pub(super) fn original(&self, form: Form<'_>) -> Content {
        if form.is_generated() { self.version } else { self.content }
    }
}

/// A version of the project's path, and the commit that brought it.
pub(super) type Past = (Content, Option<ObjectId>);

impl Ladder<'_> {
    /// The newest collection version that the path ever was.
    ///
    /// What stood at the artifact's own place comes first. What stood at another one counts only if
    /// it was this artifact: if nothing stands there any more, or it is called the same.
    pub(super) fn met(
        &self,
        subject: Subject<'_>,
        past: &[Past],
        history: &CollectionHistory<'_>,
    ) -> Result<Option<Met>, ObserveError> {
        let here = self.met_at(subject, past, history)?;
        if here.is_some() {
            return Ok(here);
        }
        let tree = self.collection.repository.tree_of(history.tip())?;
        let mut newest: Option<Met> = None;
        for met in self.met_anywhere(subject.path, past, history)? {
            let same_name = met.source.file_name() == subject.source.file_name();
            let gone = || Ok::<_, ObserveError>(self.collection.in_tree(tree, &met.source)?.is_none());
            let newer = newest.as_ref().is_none_or(|newest| newest.position < met.position);
            if newer && (same_name || gone()?) {
                newest = Some(met);
            }
        }
        Ok(newest)
    }

    fn met_at(
        &self,
        subject: Subject<'_>,
        past: &[Past],
        history: &CollectionHistory<'_>,
    ) -> Result<Option<Met>, ObserveError> {
        let Subject { path, source, .. } = subject;
        let all = history.after(None)?;
        let versions = self.versions_in(history, &all, subject)?;
        let mut found: Vec<Met> = Vec::new();
        for (content, since) in past {
            // The same content may have come back: whatever followed it the first time may be here too.
            let exact = versions.iter().find(|version| version.content == *content);
            let met = match exact {
                Some(version) => Some(exactly(version, source, *since)),
                None => self.by_skill_file(path, (*content, *since), source, &versions, history)?,
            };
            found.extend(met);
        }
        Ok(found.into_iter().rev().max_by_key(|met| met.position))
    }

    /// For each path of the collection, the newest version of it that the project's path ever was.
    pub(super) fn met_anywhere(
        &self,
        path: &RepoPath,
        past: &[Past],
        history: &CollectionHistory<'_>,
    ) -> Result<Vec<Met>, ObserveError> {
        let mut newest: BTreeMap<RepoPath, Met> = BTreeMap::new();
        for (content, since) in past {
            let mut here: BTreeMap<RepoPath, Met> = BTreeMap::new();
            for place in history.places(content.id)? {
                if place.content.is_folder() == content.is_folder() {
                    let met = Met { since: *since, ..Met::from(place) };
                    here.entry(met.source.clone()).or_insert(met);
                }
            }
            if here.is_empty() {
                for folder in self.folders_with_skill_file(path, *content, history)? {
                    let versions = self.plain_versions(&folder, history)?;
                    let met = self.by_skill_file(path, (*content, *since), &folder, &versions, history)?;
                    here.extend(met.map(|met| (folder, met)));
                }
            }
            for (source, met) in here {
                match newest.get(&source) {
                    Some(known) if known.position >= met.position => {}
                    Some(_) | None => {
                        newest.insert(source, met);
                    }
                }
            }
        }
        Ok(newest.into_values().collect())
    }

    /// The newest version of a folder that this one is but for files that were left out and for
    /// executable bits.
    fn by_skill_file(
        &self,
        path: &RepoPath,
        (content, since): Past,
        source: &RepoPath,
        versions: &[CollectionVersion],
        history: &CollectionHistory<'_>,
    ) -> Result<Option<Met>, ObserveError> {
        if !self.folders_with_skill_file(path, content, history)?.contains(source) {
            return Ok(None);
        }
        let objects = self.engine.borrow().objects();
        let copy = files_of(objects, content, path)?;
        for version in versions.iter().rev().filter(|version| version.content.is_folder()) {
            let Ok(there) = files_of(objects, version.content, path) else { continue };
            let Some(omitted) = left_out(&copy, &there) else { continue };
            let Some(base) = without(objects, version.content, &omitted)? else { continue };
            let exact = exactly(version, source, since);
            return Ok(Some(Met { how: How::SkillFile, content: base, omitted, ..exact }));
        }
        Ok(None)
    }

    /// The folders of the collection that ever held the `SKILL.md` of this one.
    pub(super) fn folders_with_skill_file(
        &self,
        path: &RepoPath,
        content: Content,
        history: &CollectionHistory<'_>,
    ) -> Result<BTreeSet<RepoPath>, ObserveError> {
        if !content.is_folder() {
            return Ok(BTreeSet::new());
        }
        let copy = files_of(self.engine.borrow().objects(), content, path)?;
        let named = copy.iter().find(|(name, _)| name.eq_ignore_ascii_case(SKILL_FILE.as_bytes()));
        let Some((_, skill_file)) = named else { return Ok(BTreeSet::new()) };
        let places = history.places(skill_file.id)?.into_iter().filter(|place| !place.pushed);
        let named = places.filter(|place| place.path.file_name().eq_ignore_ascii_case(SKILL_FILE));
        Ok(named.filter_map(|place| place.path.parent()).collect())
    }

    fn plain_versions(
        &self,
        source: &RepoPath,
        history: &CollectionHistory<'_>,
    ) -> Result<Vec<CollectionVersion>, ObserveError> {
        let versions = history.view()?.versions(source).into_iter();
        let plain = |version: crate::git::history::Version| {
            let (position, commit) = (version.position, version.commit);
            version.content.map(|content| CollectionVersion {
                position,
                commit,
                content,
                original: content,
                pushed: false,
            })
        };
        Ok(versions.filter_map(plain).collect())
    }
}

fn exactly(version: &CollectionVersion, source: &RepoPath, since: Option<ObjectId>) -> Met {
    Met {
        how: How::Exact,
        content: version.content,
        version: version.original,
        omitted: Vec::new(),
        source: source.clone(),
        position: version.position,
        commit: version.commit,
        since,
    }
}

impl From<Place> for Met {
    fn from(place: Place) -> Self {
        let Place { position, commit, path, content, pushed } = place;
        exactly(&CollectionVersion { position, commit, content, original: content, pushed }, &path, None)
    }
}

/// The files of a folder by their paths in it.
fn files_of(
    objects: &dyn ObjectSource,
    folder: Content,
    at: &RepoPath,
) -> Result<HashMap<BString, Content>, ObserveError> {
    let cut = at.as_bstr().len() + 1;
    let files = merge::files(objects, folder, at)?.into_iter();
    Ok(files.map(|(path, file)| (path.get(cut..).unwrap_or_default().into(), file)).collect())
}

/// What a copy leaves out of a version; none if it has anything that the version has not.
fn left_out(copy: &HashMap<BString, Content>, version: &HashMap<BString, Content>) -> Option<Vec<String>> {
    let same = |(path, file): (&BString, &Content)| {
        let there = version.get(path);
        there.is_some_and(|there| there.id == file.id && there.mode.is_link() == file.mode.is_link())
    };
    if !copy.iter().all(same) {
        return None;
    }
    let left = version.keys().filter(|path| !copy.contains_key(*path));
    let mut left: Vec<String> =
        left.map(|path| path.to_str().map(str::to_owned)).collect::<Result<_, _>>().ok()?;
    left.sort_unstable();
    Some(left)
}

/// A version without the files that were left out; none if nothing is left.
///
/// # Errors
///
/// When a tree cannot be read or kept.
pub(super) fn without(
    objects: &dyn ObjectSource,
    version: Content,
    omitted: &[String],
) -> Result<Option<Content>, ObserveError> {
    if omitted.is_empty() || !version.is_folder() {
        return Ok(Some(version));
    }
    let mut files: Vec<(BString, Content)> =
        files_of(objects, version, &RepoPath::root())?.into_iter().collect();
    files.retain(|(path, _)| !omitted.iter().any(|omitted| path == omitted.as_str()));
    files.sort();
    Ok(merge::folder_of(objects, &files)?)
}

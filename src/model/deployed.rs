//! A deployed path as it was observed: what stands where, and the bases that were found.

use super::artifact::ArtifactName;
use super::content::Content;
use super::path::RepoPath;
use super::pending::Entry;
use super::record::{Method, Record};
use super::selection::Selectable;
use super::target::{Form, Target};
use gix::ObjectId;
use gix::bstr::BString;
use std::collections::BTreeSet;

/// How the place in the collection stands that a record names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upstream {
    /// The artifact is still there, or was removed.
    InPlace,
    /// It was renamed or moved.
    Renamed {
        /// Where it stood by the record.
        from: RepoPath,
    },
    /// It went to one of several places, and nothing tells which: it is not followed.
    Unclear {
        /// The places.
        candidates: Vec<RepoPath>,
    },
}

/// An artifact at a path of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The artifact.
    pub name: ArtifactName,
    /// The deployed path.
    pub path: RepoPath,
    /// The artifact's path in the collection.
    pub source: RepoPath,
    /// The target the path belongs to.
    pub target: String,
    /// The ref it is pinned to.
    pub pin: Option<String>,
    /// The newest record of the path.
    pub record: Option<Record>,
    /// Whether the user named it: then it counts even without a known base.
    pub named: bool,
    /// The number of the tombstone that let it go with its files in place; 0 where none counts.
    pub let_go: u64,
}

impl Selectable for Placement {
    fn name(&self) -> &ArtifactName {
        &self.name
    }

    fn path(&self) -> &RepoPath {
        &self.path
    }
}

impl Placement {
    /// Whether it counts as deployed even if no base is known: it has a record, or it was named.
    pub fn is_meant(&self) -> bool {
        self.record.is_some() || self.named
    }

    /// The placement that a record tells of.
    pub fn recorded(record: &Record) -> Self {
        Self {
            name: record.artifact(),
            path: record.path.clone(),
            source: record.source.clone(),
            target: record.target.clone(),
            pin: record.pin.clone(),
            record: Some(record.clone()),
            named: false,
            let_go: 0,
        }
    }

    /// The form in which it stands there.
    pub fn form(&self) -> Form<'_> {
        Target::find(&self.target).map_or(Form::SAME, |target| target.form_of(self.name.kind, &self.path))
    }

    /// Whether its record says that it is a link to another placement.
    pub fn is_link(&self) -> bool {
        self.record.as_ref().is_some_and(|record| record.method == Method::Symlink)
    }

    /// The number of the next fact about the path.
    pub fn next_n(&self) -> u64 {
        1 + self.record.as_ref().map_or(0, |record| record.n).max(self.let_go)
    }
}

/// How a placement stands that is a link to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It is there, or stands for itself in a text file where links are not supported.
    Linked,
    /// It is as it was placed, but what it leads to is gone.
    Dangling,
    /// It is missing, or something else stands in its place.
    Broken,
}

impl Link {
    /// Whether it is as it was placed: there is nothing in it that could be lost.
    pub fn is_as_placed(self) -> bool {
        self != Self::Broken
    }
}

/// What becomes of the edits that other copies of an artifact have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Folding {
    /// They go together with this one's and with the collection's changes.
    Together(Folded),
    /// Two of the copies were changed in the same place.
    Clash {
        /// The copies.
        paths: [RepoPath; 2],
    },
}

/// What several copies of an artifact make together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// In the work tree.
    pub work_tree: Content,
    /// In the index.
    pub index: Content,
    /// The other copies whose edits are in it.
    pub with: Vec<RepoPath>,
}

/// The rung that found a base, named in `base_from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rung {
    /// An entry of the pending file that is alive for the content.
    Pending,
    /// A record in a note on HEAD's history.
    Note,
    /// A record in the state file that was made for a version on HEAD's history.
    File,
    /// A record that was made for the same content on a commit elsewhere.
    Rewritten,
    /// Content identity with the collection's history.
    History,
    /// What another tool wrote down, found in the collection.
    Import,
    /// The version that the user named.
    Given,
}

impl Rung {
    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Note => "note",
            Self::File => "file",
            Self::Rewritten => "rewritten",
            Self::History => "history",
            Self::Import => "import",
            Self::Given => "given",
        }
    }
}

/// A base that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The version, in the form of the place.
    pub content: Content,
    /// The version as the collection has it.
    pub original: Content,
    /// A commit of the collection in which it stands, or which names it in a trailer.
    pub commit: ObjectId,
    /// The rung it was found on.
    pub rung: Rung,
    /// The version that records and own pushes vouch for; differs from `content` where *advance*
    /// went further by what it saw in the content alone.
    pub witnessed: Content,
}

/// Where an artifact goes that takes the name which it has in the collection now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The new name.
    pub name: ArtifactName,
    /// The new path.
    pub path: RepoPath,
    /// Whether something stands there, or comes to stand there.
    pub occupied: bool,
}

/// Where the project's version of an artifact goes, if it makes way for the other side's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// The path beside the artifact's own: in the project for a pull, in the collection for a push.
    pub path: RepoPath,
    /// Whether that version stands there already.
    pub is_there: bool,
}

/// The version that is most like a content whose base is not known.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// The version.
    pub content: Content,
    /// A commit of the collection in which it stands.
    pub commit: ObjectId,
    /// Where it stands there.
    pub source: RepoPath,
    /// How much is alike, from 0 to 1.
    pub similarity: f64,
    /// The version that its front matter names.
    pub version: Option<String>,
}

impl Nearest {
    /// The limit in tenths that just lets it in, for options.
    pub fn floor(&self) -> f64 {
        (self.similarity * 10.0).floor() / 10.0
    }

    /// How it is named to people: version or commit, and how much is alike, never rounded up.
    pub fn label(&self) -> String {
        let commit = self.commit.to_hex_with_len(10);
        let alike = (self.similarity * 100.0).floor();
        match &self.version {
            Some(version) => format!("{version} ({commit}), {alike} % alike"),
            None => format!("{commit}, {alike} % alike"),
        }
    }
}

/// One deployed path as it stands.
#[derive(Debug, Clone)]
pub struct Deployed {
    /// What is deployed where.
    pub placement: Placement,
    /// Where it goes, if it takes the collection's name for it.
    pub destination: Option<Destination>,
    /// Where the project's version goes, if both are to be kept.
    pub fork: Option<Fork>,
    /// What stands in the work tree.
    pub work_tree: Option<Content>,
    /// What is staged.
    pub index: Option<Content>,
    /// What is committed.
    pub head: Option<Content>,
    /// The paths that are unmerged.
    pub unmerged: Vec<BString>,
    /// Files in the way that git does not track.
    pub untracked: Vec<(BString, Content)>,
    /// What the collection has, at the tip or the pin, in the form of the place.
    pub theirs: Option<Content>,
    /// The same as the collection has it.
    pub original: Option<Content>,
    /// Why the collection's version cannot be had in the form of the place, if so.
    pub not_converted: Option<String>,
    /// What a file in another form says, as the collection would have it, where the file is neither its
    /// base nor the collection's version as they are written in that form.
    pub meant: Option<Content>,
    /// The version that the record names, in the form of the place.
    pub recorded: Option<Content>,
    /// How a link stands, where that is what was placed.
    pub link: Option<Link>,
    /// What became of the edits of other copies of the artifact, where there are any.
    pub folding: Option<Folding>,
    /// The files that do not go together with another copy's.
    pub clashes: Vec<BString>,
    /// Whether that is where the record says; the placement's source is where it stands now.
    pub upstream: Upstream,
    /// The collection's commit to sync with.
    pub tip: ObjectId,
    /// Whether the tip is a pin that the collection has moved on from.
    pub pinned_behind: bool,
    /// The base of the work tree.
    pub base: Option<Base>,
    /// Where it is needed and none is known: the version that is most like the work tree.
    pub nearest: Option<Nearest>,
    /// The base of what is staged, where it is not what the work tree has.
    pub index_base: Option<Base>,
    /// The base of HEAD.
    pub head_base: Option<Base>,
    /// The files (as they would stand below the deployed path, in the collection's form) that the
    /// collection ever had, where something was changed here: sending one of them back would rewind it.
    pub past_files: BTreeSet<(BString, Content)>,
    /// The newest pending entry that is alive for the work tree.
    pub waiting: Option<Entry>,
    /// What the versions are called, where that was asked for: work tree, collection.
    pub versions: [Option<String>; 2],
}

impl Selectable for Deployed {
    fn name(&self) -> &ArtifactName {
        &self.placement.name
    }

    fn path(&self) -> &RepoPath {
        &self.placement.path
    }
}

impl Deployed {
    /// Whether the collection renamed or moved it and the record does not know yet.
    pub fn is_renamed(&self) -> bool {
        matches!(self.upstream, Upstream::Renamed { .. })
    }

    /// What it has in common with the collection: where it has what the collection has, that.
    pub fn base_or_theirs(&self) -> Option<Base> {
        if self.base.is_some() || self.work_tree != self.theirs {
            return self.base.clone();
        }
        let (content, original) = (self.theirs?, self.original?);
        let rung = if self.placement.record.is_some() { Rung::Note } else { Rung::History };
        Some(Base { content, original, commit: self.tip, rung, witnessed: content })
    }

    /// The form in which it will stand where it goes.
    pub fn form_there(&self) -> Form<'_> {
        let there = self.destination.as_ref().map_or(&self.placement.path, |there| &there.path);
        let target = Target::find(&self.placement.target);
        target.map_or(Form::SAME, |target| target.form_of(self.placement.name.kind, there))
    }

    /// Whether it counts as deployed: it has a record, it was named, its base was found, or it is so
    /// much like a version that its record must have been lost. What merely shares a name does not.
    pub fn counts(&self) -> bool {
        let recognised = self.base.is_some() || self.head_base.is_some() || self.work_tree == self.theirs;
        self.placement.is_meant() || recognised || self.nearest.is_some()
    }
}

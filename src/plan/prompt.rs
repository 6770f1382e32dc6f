//! The questions of the strategy `prompt`: which artifacts are asked about, and what an answer means.

use super::change::Step;
use super::pull::PullContext;
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::request::{Resolve, Strategy};
use std::collections::BTreeMap;

/// What was chosen for an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Both changes, as a pull without questions does it.
    Merge,
    /// The collection's version as it is.
    Theirs,
    /// The project's version as it is; the collection's counts as taken in.
    Ours,
    /// Both versions: the collection's here, the project's beside it under a new name.
    Fork,
    /// Both changes, and markers where they conflict, whatever is configured.
    Mark,
    /// Nothing; it is asked again next time.
    Skip,
}

/// What was chosen, by deployed path.
pub type Choices = BTreeMap<RepoPath, Choice>;

/// What an answer asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// To go on with this choice.
    Choose(Choice),
    /// To show the difference, and ask again.
    Diff,
    /// To leave this artifact and all that follow as they are.
    Quit,
    /// To explain the keys, and ask again.
    Help,
}

/// A key, what it means, and what the help says of it.
type Key = (char, Answer, &'static str);

/// Every key, in the order in which they are offered.
const KEYS: [Key; 9] = [
    ('m', Answer::Choose(Choice::Merge), "merge both changes"),
    ('t', Answer::Choose(Choice::Theirs), "take theirs: the collection's version, your edits are lost"),
    ('o', Answer::Choose(Choice::Ours), "keep ours: your version, the collection's changes are not taken"),
    (
        'f',
        Answer::Choose(Choice::Fork),
        "fork: the collection's version here, yours under a new name, no longer tracked",
    ),
    ('c', Answer::Choose(Choice::Mark), "mark the conflicts in the files, as 'git merge' does"),
    ('d', Answer::Diff, "show the difference that the merge makes"),
    ('s', Answer::Choose(Choice::Skip), "skip this artifact"),
    ('q', Answer::Quit, "quit; skip this artifact and all that follow"),
    ('?', Answer::Help, "print help"),
];

/// The keys that are offered for a step: marking only where there is something to mark.
fn keys(step: &Step) -> impl Iterator<Item = Key> {
    let conflicts = !step.conflicts.is_empty() || step.settled > 0;
    KEYS.into_iter().filter(move |(key, _, _)| conflicts || *key != 'c')
}

/// What the answer to the question about a step asks for; as in git, only its first letter counts, and
/// what is not understood is answered with the help.
pub fn understand(step: &Step, line: &str) -> Answer {
    let first = line.trim().chars().next().map(|letter| letter.to_ascii_lowercase());
    keys(step).find(|(key, _, _)| Some(*key) == first).map_or(Answer::Help, |(_, answer, _)| answer)
}

/// The question about a step, the `number`-th of `count`.
pub fn question(step: &Step, number: usize, count: usize) -> String {
    let keys: Vec<String> = keys(step).map(|(key, _, _)| key.to_string()).collect();
    format!("({number}/{count}) Merge the collection's changes into {} [{}]? ", step.name, keys.join(","))
}

/// What the keys mean, a line for each.
pub fn help(step: &Step) -> String {
    keys(step).map(|(key, _, meaning)| format!("{key} - {meaning}\n")).collect()
}

/// Whether a step of a merge is one to ask about: both sides changed the artifact.
pub fn asks(step: &Step) -> bool {
    // What a rule settled may look like the version of one side.
    let decided = step.settled > 0 || step.status == Status::Aborted && !step.conflicts.is_empty();
    matches!(step.status, Status::Merged | Status::Conflict) || decided
}

/// Where the artifact of a step stands before the step.
pub fn place(step: &Step) -> &RepoPath {
    step.leaves.as_ref().map_or(&step.path, |leaves| &leaves.path)
}

/// How a pull treats an artifact for which something was chosen.
pub fn context<'a>(context: &PullContext<'a>, choice: Option<Choice>) -> PullContext<'a> {
    let context = context.clone();
    match choice {
        None | Some(Choice::Merge | Choice::Skip | Choice::Ours) => PullContext { choice, ..context },
        Some(Choice::Theirs) => PullContext { choice, strategy: Strategy::Overwrite, yes: true, ..context },
        Some(Choice::Fork) => PullContext { choice, strategy: Strategy::Fork, ..context },
        Some(Choice::Mark) => PullContext { choice, resolve: Resolve::Mark, ..context },
    }
}

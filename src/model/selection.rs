//! Artifact arguments: a name, `type/name`, a deployed path, or a glob over `type/name`.

use super::artifact::ArtifactName;
use super::path::RepoPath;
use gix::bstr::ByteSlice;
use gix::glob::wildmatch;

/// What a user may mean by one argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    text: String,
}

/// Why an argument selects nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// Nothing has this name.
    #[error("unknown artifact '{0}'")]
    Unknown(String),
    /// Several artifacts have it.
    #[error("'{name}' is ambiguous: {}", .candidates.join(", "))]
    Ambiguous {
        /// What was typed.
        name: String,
        /// What it may mean.
        candidates: Vec<String>,
    },
}

/// Something that can be selected.
pub trait Selectable {
    /// Its full name.
    fn name(&self) -> &ArtifactName;
    /// The path that stands for it too.
    fn path(&self) -> &RepoPath;
}

impl Selector {
    /// The selector that a user typed.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is a glob.
    pub fn is_glob(&self) -> bool {
        self.text.contains(['*', '?', '['])
    }

    /// Which of `items` are meant, by their place in the list.
    ///
    /// An exact path, then an exact `type/name`, then a bare name, then a glob. The bare name must
    /// mean one artifact; placements of the same artifact are one.
    ///
    /// # Errors
    ///
    /// When nothing or more than one artifact is meant.
    pub fn select(&self, items: &[impl Selectable]) -> Result<Vec<usize>, SelectError> {
        let path = self.text.trim_end_matches('/');
        let path = path.strip_prefix("./").unwrap_or(path);
        let places =
            |fits: &dyn Fn(usize) -> bool| (0..items.len()).filter(|at| fits(*at)).collect::<Vec<_>>();
        let by_path = places(&|at| items[at].path().as_str() == path);
        if !by_path.is_empty() {
            return Ok(by_path);
        }
        let by_full_name = places(&|at| items[at].name().to_string() == self.text);
        if !by_full_name.is_empty() {
            return Ok(by_full_name);
        }
        let by_name = places(&|at| items[at].name().name == self.text);
        let mut names: Vec<String> = by_name.iter().map(|at| items[*at].name().to_string()).collect();
        names.sort();
        names.dedup();
        if names.len() > 1 {
            return Err(SelectError::Ambiguous { name: self.text.clone(), candidates: names });
        }
        let fits_glob = |at: usize| {
            let name = items[at].name().to_string();
            wildmatch(self.text.as_bytes().as_bstr(), name.as_bytes().as_bstr(), wildmatch::Mode::empty())
        };
        let found = if by_name.is_empty() && self.is_glob() { places(&fits_glob) } else { by_name };
        if found.is_empty() { Err(SelectError::Unknown(self.text.clone())) } else { Ok(found) }
    }
}

/// All items that any selector means, in the order of the list; no selector means all.
///
/// # Errors
///
/// The first selector's that means nothing or too much.
pub fn select_all(selectors: &[Selector], items: &[impl Selectable]) -> Result<Vec<usize>, SelectError> {
    if selectors.is_empty() {
        return Ok((0..items.len()).collect());
    }
    let mut chosen = std::collections::BTreeSet::new();
    for selector in selectors {
        chosen.extend(selector.select(items)?);
    }
    Ok(chosen.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::{ArtifactName, RepoPath, SelectError, Selectable, Selector, select_all};
    use crate::model::artifact::ArtifactType::{Agent, Command, Skill};

    struct Item(ArtifactName, RepoPath);

    impl Selectable for Item {
        fn name(&self) -> &ArtifactName {
            &self.0
        }
        fn path(&self) -> &RepoPath {
            &self.1
        }
    }

    fn items() -> Vec<Item> {
        [
            (Skill, "pdf", ".claude/skills/pdf"),
            (Skill, "pdf", ".agents/skills/pdf"),
            (Command, "review", ".claude/commands/review.md"),
            (Agent, "review", ".claude/agents/review.md"),
            (Command, "frontend/x", ".claude/commands/frontend/x.md"),
        ]
        .map(|(kind, name, path)| Item(ArtifactName::new(kind, name), RepoPath::new(path).unwrap()))
        .into()
    }

    #[test]
    fn arguments_mean_what_they_say() {
        for (text, expected) in [
            ("pdf", vec![0, 1]),
            ("skill/pdf", vec![0, 1]),
            ("agent/review", vec![3]),
            ("frontend/x", vec![4]),
            (".claude/agents/review.md", vec![3]),
            ("./.claude/skills/pdf/", vec![0]),
            ("command/*", vec![2, 4]),
            ("*/review", vec![2, 3]),
            ("*", vec![0, 1, 2, 3, 4]),
        ] {
            assert_eq!(Selector::new(text).select(&items()), Ok(expected), "{text}");
        }
        assert_eq!(select_all(&[], &items()).unwrap().len(), 5);
    }

    #[test]
    fn unknown_and_ambiguous_names_are_errors() {
        for text in ["nope", "skill/*x", "", "skill/pdf/x"] {
            assert_eq!(
                Selector::new(text).select(&items()),
                Err(SelectError::Unknown(text.into())),
                "{text}"
            );
        }
        let error = Selector::new("review").select(&items()).unwrap_err();
        assert_eq!(error.to_string(), "'review' is ambiguous: agent/review, command/review");
    }
}

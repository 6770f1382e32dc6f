//! New names for what makes way for the other side's version.

use super::ObserveError;
use super::scene::{Evidence, Scene};
use crate::git::trees::TreeReader;
use crate::git::work_tree::WorkTree;
use crate::model::artifact::{ArtifactName, ArtifactType};
use crate::model::content::Content;
use crate::model::deployed::{Deployed, Fork, Placement};
use crate::model::path::RepoPath;
use std::collections::BTreeSet;

/// Find the first free path for the project's version of an artifact, beside its own.
///
/// Free is what nothing stands at: not in the work tree, tracked or not, not staged, and not at HEAD,
/// where a deletion may be taken back. Nor may the name be one that the collection offers or that a
/// record or pending entry speaks of: what is put there would be taken for a deployed artifact.
/// `taken` are the paths that others of the same operation go to.
///
/// # Errors
///
/// When the work tree, HEAD or the collection cannot be read.
pub fn find_in_project(
    scene: &Scene<'_>,
    evidence: &Evidence<'_>,
    deployed: &mut Deployed,
    taken: &BTreeSet<RepoPath>,
) -> Result<(), ObserveError> {
    if deployed.work_tree.is_none() || deployed.work_tree == deployed.theirs {
        return Ok(());
    }
    let (desk, kind) = (&scene.desk, deployed.placement.name.kind);
    let work_tree = WorkTree::new(desk.project, &desk.index)?;
    let trees = TreeReader::new(desk.project);
    let head = desk.head.id.map(|head| desk.project.tree_of(head)).transpose()?;
    for path in names(&deployed.placement.path, kind) {
        let committed = head.map(|head| trees.at(head, &path)).transpose()?.flatten();
        let known =
            !evidence.records.of(&path).is_empty() || evidence.waiting.entries(&path).next().is_some();
        if taken.contains(&path)
            || committed.is_some()
            || known
            || !desk.index.lines(&path).is_empty()
            || !work_tree.untracked(&desk.objects, &path)?.is_empty()
            || is_offered(scene, &path, kind)?
        {
            continue;
        }
        deployed.fork = Some(Fork { path, is_there: false });
        break;
    }
    Ok(())
}

/// Find the first free path for the project's version of an artifact in the collection, beside the
/// artifact's own: or where the same version stands already, so that a second push makes no second one.
///
/// # Errors
///
/// When the collection cannot be read.
pub fn find_in_collection(
    scene: &Scene<'_>,
    deployed: &mut Deployed,
    version: Option<Content>,
    taken: &BTreeSet<RepoPath>,
) -> Result<(), ObserveError> {
    let Placement { source, name, .. } = &deployed.placement;
    if version.is_none() || deployed.theirs.is_none() {
        return Ok(());
    }
    for path in names(source, name.kind) {
        let found = scene.collection.content(&path)?;
        if found == version || found.is_none() && !taken.contains(&path) {
            deployed.fork = Some(Fork { path, is_there: found.is_some() });
            break;
        }
    }
    Ok(())
}

/// `<name>-fork`, `<name>-fork-2` and so on, in the folder of the artifact; an artifact that fills its
/// whole repository has no such name.
fn names(path: &RepoPath, kind: ArtifactType) -> impl Iterator<Item = RepoPath> {
    let suffix = match kind {
        ArtifactType::Skill => "",
        ArtifactType::Command | ArtifactType::Agent => ".md",
    };
    let name = path.file_name();
    let stem = name.strip_suffix(suffix).unwrap_or(name).to_owned();
    let numbered = move |number: u32| match number {
        1 => format!("{stem}-fork{suffix}"),
        _ => format!("{stem}-fork-{number}{suffix}"),
    };
    let folder = path.parent();
    (1..).map_while(move |number| Some(folder.as_ref()?.join(&numbered(number))))
}

/// Whether the collection offers an artifact under the name that a path of the project has.
fn is_offered(scene: &Scene<'_>, path: &RepoPath, kind: ArtifactType) -> Result<bool, ObserveError> {
    let own = scene.desk.project.layout().artifact_at(path).map(|(_, name)| name);
    let name = own.unwrap_or_else(|| ArtifactName::new(kind, path.file_name()));
    Ok(!scene.collection.offered(&name)?.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{ArtifactType, RepoPath, names};

    #[test]
    fn names_keep_folder_and_suffix() {
        for (path, kind, expected) in [
            (".claude/skills/pdf", ArtifactType::Skill, ".claude/skills/pdf-fork .claude/skills/pdf-fork-2"),
            (
                ".claude/skills/a.md",
                ArtifactType::Skill,
                ".claude/skills/a.md-fork .claude/skills/a.md-fork-2",
            ),
            (
                "commands/team/go.md",
                ArtifactType::Command,
                "commands/team/go-fork.md commands/team/go-fork-2.md",
            ),
            ("helper.md", ArtifactType::Agent, "helper-fork.md helper-fork-2.md"),
            (".", ArtifactType::Skill, ""),
        ] {
            let path = RepoPath::new(path).unwrap();
            let found: Vec<String> = names(&path, kind).take(2).map(|path| path.to_string()).collect();
            assert_eq!(found.join(" "), expected);
        }
    }
}

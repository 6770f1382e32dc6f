//! Objects of several databases seen as one, and what is written in the end.

use crate::merge::{LINES, OTHER, OURS, PATH, THEIRS, Version, contents};
use crate::referee::{Court, git};
use git_skillsync::git::Objects;
use git_skillsync::merge::{Engine, Favor, Place};
use git_skillsync::model::{content::Content, path::RepoPath};

#[test]
fn persisting_brings_all_objects_of_a_merge_between_two_databases() {
    let (project, collection) = (Court::new(), Court::new());
    let [base, ours, _] =
        contents(&project, [&[("a", LINES), ("d/b", OTHER)], &[("a", OURS), ("d/b", OTHER)], &[]]);
    let new: Version<'_> = &[("a", THEIRS), ("d/b", OTHER), ("d/new", "new\n"), ("same/new", "new\n")];
    let [base_there, theirs, _] = contents(&collection, [&[("a", LINES), ("d/b", OTHER)], new, &[]]);
    assert_eq!(base, base_there);
    let mut objects = Objects::new(&project.repository);
    objects.add(&collection.repository).expect("same hash");
    let mut engine = Engine::new(&objects, objects.tools().expect("tools"));
    let path = RepoPath::new(PATH).expect("valid");
    let place = Place { path: &path, ours: "HEAD", base: "base", theirs: "default/main" };
    let merged = engine.merge(&place, base, ours, theirs, Favor::Neither).expect("merges");
    let content = merged.content.expect("something is left");
    assert!(!project.repository.has_object(content.id), "nothing is written before");
    // The tree alone proves nothing: its blobs must come all the same.
    project.repository.write_object(objects_tree(&objects, content)).expect("written");
    assert_eq!(objects.persist(&project.repository, content).expect("persisted"), 4);
    assert_eq!(objects.persist(&project.repository, content).expect("persisted"), 0);
    let alone = Court { directory: project.directory, repository: project.repository };
    assert!(alone.show(Some(content)).contains("same/new"));
}

fn objects_tree(objects: &Objects, content: Content) -> gix::objs::Tree {
    let data = objects.blob(content.id).expect("kept");
    gix::objs::TreeRef::from_bytes(&data, content.id.kind()).expect("a tree").into_owned()
}

#[test]
fn a_collection_with_another_hash_is_refused() {
    let project = Court::new();
    let directory = tempfile::tempdir().expect("a folder");
    let made = git(directory.path(), &["init", "-q", "--object-format=sha256", "."]);
    assert!(made.status.success());
    let collection = gix::open_opts(directory.path(), gix::open::Options::isolated()).expect("opens");
    let refused = Objects::new(&project.repository).add(&collection).expect_err("refused");
    assert_eq!(refused.to_string(), "the collection uses sha256 object ids, the project sha1");
}

//! Cache files: what is kept, and that nothing ever depends on one.

use crate::support::{Repo, Sandbox};
use git_skillsync::execute::caches;
use git_skillsync::git::Repository;
use git_skillsync::git::cache::CacheName;
use git_skillsync::git::program::Git;

const FOLDER: &str = ".git/skillsync/cache";

fn open(repo: &Repo) -> Repository {
    Repository::open(repo.path(), &Git::find().expect("git")).expect("repository")
}

fn keep(repo: &Repo, name: &CacheName, content: &[u8]) {
    let repository = open(repo);
    repository.offer(name.clone(), content);
    assert_eq!(repository.cached(name).as_deref(), Some(content), "what was offered can be asked for");
    caches::keep(&repository);
    assert!(repository.take_offers().is_empty());
}

#[test]
fn what_was_kept_is_read_again_and_anything_else_is_not() {
    let repo = Sandbox::new().repo("project");
    let name = CacheName::new("a", 1);
    keep(&repo, &name, b"line\n\xff");
    assert_eq!(open(&repo).cached(&name).as_deref(), Some(b"line\n\xff".as_slice()));
    keep(&repo, &name, b"");
    assert_eq!(open(&repo).cached(&name).as_deref(), Some(b"".as_slice()));
    keep(&repo, &name, b"content");
    let whole = std::fs::read(repo.path().join(FOLDER).join("a")).expect("kept");
    assert_eq!(open(&repo).cached(&CacheName::new("a", 2)), None, "another version");
    repo.write(&format!("{FOLDER}/b"), &whole);
    assert_eq!(open(&repo).cached(&CacheName::new("b", 1)), None, "another name");
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        repo.write(&format!("{FOLDER}/a"), &damaged);
        assert_eq!(open(&repo).cached(&name), None, "byte {at} is damaged");
        repo.write(&format!("{FOLDER}/a"), &whole[..at]);
        assert_eq!(open(&repo).cached(&name), None, "cut off at {at}");
    }
    repo.write(&format!("{FOLDER}/a"), &whole);
    assert_eq!(open(&repo).cached(&name).as_deref(), Some(b"content".as_slice()));
}

#[test]
fn where_nothing_can_be_written_nothing_is_kept() {
    let repo = Sandbox::new().repo("project");
    let name = CacheName::new("records/a", 1);
    repo.write(FOLDER, "a file stands where the folder should be");
    keep(&repo, &name, b"content");
    assert_eq!(open(&repo).cached(&name), None);
    assert_eq!(open(&repo).cached_below("records").len(), 0);
}

#[test]
fn a_folder_keeps_the_newest() {
    let repo = Sandbox::new().repo("project");
    for number in 0..40_u64 {
        let (file, name) = (format!("{number:02}"), CacheName::new(format!("records/{number:02}"), 1));
        keep(&repo, &name, b"content");
        // Files may be written faster than the clock ticks.
        let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000 + number);
        let path = repo.path().join(FOLDER).join("records").join(file);
        std::fs::File::options().write(true).open(path).expect("file").set_modified(time).expect("time");
    }
    let kept = open(&repo).cached_below("records");
    assert!(kept.len() <= 33 && kept.contains("39") && !kept.contains("05"), "{kept:?}");
}

#[test]
fn a_temporary_file_that_was_left_goes_when_it_is_old() {
    let repo = Sandbox::new().repo("project");
    repo.write(&format!("{FOLDER}/.tmp-old"), "").write(&format!("{FOLDER}/.tmp-new"), "");
    let old =
        std::fs::File::options().write(true).open(repo.path().join(FOLDER).join(".tmp-old")).expect("it");
    let two_hours = std::time::Duration::from_secs(7200);
    old.set_modified(std::time::SystemTime::now() - two_hours).expect("set");
    keep(&repo, &CacheName::new("a", 1), b"content");
    assert!(!repo.exists(&format!("{FOLDER}/.tmp-old")), "nobody writes it any more");
    assert!(repo.exists(&format!("{FOLDER}/.tmp-new")), "somebody may be writing it");
}

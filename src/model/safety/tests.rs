//! Hostile trees and names, each with the reason why it is one.

use super::{Checked, Reason, Unsafe, UnsafeName, check, check_artifact_name, check_name, fold};
use crate::model::content::Content;
use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::objs::{Data, Find, FindHeader, Header, Kind, compute_hash, tree::EntryKind, tree::name_order};
use proptest::prelude::{any, proptest};
use std::cell::Cell;
use std::collections::HashMap;

const FILE: &str = "100644";
const TREE: &str = "40000";
const LINK: &str = "120000";

/// Objects in memory, which may claim to be bigger than they are.
#[derive(Default)]
struct Memory {
    objects: HashMap<ObjectId, (Kind, Vec<u8>, u64)>,
    reads: Cell<usize>,
}

impl Memory {
    fn add(&mut self, kind: Kind, data: &[u8]) -> ObjectId {
        self.add_sized(kind, data, data.len() as u64)
    }

    fn add_sized(&mut self, kind: Kind, data: &[u8], size: u64) -> ObjectId {
        let id = compute_hash(gix::hash::Kind::Sha1, kind, data).expect("hash");
        self.objects.insert(id, (kind, data.to_vec(), size));
        id
    }

    fn blob(&mut self, text: &str) -> ObjectId {
        self.add(Kind::Blob, text.as_bytes())
    }

    /// A tree in git's order.
    fn tree(&mut self, entries: &[(&str, &[u8], ObjectId)]) -> ObjectId {
        let mut entries = entries.to_vec();
        entries.sort_by(|a, b| name_order(a.1, a.0 == TREE, b.1, b.0 == TREE));
        self.raw_tree(&entries)
    }

    /// A tree as it is given.
    fn raw_tree(&mut self, entries: &[(&str, &[u8], ObjectId)]) -> ObjectId {
        let mut data = Vec::new();
        for (mode, name, id) in entries {
            data.extend_from_slice(mode.as_bytes());
            data.push(b' ');
            data.extend_from_slice(name);
            data.push(0);
            data.extend_from_slice(id.as_slice());
        }
        self.add(Kind::Tree, &data)
    }

    /// A chain of `depth` folders with `inner` at the end.
    fn nested(&mut self, depth: usize, mut inner: ObjectId) -> ObjectId {
        for _ in 0..depth {
            inner = self.tree(&[(TREE, b"d", inner)]);
        }
        inner
    }
}

impl Find for Memory {
    fn try_find<'a>(&self, id: &gix::oid, buffer: &'a mut Vec<u8>) -> gix::Result<Option<Data<'a>>> {
        self.reads.set(self.reads.get() + 1);
        let Some((kind, data, _)) = self.objects.get(id) else { return Ok(None) };
        buffer.clone_from(data);
        Ok(Some(Data { kind: *kind, object_hash: id.kind(), data: buffer }))
    }
}

impl FindHeader for Memory {
    fn try_header(&self, id: &gix::oid) -> gix::Result<Option<Header>> {
        Ok(self.objects.get(id).map(|&(kind, _, size)| Header { kind, size }))
    }
}

fn check_folder(objects: &Memory, root: ObjectId) -> Result<Checked, Unsafe> {
    check(objects, Content::folder(root))
}

/// Name, why it is hostile, what is said.
const NAMES: &[(&[u8], &str, UnsafeName)] = &[
    (b"", "writes to the folder itself", UnsafeName::Empty),
    (b".", "is the folder itself", UnsafeName::Relative),
    (b"..", "climbs", UnsafeName::Relative),
    (b"a/../../x", "climbs inside one entry", UnsafeName::Separator),
    (b"/etc/passwd", "is absolute", UnsafeName::Separator),
    (b"a/", "ends in a separator", UnsafeName::Separator),
    (b"..\\..\\x", "climbs on Windows", UnsafeName::Separator),
    (b"C:\\x", "is absolute on Windows", UnsafeName::Separator),
    (b"C:x", "is relative to a drive", UnsafeName::NotOnWindows),
    (b".git", "CVE-2014-9390: hooks and config", UnsafeName::DotGit),
    (b".GIT", "the same where case does not count", UnsafeName::DotGit),
    (b".gIt", "the same in mixed case", UnsafeName::DotGit),
    (b"git~1", "CVE-2019-1353: the 8.3 name of .git", UnsafeName::DotGit),
    (b"GIT~1", "the same in upper case", UnsafeName::DotGit),
    (b".git.", "NTFS drops trailing dots", UnsafeName::DotGit),
    (b".git ", "NTFS drops trailing spaces", UnsafeName::DotGit),
    (b".git . .", "NTFS drops both, mixed", UnsafeName::DotGit),
    (b".git::$INDEX_ALLOCATION", "an NTFS stream is .git itself", UnsafeName::DotGit),
    (b"git~1::$INDEX_ALLOCATION", "the same by the 8.3 name", UnsafeName::DotGit),
    (".g\u{200c}it".as_bytes(), "HFS+ ignores the non-joiner", UnsafeName::DotGit),
    (".gi\u{200d}t".as_bytes(), "HFS+ ignores the joiner", UnsafeName::DotGit),
    ("\u{feff}.git".as_bytes(), "HFS+ ignores the byte order mark", UnsafeName::DotGit),
    (".git\u{206f}".as_bytes(), "HFS+ ignores nominal digit shapes", UnsafeName::DotGit),
    (".g\u{131}t".as_bytes(), "a dotless i folds to i", UnsafeName::DotGit),
    (b".gitmodules", "CVE-2018-17456: submodule commands", UnsafeName::DotGitModules),
    (b".GitModules", "the same where case does not count", UnsafeName::DotGitModules),
    (b"gitmod~1", "its 8.3 name", UnsafeName::DotGitModules),
    (b"GI7EBA~1", "its hashed 8.3 name", UnsafeName::DotGitModules),
    (b".gitmodules ", "NTFS drops trailing spaces", UnsafeName::DotGitModules),
    (".git\u{200d}modules".as_bytes(), "HFS+ ignores the joiner", UnsafeName::DotGitModules),
    (".gitmodule\u{17f}".as_bytes(), "a long s folds to s", UnsafeName::DotGitModules),
    (b"CON", "is the console on Windows", UnsafeName::Device),
    (b"CON.txt", "is still the console", UnsafeName::Device),
    (b"nul", "swallows what is written", UnsafeName::Device),
    (b"aux.md", "is a serial port", UnsafeName::Device),
    (b"COM1", "is a serial port", UnsafeName::Device),
    (b"lpt9.log", "is a printer", UnsafeName::Device),
    (b"conin$", "is the console's input", UnsafeName::Device),
    (b"a. ", "Windows drops the end, so it is another file", UnsafeName::NotOnWindows),
    (b"a.", "the same with a dot", UnsafeName::NotOnWindows),
    (b"a?b", "is a wildcard on Windows", UnsafeName::NotOnWindows),
    (b"x:y", "is a stream on Windows", UnsafeName::NotOnWindows),
    (b"a\nb", "forges lines of output", UnsafeName::Hidden(0x0a)),
    (b"a\rb", "overwrites a line of output", UnsafeName::Hidden(0x0d)),
    (b"a\tb", "forges columns of output", UnsafeName::Hidden(0x09)),
    (b"\x1b[2J", "clears the terminal", UnsafeName::Hidden(0x1b)),
    (b"a\x00b", "cuts the name in C", UnsafeName::Hidden(0)),
    (b"a\x7fb", "deletes a character on the terminal", UnsafeName::Hidden(0x7f)),
    ("a\u{9b}31m".as_bytes(), "is a C1 escape sequence", UnsafeName::Hidden(0x9b)),
    ("\u{202e}dm.exe".as_bytes(), "CVE-2021-42574: reads backwards", UnsafeName::Hidden(0x202e)),
    ("a\u{2066}b".as_bytes(), "isolates text direction", UnsafeName::Hidden(0x2066)),
    ("a\u{61c}b".as_bytes(), "is an Arabic letter mark", UnsafeName::Hidden(0x61c)),
    ("SKILL\u{200b}.md".as_bytes(), "looks like SKILL.md", UnsafeName::Hidden(0x200b)),
    ("SKILL\u{ad}.md".as_bytes(), "looks like SKILL.md", UnsafeName::Hidden(0xad)),
    ("a\u{2060}b".as_bytes(), "has an invisible word joiner", UnsafeName::Hidden(0x2060)),
    ("a\u{e0041}".as_bytes(), "hides text in tags", UnsafeName::Hidden(0xe0041)),
    ("a\u{fe01}".as_bytes(), "hides text in variation selectors", UnsafeName::Hidden(0xfe01)),
    ("a\u{e0100}".as_bytes(), "hides text in more selectors", UnsafeName::Hidden(0xe0100)),
    ("\u{3164}".as_bytes(), "is blank: a Hangul filler", UnsafeName::Hidden(0x3164)),
    ("\u{2800}".as_bytes(), "is blank: an empty Braille cell", UnsafeName::Hidden(0x2800)),
    ("a\u{2028}b".as_bytes(), "breaks the line in some viewers", UnsafeName::Hidden(0x2028)),
    (b"\xff\xfe", "is no text", UnsafeName::NotUtf8),
    (b"caf\xe9.md", "is Latin-1", UnsafeName::NotUtf8),
    (b"\xc0\xae\xc0\xae", "is an overlong ..", UnsafeName::NotUtf8),
    (b"\xed\xa0\x80", "is a lone surrogate", UnsafeName::NotUtf8),
    ("cafe\u{301}.md".as_bytes(), "macOS stores it under another name", UnsafeName::NotNormalized),
];

#[test]
fn hostile_names_are_refused_in_names_trees_and_artifact_names() {
    assert!(NAMES.len() >= 60);
    for (name, why, expected) in NAMES {
        let shown = name.as_bstr();
        assert_eq!(check_name(name), Err(*expected), "{shown:?} {why}");
        let mut objects = Memory::default();
        let blob = objects.blob("x");
        if !name.contains(&0) {
            let root = objects.tree(&[(FILE, name, blob), (FILE, b"SKILL.md", blob)]);
            let refused = check_folder(&objects, root).expect_err(why);
            assert_eq!(refused.entry, *name, "{why}");
            assert!(matches!(refused.reason, Reason::Name(reason) if reason == *expected), "{shown:?} {why}");
            let text = refused.to_string();
            assert!(!text.chars().any(crate::model::visible::is_hidden), "{text:?}");
        }
        if let Ok(text) = name.to_str() {
            assert!(check_artifact_name(text).is_err(), "{shown:?} {why}");
        }
    }
}

#[test]
fn long_names_and_leading_dashes() {
    assert_eq!(check_name(&[b'a'; 255]), Ok(()));
    assert_eq!(check_name(&[b'a'; 256]), Err(UnsafeName::TooLong));
    assert_eq!(check_name(b"-rf"), Ok(()), "a file inside an artifact is never an argument by itself");
    for name in ["-rf", "--help", "frontend/-x", "-/x"] {
        assert_eq!(check_artifact_name(name), Err(UnsafeName::LeadingDash), "{name}");
    }
    for name in ["", "a//b", "a/", "/a", "a/../b"] {
        assert!(check_artifact_name(name).is_err(), "{name:?}");
    }
}

#[test]
fn ordinary_names_pass() {
    for name in ["SKILL.md", "Makefile", ".gitignore", ".gitattributes", ".github", "a b", "été.md", "日本"]
    {
        assert_eq!(check_name(name.as_bytes()), Ok(()), "{name}");
        assert_eq!(check_artifact_name(name), Ok(()), "{name}");
    }
    for name in ["pdf", "frontend/component", "x.y_z-1", "C++", "a'b$(c)"] {
        assert_eq!(check_artifact_name(name), Ok(()), "{name}");
    }
}

/// What is wrong with the tree that the function builds.
type Case = (&'static str, fn(&mut Memory) -> ObjectId, fn(&Reason) -> bool);

const TREES: &[Case] = &[
    ("two entries of one name", |o| pair(o, b"a", b"a"), |r| matches!(r, Reason::Clash(_))),
    ("names that differ in case", |o| pair(o, b"Readme.md", b"README.md"), |r| matches!(r, Reason::Clash(_))),
    (
        "names that fold alike",
        |o| pair(o, "straße".as_bytes(), b"STRASSE"),
        |r| matches!(r, Reason::Clash(_)),
    ),
    (
        "final and other sigma",
        |o| pair(o, "ΟΔΟΣ".as_bytes(), "οδος".as_bytes()),
        |r| matches!(r, Reason::Clash(_)),
    ),
    ("Kelvin sign and k", |o| pair(o, "\u{212a}".as_bytes(), b"k"), |r| matches!(r, Reason::Name(_))),
    (
        "CVE-2026-44471: a link and a folder of one name",
        |o| {
            let (target, blob) = (o.blob("x"), o.blob("y"));
            let folder = o.tree(&[(FILE, b"f", blob)]);
            o.raw_tree(&[(LINK, b"d", target), (TREE, b"d", folder)])
        },
        |r| matches!(r, Reason::Clash(_)),
    ),
    (
        "entries out of order",
        |o| {
            let blob = o.blob("x");
            o.raw_tree(&[(FILE, b"b", blob), (FILE, b"a", blob)])
        },
        |r| matches!(r, Reason::Unsorted),
    ),
    ("a submodule", |o| moded(o, "160000"), |r| matches!(r, Reason::Submodule)),
    ("setuid", |o| moded(o, "104755"), |r| matches!(r, Reason::Mode(0o104_755))),
    ("group-writable", |o| moded(o, "100664"), |r| matches!(r, Reason::Mode(0o100_664))),
    ("world-writable", |o| moded(o, "100777"), |r| matches!(r, Reason::Mode(0o100_777))),
    ("a device", |o| moded(o, "60644"), |r| matches!(r, Reason::Mode(_))),
    ("no mode at all", |o| moded(o, "0"), |r| matches!(r, Reason::Mode(_))),
    ("an absolute link", |o| link(o, "/etc/passwd"), |r| matches!(r, Reason::LinkAbsolute)),
    ("a link to a drive", |o| link(o, "C:/Windows"), |r| matches!(r, Reason::LinkAbsolute)),
    ("a link with backslashes", |o| link(o, "..\\..\\x"), |r| matches!(r, Reason::LinkAbsolute)),
    ("a link to the parent", |o| link(o, ".."), |r| matches!(r, Reason::LinkOutside)),
    ("a link to a neighbour", |o| link(o, "../other/SKILL.md"), |r| matches!(r, Reason::LinkOutside)),
    ("a link that goes down and up", |o| link(o, "a/../../x"), |r| matches!(r, Reason::LinkOutside)),
    ("up after a name that may be a link", |o| link(o, "l/../x"), |r| matches!(r, Reason::LinkOutside)),
    ("dots between the climbs", |o| link(o, "./.././x"), |r| matches!(r, Reason::LinkOutside)),
    ("an empty link", |o| link(o, ""), |r| matches!(r, Reason::LinkMalformed)),
    ("a link with a NUL", |o| link(o, "a\0b"), |r| matches!(r, Reason::LinkName(_))),
    ("a link into .git", |o| link(o, ".git/hooks/x"), |r| matches!(r, Reason::LinkName(UnsafeName::DotGit))),
    ("a very long link", |o| link(o, &"a/".repeat(2049)), |r| matches!(r, Reason::LinkMalformed)),
    (
        "a link one folder down that climbs two",
        |o| {
            let inner = link(o, "../../x");
            o.tree(&[(TREE, b"d", inner)])
        },
        |r| matches!(r, Reason::LinkOutside),
    ),
    (
        "a link one folder down that climbs after a name",
        |o| {
            let inner = link(o, "l/../x");
            o.tree(&[(TREE, b"d", inner)])
        },
        |r| matches!(r, Reason::LinkOutside),
    ),
    ("a bare repository", bare_repository, |r| matches!(r, Reason::Repository)),
    (
        "a folder too deep",
        |o| {
            let blob = o.blob("x");
            let inner = o.tree(&[(FILE, b"f", blob)]);
            o.nested(32, inner)
        },
        |r| matches!(r, Reason::TooDeep),
    ),
    ("a path too long", long_path, |r| matches!(r, Reason::PathTooLong)),
    ("a tree of 10^9 files in 11 objects", |o| bomb(o, true), |r| matches!(r, Reason::TooManyFolders)),
    ("a tree of 10^9 folders, no file", |o| bomb(o, false), |r| matches!(r, Reason::TooManyFolders)),
    ("10,001 files", |o| flat(o, 10_001), |r| matches!(r, Reason::TooManyFiles)),
    (
        "a file of 64 MiB and a byte",
        |o| sized(o, 64 * 1024 * 1024 + 1),
        |r| matches!(r, Reason::TooManyBytes),
    ),
    ("sizes that overflow", |o| sized(o, u64::MAX), |r| matches!(r, Reason::TooManyBytes)),
    ("a tree object of 9 MB", huge_tree, |r| matches!(r, Reason::TreeTooBig)),
    (
        "a missing blob",
        |o| one(o, FILE, ObjectId::null(gix::hash::Kind::Sha1)),
        |r| matches!(r, Reason::Missing(_)),
    ),
    (
        "a missing tree",
        |o| one(o, TREE, ObjectId::null(gix::hash::Kind::Sha1)),
        |r| matches!(r, Reason::Missing(_)),
    ),
    (
        "a blob said to be a folder",
        |o| {
            let blob = o.blob("x");
            one(o, TREE, blob)
        },
        |r| matches!(r, Reason::WrongKind(_)),
    ),
    (
        "a folder said to be a file",
        |o| {
            let tree = o.tree(&[]);
            one(o, FILE, tree)
        },
        |r| matches!(r, Reason::WrongKind(_)),
    ),
    ("a cut tree", |o| o.add(Kind::Tree, b"100644 a\0abc"), |r| matches!(r, Reason::Malformed(_))),
    ("garbage for a tree", |o| o.add(Kind::Tree, b"\xff\xff"), |r| matches!(r, Reason::Malformed(_))),
];

fn one(objects: &mut Memory, mode: &str, id: ObjectId) -> ObjectId {
    objects.tree(&[(mode, b"x", id)])
}

fn moded(objects: &mut Memory, mode: &str) -> ObjectId {
    let blob = objects.blob("x");
    one(objects, mode, blob)
}

fn pair(objects: &mut Memory, first: &[u8], second: &[u8]) -> ObjectId {
    let blob = objects.blob("x");
    objects.tree(&[(FILE, first, blob), (FILE, second, blob)])
}

fn link(objects: &mut Memory, target: &str) -> ObjectId {
    let blob = objects.blob(target);
    one(objects, LINK, blob)
}

fn bare_repository(objects: &mut Memory) -> ObjectId {
    let (blob, empty) = (objects.blob("ref: refs/heads/main\n"), objects.tree(&[]));
    let inner = objects.tree(&[(FILE, b"HEAD", blob), (TREE, b"objects", empty), (TREE, b"refs", empty)]);
    objects.tree(&[(TREE, b"x.git", inner)])
}

fn long_path(objects: &mut Memory) -> ObjectId {
    let blob = objects.blob("x");
    let name = [b'n'; 255];
    let mut inner = objects.tree(&[(FILE, &name, blob)]);
    for _ in 0..16 {
        inner = objects.tree(&[(TREE, &name, inner)]);
    }
    inner
}

fn bomb(objects: &mut Memory, file: bool) -> ObjectId {
    let blob = objects.blob("x");
    let mut inner = if file { objects.tree(&[(FILE, b"f", blob)]) } else { objects.tree(&[]) };
    for _ in 0..9 {
        let names: Vec<[u8; 1]> = (b'0'..=b'9').map(|digit| [digit]).collect();
        let entries: Vec<_> = names.iter().map(|name| (TREE, &name[..], inner)).collect();
        inner = objects.tree(&entries);
    }
    inner
}

fn flat(objects: &mut Memory, files: usize) -> ObjectId {
    let blob = objects.blob("x");
    let names: Vec<String> = (0..files).map(|n| n.to_string()).collect();
    let entries: Vec<_> = names.iter().map(|name| (FILE, name.as_bytes(), blob)).collect();
    objects.tree(&entries)
}

fn sized(objects: &mut Memory, size: u64) -> ObjectId {
    let (big, small) = (objects.add_sized(Kind::Blob, b"big", size), objects.blob("small"));
    objects.tree(&[(FILE, b"a", small), (FILE, b"b", big)])
}

fn huge_tree(objects: &mut Memory) -> ObjectId {
    let huge = objects.add_sized(Kind::Tree, b"", 9 * 1024 * 1024);
    one(objects, TREE, huge)
}

#[test]
fn hostile_trees_are_refused() {
    for (why, build, expected) in TREES {
        let mut objects = Memory::default();
        let root = build(&mut objects);
        match check_folder(&objects, root) {
            Ok(checked) => panic!("{why}: {checked:?}"),
            Err(refused) => assert!(expected(&refused.reason), "{why}: {refused}"),
        }
        assert!(objects.reads.get() <= super::MAX_FOLDERS + 1, "{why}: {} objects read", objects.reads.get());
    }
}

#[test]
fn the_limits_themselves_are_allowed() {
    let mut objects = Memory::default();
    let root = flat(&mut objects, 10_000);
    assert_eq!(check_folder(&objects, root).map(|checked| checked.files).ok(), Some(10_000));
    let root = sized(&mut objects, 64 * 1024 * 1024 - 5);
    assert_eq!(check_folder(&objects, root).map(|checked| checked.bytes).ok(), Some(64 * 1024 * 1024));
    let blob = objects.blob("x");
    let inner = objects.tree(&[(FILE, b"f", blob)]);
    let root = objects.nested(31, inner);
    assert!(check_folder(&objects, root).is_ok());
}

#[test]
fn an_ordinary_skill_is_counted() {
    let mut objects = Memory::default();
    let (text, target) = (objects.blob("# PDF\n"), objects.blob("../SKILL.md"));
    let scripts = objects.tree(&[("100755", b"run.sh", text), (LINK, b"doc", target)]);
    let root = objects.tree(&[
        (FILE, b"SKILL.md", text),
        (FILE, b".gitattributes", text),
        (TREE, b"scripts", scripts),
    ]);
    let checked = check_folder(&objects, root).expect("safe");
    assert_eq!(checked, Checked { files: 4, bytes: 29, gitattributes: true, executables: 1 });
}

#[test]
fn single_files_are_checked_too() {
    let mut objects = Memory::default();
    let blob = objects.blob("SKILL.md");
    assert_eq!(check(&objects, Content::file(blob)).map(|checked| checked.files).ok(), Some(1));
    for kind in [EntryKind::Link, EntryKind::Commit] {
        assert!(check(&objects, Content { mode: kind.into(), id: blob }).is_err(), "{kind:?}");
    }
}

#[test]
fn errors_name_the_entry_without_its_power() {
    let mut objects = Memory::default();
    let blob = objects.blob("x");
    let inner = objects.tree(&[(FILE, "\u{202e}fdp\x1b".as_bytes(), blob)]);
    let root = objects.tree(&[(TREE, b"docs", inner)]);
    let refused = check_folder(&objects, root).expect_err("hostile");
    assert_eq!(refused.to_string(), r"'docs/\u{202e}fdp\x1b': the name holds the hidden character U+202E");
}

proptest! {
    #[test]
    fn names_never_panic(name in any::<Vec<u8>>()) {
        let _ = check_name(&name);
        let _ = check_artifact_name(&String::from_utf8_lossy(&name));
    }

    #[test]
    fn trees_never_panic(data in any::<Vec<u8>>()) {
        let mut objects = Memory::default();
        let root = objects.add(Kind::Tree, &data);
        let _ = check_folder(&objects, root);
    }

    #[test]
    fn folding_twice_is_folding_once(name in any::<String>()) {
        proptest::prop_assert_eq!(fold(&fold(&name)), fold(&name));
    }
}

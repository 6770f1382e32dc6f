//! The hashes of other tools, taken anew of a version to see whether it is the one they mean.

use super::Hash;
use gix::bstr::ByteSlice;
use sha2::{Digest as _, Sha256};
use std::cmp::Ordering;
use std::fmt::Write as _;

/// A regular file of a version: its path inside the artifact (empty for an artifact of one file)
/// and its bytes as git has them.
pub type File = (String, Vec<u8>);

/// The printable ASCII characters in the order of JavaScript's `localeCompare` (the root collation
/// of Unicode), letters apart.
const ORDER: &str = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";

impl Hash {
    /// Whether a version with these files has this hash.
    ///
    /// For [`Hash::Files`] these have to be all files of the version: several versions may share a
    /// part of them, and which one it was could only be guessed.
    pub fn is_of(&self, files: &[File]) -> bool {
        match self {
            Self::SkillMeat(hash) => in_order(files, by_component).is_some_and(|found| found == *hash),
            Self::Skills(hash) => {
                let kept: Vec<File> = files.iter().filter(|(path, _)| is_hashed(path)).cloned().collect();
                // Where the order of the letters of a language would matter, only bytes are tried.
                let orders = [in_order(&kept, by_locale), in_order(&kept, Ord::cmp)];
                orders.into_iter().flatten().any(|found| found == *hash)
            }
            Self::Files { files: known, plain_line_ends } => {
                let has = |(path, hash): (&String, &String)| {
                    let found = files.iter().find(|(file, _)| file == path);
                    found.is_some_and(|(_, bytes)| hash_of_file(bytes, *plain_line_ends) == *hash)
                };
                known.len() == files.len() && known.iter().all(has)
            }
        }
    }
}

/// Each file's path and bytes one after the other; none of no files.
fn in_order(files: &[File], order: impl Fn(&str, &str) -> Ordering) -> Option<String> {
    let mut files: Vec<&File> = files.iter().collect();
    files.sort_by(|(left, _), (right, _)| order(left, right));
    let mut hasher = Sha256::new();
    for (path, bytes) in &files {
        hasher.update(path);
        hasher.update(bytes);
    }
    (!files.is_empty()).then(|| hex(hasher))
}

fn by_component(left: &str, right: &str) -> Ordering {
    left.split('/').cmp(right.split('/'))
}

/// As `localeCompare` does for ASCII: all characters without regard to case first, then lower case
/// before upper case. What is not ASCII comes after it, in the order of code points.
fn by_locale(left: &str, right: &str) -> Ordering {
    let primary = |c: char| match ORDER.find(c) {
        Some(at) => (0, at as u32),
        None if c.is_ascii_alphabetic() => (1, u32::from(c.to_ascii_lowercase())),
        None => (2, u32::from(c)),
    };
    let folded = left.chars().map(primary).cmp(right.chars().map(primary));
    let case = |text: &str| text.chars().map(|c| c.is_ascii_uppercase()).collect::<Vec<_>>();
    folded.then_with(|| case(left).cmp(&case(right)))
}

/// What the `skills` program leaves out of its hash.
fn is_hashed(path: &str) -> bool {
    !path.split('/').any(|part| part == ".git" || part == "node_modules")
}

fn hash_of_file(bytes: &[u8], plain_line_ends: bool) -> String {
    let mut hasher = Sha256::new();
    if plain_line_ends && std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0) {
        hasher.update(bytes.replace("\r\n", "\n"));
    } else {
        hasher.update(bytes);
    }
    hex(hasher)
}

fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::{File, by_locale};
    use crate::model::import::Hash;
    use std::collections::BTreeMap;

    /// The hashes below were taken of these files by Python and by node, in the tools' own way.
    fn files() -> Vec<File> {
        [
            ("SKILL.md", "x\n"),
            ("scripts/run.sh", "one\r\n"),
            ("a-b/z", "2"),
            ("a/y", "3"),
            ("B.md", "B"),
            ("_u", "u"),
        ]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into()
    }

    #[test]
    fn hashes_are_those_of_the_tools() {
        let skillmeat = "13667f9bd7425bc3e51975fb5dc1890a8bd4ae6a5a077e0f529e903eb41f034e";
        let skills = "e6363ba409bfc15f983056941d3f672612563a67100463ef8585bb022cb1dd85";
        let plain = "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806";
        let mut with_more = files();
        with_more.push(("node_modules/x/y".to_owned(), b"y".to_vec()));
        assert!(Hash::SkillMeat(skillmeat.into()).is_of(&files()));
        assert!(!Hash::SkillMeat(skillmeat.into()).is_of(&with_more));
        assert!(Hash::Skills(skills.into()).is_of(&files()) && Hash::Skills(skills.into()).is_of(&with_more));
        assert!(!Hash::Skills(skillmeat.into()).is_of(&files()));
        for (path, plain_line_ends, expected) in
            [("scripts/run.sh", true, true), ("scripts/run.sh", false, false), ("scripts/no.sh", true, false)]
        {
            let told = BTreeMap::from([(path.to_owned(), plain.to_owned())]);
            let hash = Hash::Files { files: told, plain_line_ends };
            assert_eq!(hash.is_of(&files()[1..2]), expected, "{path} {plain_line_ends}");
            assert!(!hash.is_of(&files()), "more files than were told of");
        }
        // The hash of nothing is the hash of no version.
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned();
        for hash in [Hash::SkillMeat(nothing.clone()), Hash::Skills(nothing)] {
            assert!(!hash.is_of(&[]));
        }
        assert!(!Hash::Files { files: BTreeMap::new(), plain_line_ends: true }.is_of(&files()));
    }

    #[test]
    fn names_are_ordered_as_node_does() {
        let sorted = [
            "_",
            "_x",
            "-",
            "a",
            "A",
            "a b",
            "a-b",
            "a.b",
            "a/",
            "a/b",
            "a1",
            "a10",
            "a2",
            "Aa",
            "ab",
            "aB",
            "Ab",
            "license",
            "LICENSE",
            "LICENSE.txt",
            "README.md",
            "references/a.md",
            "scripts/x",
            "skill",
            "SKILL.md",
            "x_y",
            "x-y",
            "X/y",
            "xY",
        ];
        let mut found = sorted;
        found.reverse();
        found.sort_by(|left, right| by_locale(left, right));
        assert_eq!(found, sorted);
    }
}

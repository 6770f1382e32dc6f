//! What must not be written over: files that git does not track, and what is no folder.

use crate::model::content::Content;
use gix::bstr::BString;

/// Whether a file that stands there untracked may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replace {
    /// No: only one with the same content is no obstacle.
    Never,
    /// Yes, file by file; the log keeps the old content.
    Files,
}

/// The first of `untracked` that stands in the way of `files`.
///
/// That is a file of the same path, as far as it may not be replaced, and always a file or link where
/// a folder is needed, or a file in a folder where a file is needed: git would remove them unasked.
pub fn in_the_way<'u>(
    files: &[(BString, Content)],
    untracked: &'u [(BString, Content)],
    replace: Replace,
) -> Option<&'u BString> {
    let blocks = |there: &BString, content: &Content| {
        files.iter().any(|(path, wanted)| {
            let same_path = path == there;
            same_path && replace == Replace::Never && wanted != content
                || is_below(path, there)
                || is_below(there, path)
        })
    };
    untracked.iter().find(|(there, content)| blocks(there, content)).map(|(there, _)| there)
}

fn is_below(path: &BString, folder: &BString) -> bool {
    path.strip_prefix(folder.as_slice()).is_some_and(|rest| rest.first() == Some(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::{Replace, in_the_way};
    use crate::model::content::Content;
    use gix::ObjectId;
    use gix::bstr::BString;

    fn file(path: &str, byte: u8) -> (BString, Content) {
        (path.into(), Content::file(ObjectId::Sha1([byte; 20])))
    }

    #[test]
    fn what_blocks() {
        let files = [file("a/b/c", 1), file("a/d", 2)];
        for (there, never, replaced) in [
            (file("a/b/c", 1), false, false),
            (file("a/b/c", 9), true, false),
            (file("a", 9), true, true),
            (file("a/b", 1), true, true),
            (file("a/d/e", 9), true, true),
            (file("a/b/cc", 9), false, false),
            (file("other", 9), false, false),
        ] {
            let found = |replace| in_the_way(&files, std::slice::from_ref(&there), replace).is_some();
            assert_eq!(found(Replace::Never), never, "{}", there.0);
            assert_eq!(found(Replace::Files), replaced, "{}", there.0);
        }
    }
}

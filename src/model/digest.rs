//! The content digest: an identity that does not depend on git's object format.

use gix::bstr::BStr;
use gix::objs::tree::EntryMode;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// Feeds an artifact's files, in bytewise path order, into its SHA-256.
///
/// Each file adds its octal mode, a space, its path inside the artifact, a NUL, its decimal
/// length, a NUL, and its raw git content. A single-file artifact has its file name as path.
#[derive(Default)]
pub struct Digester(Sha256);

impl Digester {
    /// Add one file.
    pub fn add(&mut self, mode: EntryMode, path: &BStr, data: &[u8]) {
        self.0.update(format!("{:06o} ", mode.value()));
        self.0.update(path);
        self.0.update([0]);
        self.0.update(data.len().to_string());
        self.0.update([0]);
        self.0.update(data);
    }

    /// The digest in hex.
    pub fn finish(self) -> String {
        in_hex(&self.0.finalize())
    }
}

/// The SHA-256 of the bytes of one file, in hex.
pub fn plain_sha256(data: &[u8]) -> String {
    in_hex(&Sha256::digest(data))
}

fn in_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::Digester;
    use gix::objs::tree::EntryKind;

    #[test]
    fn names_and_contents_cannot_be_shifted_into_each_other() {
        let digest = |files: &[(&str, &str)]| {
            let mut digester = Digester::default();
            for (path, data) in files {
                digester.add(EntryKind::Blob.into(), (*path).into(), data.as_bytes());
            }
            digester.finish()
        };
        let all =
            [digest(&[("a", "bc")]), digest(&[("ab", "c")]), digest(&[]), digest(&[("a", "b"), ("c", "")])];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        // printf '100644 a\0002\000bc' | sha256sum
        assert_eq!(
            digest(&[("a", "bc")]),
            "b1bdf8fc80a3bab00e78761509cf043f4f820eb1ee08320c02326b996f5f9c55"
        );
    }
}

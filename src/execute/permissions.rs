//! Who may read and write what we wrote: in a shared repository (`core.sharedRepository`) those whom it
//! is shared with, whatever the user's umask says. Git sees to that for each file; the library does not.

#[cfg(unix)]
use super::disk;
use crate::git::{Repository, config};
use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// What a shared repository gives to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// At least these bits, for plain files.
    AtLeast(u32),
    /// Exactly these.
    Exactly(u32),
}

/// The permissions to be given below some folders, once something was written there.
#[derive(Debug, Clone)]
pub struct Permissions {
    sharing: Sharing,
    folders: Vec<PathBuf>,
}

impl Sharing {
    /// What the configured word means, as git reads it; none where the umask has the say.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "group" | "true" | "1" | "yes" | "on" => return Some(Self::AtLeast(0o660)),
            "all" | "world" | "everybody" | "2" => return Some(Self::AtLeast(0o664)),
            "umask" | "false" | "0" | "no" | "off" | "" => return None,
            _ => {}
        }
        let mode = u32::from_str_radix(word, 8).ok()?;
        // Without the owner's rights git refuses it.
        (mode & 0o600 == 0o600).then_some(Self::Exactly(mode & 0o666))
    }

    /// The mode that a file or folder gets which has this one.
    pub fn mode(self, mode: u32, is_folder: bool) -> u32 {
        let (Self::AtLeast(shared) | Self::Exactly(shared)) = self;
        let mut bits = if mode & 0o200 == 0 { shared & !0o222 } else { shared };
        if mode & 0o100 != 0 || is_folder {
            bits |= (bits & 0o444) >> 2;
        }
        let mode = match self {
            Self::AtLeast(_) => mode | bits,
            Self::Exactly(_) => mode & !0o777 | bits,
        };
        if is_folder { mode | 0o2000 } else { mode }
    }
}

impl Permissions {
    /// Those of a repository; none where it is not shared.
    pub fn of(repository: &Repository) -> Option<Self> {
        let sharing = Sharing::from_word(&config::string(repository, "core.sharedRepository")?)?;
        let common = repository.common_dir();
        let folders = ["objects", "refs", "logs", "skillsync"].map(|name| common.join(name));
        let own = ["skillsync", "logs", "MERGE_MSG"].map(|name| repository.git_dir().join(name));
        Some(Self { sharing, folders: folders.into_iter().chain(own).collect() })
    }

    /// Give them. What belongs to somebody else is theirs to give.
    pub fn give(&self) {
        for folder in &self.folders {
            self.give_below(folder);
        }
    }

    fn give_below(&self, path: &Path) {
        let Ok(metadata) = path.symlink_metadata() else { return };
        if metadata.is_symlink() || is_packed(path) {
            return;
        }
        let _ = change(path, &metadata, self.sharing);
        if metadata.is_dir() {
            for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
                self.give_below(&entry.path());
            }
        }
    }
}

/// Packs are written by git alone.
fn is_packed(path: &Path) -> bool {
    path.ends_with("objects/pack") || path.ends_with("objects/info")
}

#[cfg(unix)]
fn change(path: &Path, metadata: &Metadata, sharing: Sharing) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o7777;
    let wanted = sharing.mode(mode, metadata.is_dir());
    if wanted == mode {
        return Ok(());
    }
    disk::set_mode_of(path, std::fs::Permissions::from_mode(wanted))
}

#[cfg(not(unix))]
fn change(_: &Path, _: &Metadata, _: Sharing) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Sharing;

    #[test]
    fn words_mean_what_they_mean_to_git() {
        let (group, all) = (Some(Sharing::AtLeast(0o660)), Some(Sharing::AtLeast(0o664)));
        for (word, sharing) in [
            ("group", group),
            ("true", group),
            ("1", group),
            ("all", all),
            ("world", all),
            ("everybody", all),
            ("2", all),
            ("umask", None),
            ("false", None),
            ("0", None),
            ("0640", Some(Sharing::Exactly(0o640))),
            ("0777", Some(Sharing::Exactly(0o666))),
            ("0044", None),
            ("nonsense", None),
        ] {
            assert_eq!(Sharing::from_word(word), sharing, "{word}");
        }
    }

    #[test]
    fn modes_are_those_of_git() {
        let group = Sharing::AtLeast(0o660);
        for (sharing, mode, is_folder, wanted) in [
            (group, 0o600, false, 0o660),
            (group, 0o400, false, 0o440),
            (group, 0o700, false, 0o770),
            (group, 0o700, true, 0o2770),
            (group, 0o644, false, 0o664),
            (Sharing::AtLeast(0o664), 0o600, false, 0o664),
            (Sharing::AtLeast(0o664), 0o700, true, 0o2775),
            (Sharing::Exactly(0o640), 0o664, false, 0o640),
            (Sharing::Exactly(0o640), 0o444, false, 0o440),
            (Sharing::Exactly(0o640), 0o777, true, 0o2750),
        ] {
            let found = sharing.mode(mode, is_folder);
            assert_eq!(found, wanted, "{sharing:?} of {mode:o}: {found:o}");
        }
    }
}

//! Folders that cannot be written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder that nobody can write to, not even root, as long as this lives.
pub struct Sealed(PathBuf);

impl Sealed {
    pub fn new(folder: &Path) -> Self {
        let run = |program: &str, args: &[&str]| {
            let path = folder.to_str().expect("UTF-8");
            Command::new(program).args(args).arg(path).status().is_ok_and(|it| it.success())
        };
        assert!(run("chmod", &["-R", "a-w"]));
        let sealed = Self(folder.to_owned());
        let probe = folder.join("probe");
        if fs::write(&probe, "x").is_ok() {
            fs::remove_file(&probe).expect("removed");
            // Modes are nothing to root; links have no attributes.
            run("chattr", &["-R", "-f", "+i"]);
            assert!(fs::write(&probe, "x").is_err(), "neither modes nor attributes seal a folder here");
        }
        sealed
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        let path = self.0.to_str().expect("UTF-8").to_owned();
        let _ = Command::new("chattr").args(["-R", "-i", &path]).output();
        let _ = Command::new("chmod").args(["-R", "u+w", &path]).status();
    }
}

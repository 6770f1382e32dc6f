//! The user's own folders of harnesses: below the home, or where variables of the environment say.

use super::folder_named;
use super::part::path_below;
use crate::git::Folder;
use crate::model::digest::plain_sha256;
use crate::model::target::{HomeVariable, Layout, TARGETS};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folder that holds all of them; what is known of it is kept below `state`.
///
/// That is the home, unless a variable leads out of it: then it is the nearest folder around both, of which
/// nothing else is looked at, and whose records are kept apart.
pub(super) fn find(home: &Path, state: &Path) -> Option<Folder> {
    let home = home.canonicalize().ok()?;
    let mut moved: BTreeMap<&'static str, PathBuf> = BTreeMap::new();
    for HomeVariable { variable, folder } in TARGETS.iter().flat_map(|target| target.homes) {
        // One that is relative would mean another folder in each place that it is used in.
        let to = folder_named(variable).map(|to| real(&to)).filter(|to| *to != home.join(folder));
        moved.extend(to.map(|to| (*variable, to)));
    }
    let root = moved.values().try_fold(home.clone(), |root, to| common(&root, to)).unwrap_or(home.clone());
    let base = path_below(&root, &home)?;
    let moved = moved.iter().filter_map(|(variable, to)| Some((*variable, path_below(&root, to)?)));
    let layout = Layout::of_user(base, moved.collect());
    let state = match root == home {
        true => state.join("user"),
        false => {
            let digest = plain_sha256(root.as_os_str().as_encoded_bytes());
            state.join(format!("user-{}", digest.get(..16).unwrap_or(&digest)))
        }
    };
    Some(Folder::of_user(root, state, layout))
}

/// The folder without links, as far as it is there.
fn real(folder: &Path) -> PathBuf {
    let (mut there, mut rest) = (folder, Vec::new());
    loop {
        if let Ok(real) = there.canonicalize() {
            return rest.iter().rev().fold(real, |folder, name| folder.join(name));
        }
        match (there.parent(), there.file_name()) {
            (Some(parent), Some(name)) => {
                rest.push(name);
                there = parent;
            }
            _ => return folder.to_owned(),
        }
    }
}

/// The nearest folder around both.
fn common(one: &Path, other: &Path) -> Option<PathBuf> {
    one.ancestors().find(|around| other.starts_with(around)).map(Path::to_owned)
}

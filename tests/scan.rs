//! What the scanner finds: in each layout, past each oddity, in real collections.

mod corpus;
mod layouts;
mod memory;
mod oddities;
mod properties;

use git_skillsync::observe::scan::{Scan, ScanOptions, scan};
use memory::{Item, Memory};

/// One line per artifact: type/name, where it stands if not where its name says, plugin.
fn list(found: &Scan) -> String {
    let line = |artifact: &git_skillsync::observe::scan::Offered| {
        let plugin = artifact.plugin.as_ref().map(|plugin| format!(" [{plugin}]")).unwrap_or_default();
        format!("{} = {}{plugin}", artifact.name, artifact.source)
    };
    found.artifacts.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn options() -> ScanOptions {
    ScanOptions { root: None, loose: None, repository_name: "collection".into() }
}

/// Scans a repository of these files.
fn scan_items(items: &[(&str, Item)], options: &ScanOptions) -> Scan {
    let mut memory = Memory::default();
    let tree = memory.tree(items);
    scan(&memory, tree, options).unwrap()
}

/// Scans a repository where each of these paths is a file (`path = text` gives its text).
fn scan_files(paths: &[&str], options: &ScanOptions) -> Scan {
    let items: Vec<_> = paths
        .iter()
        .map(|path| path.split_once(" = ").unwrap_or((path, "")))
        .map(|(path, text)| (path, Item::File(text)))
        .collect();
    scan_items(&items, options)
}

fn list_files(paths: &[&str]) -> String {
    list(&scan_files(paths, &options()))
}

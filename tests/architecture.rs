//! Who may use whom: the modules of `src/` against the table below.
//!
//! To change the architecture, change the code and the table together, in one commit that says why.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a file may have at most, without its tests. Aim at 100.
const MAX_LINES: usize = 400;

/// One module directly below the crate's root.
struct Module {
    name: &'static str,
    /// The modules whose items it may name.
    uses: &'static [&'static str],
    /// The paths it may not name.
    never: &'static [&'static [&'static str]],
}

/// Files, also behind a handle.
const FILES: &[&str] = &["std::fs", "tempfile"];
/// Ways to change files.
const WRITES: &[&str] = &[
    "std::fs::write",
    "std::fs::copy",
    "std::fs::rename",
    "std::fs::create_dir",
    "std::fs::create_dir_all",
    "std::fs::remove_file",
    "std::fs::remove_dir",
    "std::fs::remove_dir_all",
    "std::fs::set_permissions",
    "std::fs::hard_link",
    "std::fs::OpenOptions",
    "std::fs::File::create",
    "std::fs::File::create_new",
    "tempfile",
];
/// The environment of the process.
const ENVIRONMENT: &[&str] = &["std::env"];
/// Other programs.
const PROCESSES: &[&str] = &["std::process", "which"];
/// Other programs, where the own exit status may be named.
const PROCESSES_BUT_STATUS: &[&str] = &["std::process::Command", "which"];
/// What time it is.
const CLOCK: &[&str] =
    &["std::time::SystemTime", "std::time::Instant", "jiff::Timestamp::now", "jiff::Zoned::now"];
/// Repositories as gix opens them.
const REPOSITORIES: &[&str] = &[
    "gix::Repository",
    "gix::ThreadSafeRepository",
    "gix::open",
    "gix::open_opts",
    "gix::discover",
    "gix::init",
];
/// All of gix.
const GIX: &[&str] = &["gix"];
/// The terminal.
const TERMINAL: &[&str] = &["std::io::stdout", "std::io::stderr", "std::io::stdin"];
/// The command line's library.
const CLAP: &[&str] = &["clap"];
/// Everything that makes a function depend on more than its arguments.
const EFFECTS: &[&[&str]] = &[FILES, ENVIRONMENT, PROCESSES, CLOCK, REPOSITORIES, TERMINAL, CLAP];

/// The table, from the nouns to the command line. `lib`, `main` and `dispatch` may use everything.
const TABLE: &[Module] = &[
    Module { name: "model", uses: &[], never: EFFECTS },
    Module { name: "merge", uses: &["model"], never: EFFECTS },
    Module {
        name: "request",
        uses: &["model"],
        never: &[FILES, ENVIRONMENT, PROCESSES, CLOCK, GIX, TERMINAL, CLAP],
    },
    Module { name: "git", uses: &["model", "merge"], never: &[TERMINAL, CLAP] },
    Module {
        name: "session",
        uses: &["model", "request", "git"],
        never: &[WRITES, PROCESSES, REPOSITORIES, TERMINAL, CLAP],
    },
    Module {
        name: "observe",
        uses: &["model", "merge", "git", "session"],
        never: &[WRITES, ENVIRONMENT, PROCESSES, CLOCK, REPOSITORIES, TERMINAL, CLAP],
    },
    // What was asked for decides too; requests are plain values.
    Module { name: "plan", uses: &["model", "merge", "request"], never: EFFECTS },
    Module {
        name: "execute",
        // Of the merge only how contents are taken apart and put together.
        uses: &["model", "merge", "plan", "git", "session"],
        never: &[ENVIRONMENT, PROCESSES, CLOCK, REPOSITORIES, TERMINAL, CLAP],
    },
    Module { name: "exit", uses: &[], never: &[FILES, ENVIRONMENT, CLOCK, GIX, TERMINAL, CLAP] },
    Module {
        name: "error",
        uses: &["model", "merge", "git", "session", "observe", "execute", "exit"],
        never: EFFECTS,
    },
    Module { name: "report", uses: &["model", "merge", "plan", "execute", "error", "exit"], never: EFFECTS },
    Module {
        name: "terminal",
        uses: &["report", "exit"],
        never: &[FILES, PROCESSES_BUT_STATUS, CLOCK, GIX, CLAP],
    },
    Module {
        name: "commands",
        // They hold the opened repositories and the engine between the stages.
        uses: &[
            "model", "merge", "request", "git", "session", "observe", "plan", "execute", "report", "error",
            "exit", "terminal",
        ],
        never: &[FILES, ENVIRONMENT, PROCESSES, GIX, TERMINAL, CLAP],
    },
    Module { name: "cli", uses: &["model", "request"], never: &[FILES, PROCESSES, CLOCK, GIX, TERMINAL] },
];

/// What no module may name.
const NOWHERE: &[&str] = &["std::process::exit", "std::process::abort", "std::env::set_var"];

/// What one module may name that it or its neighbours may not.
const EXCEPTIONS: &[(&str, &str)] = &[
    // In builds for tests, where it stands for SIGKILL: nothing may be tidied up.
    ("git::gate", "std::process::abort"),
];

/// The modules below `execute` that may change files: all else goes through them, and so through the
/// gate at which tests stop it.
const WRITERS: &[&str] = &["execute::disk"];

#[test]
fn modules_use_only_what_the_table_allows() {
    let (mut wrong, mut files, mut paths) = (Vec::new(), 0, 0);
    for (file, source) in sources() {
        let module = module_path(&file);
        let found = named_paths(&without_tests(&source), &module);
        files += 1;
        paths += found.len();
        wrong.extend(
            violations(&module, &found).into_iter().map(|what| format!("src/{}: {what}", file.display())),
        );
    }
    assert!(files > 5 && paths > 50, "the sources were not read: {files} files, {paths} paths");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Past the test runner, which swallows what a passing test prints.
    let _ = writeln!(std::io::stderr(), "architecture: {files} files name {paths} paths, all allowed");
}

/// What tests can do to the program must not be in what users run.
#[test]
fn the_gate_is_armed_in_builds_for_tests_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let gate = std::fs::read_to_string(root.join("src/git/gate.rs")).expect("the gate");
    let (before, armed) = gate.split_once("#[cfg(debug_assertions)]\nmod armed {").expect("the armed half");
    for word in ["std::env", "abort", "std::fs"] {
        assert!(!before.contains(word) && armed.contains(word), "'{word}' outside of the armed half");
    }
    for (file, source) in sources().iter().filter(|(file, _)| !file.ends_with("git/gate.rs")) {
        assert!(!source.contains("GIT_SKILLSYNC_FAULT"), "{}", file.display());
    }
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).expect("Cargo.toml");
    let (_, release) = manifest.split_once("[profile.release]").expect("the release profile");
    let release = release.split("\n[").next().unwrap_or_default();
    assert!(!release.contains("debug-assertions"), "{release}");
}

#[test]
fn files_are_short() {
    for (file, source) in sources() {
        let lines = without_tests(&source).lines().count();
        assert!(lines <= MAX_LINES, "src/{}: {lines} lines, at most {MAX_LINES}", file.display());
    }
}

#[test]
fn the_table_names_no_cycle() {
    for (index, module) in TABLE.iter().enumerate() {
        for used in module.uses {
            let other = TABLE.iter().position(|row| row.name == *used).expect("a row for every name");
            let later = ["error", "exit"].contains(used);
            assert!(other < index || later, "{} stands before {used}, which it uses", module.name);
        }
    }
}

#[test]
fn violations_are_found_in_every_spelling() {
    let table: &[(&str, &str, &str)] = &[
        ("plan", "use std::fs;", "std::fs"),
        ("plan", "use std::{fs, io};", "std::fs"),
        ("plan", "use std::{io, fs::{self, File}};", "std::fs"),
        ("plan", "use std::fs as files;", "std::fs"),
        ("plan", "fn f() { let x = std::fs::read(\"x\"); }", "std::fs"),
        ("plan", "use crate::git::Repository;", "git"),
        ("plan", "use crate::{model, session::Session};", "session"),
        ("plan", "use super::execute;", "execute"),
        ("plan/pull", "use super::super::execute::x;", "execute"),
        ("plan/pull", "fn f() { super::super::report::text::escape(x) }", "report"),
        ("model/safety", "fn f(r: &gix::Repository) {}", "gix::Repository"),
        ("merge", "use std::time::{Duration, SystemTime};", "std::time::SystemTime"),
        ("observe", "use std::fs; fn f() { fs::write(a, b); }", "std::fs::write"),
        ("observe", "use std::fs::File; fn f() { File::create(a); }", "std::fs::File::create"),
        ("commands/pull", "use gix::ObjectId;", "gix"),
        ("report", "use std::io::{self, Write}; fn f() { io::stdout(); }", "std::io::stdout"),
        ("exit", "fn f() { std::process::exit(1) }", "std::process::exit"),
        ("lib", "use std::process; fn f() { process::exit(1) }", "std::process::exit"),
        ("helpers", "", "helpers"),
        ("execute/files", "use std::fs; fn f() { fs::rename(a, b); }", "std::fs::rename"),
        ("execute/files", "fn f() { tempfile::Builder::new(); }", "tempfile::Builder"),
        ("git/program", "fn f() { std::process::abort() }", "std::process::abort"),
    ];
    for (module, source, expected) in table {
        let module: Vec<String> = module.split('/').map(str::to_owned).collect();
        let found = violations(&module, &named_paths(source, &module));
        assert!(found.iter().any(|what| what.contains(&format!("'{expected}'"))), "{source}: {found:?}");
    }
    for (module, source) in [
        ("plan", "use std::{io, path::Path}; use crate::model::x; // use std::fs;"),
        ("plan/pull", "use super::deploy; fn f() { super::deploy::g(crate::merge::h()) }"),
        ("observe", "use std::fs; fn f() { fs::read(a); }"),
        ("git", "use std::process::Command; use gix::Repository;"),
        ("git/gate", "fn f() { std::process::abort() }"),
        ("execute/disk", "use std::fs; fn f() { fs::rename(a, b); }"),
    ] {
        let module: Vec<String> = module.split('/').map(str::to_owned).collect();
        assert_eq!(violations(&module, &named_paths(source, &module)), [""; 0], "{source}");
    }
}

/// What the table has against these paths in this module.
fn violations(module: &[String], paths: &BTreeSet<String>) -> Vec<String> {
    let top = module[0].as_str();
    let mut wrong = Vec::new();
    let full = module.join("::");
    let mut forbid = |prefix: &str| {
        if EXCEPTIONS.contains(&(full.as_str(), prefix)) {
            return;
        }
        let inside = format!("{prefix}::");
        if paths.iter().any(|path| path == prefix || path.starts_with(&inside)) {
            wrong.push(format!("'{top}' may not name '{prefix}'"));
        }
    };
    NOWHERE.iter().for_each(|prefix| forbid(prefix));
    if matches!(top, "lib" | "main" | "dispatch") {
        return wrong;
    }
    let Some(row) = TABLE.iter().find(|row| row.name == top) else {
        wrong.push(format!("'{top}' is not in the table"));
        return wrong;
    };
    row.never.iter().flat_map(|group| group.iter()).for_each(|prefix| forbid(prefix));
    if top == "execute" && !WRITERS.contains(&full.as_str()) {
        WRITES.iter().filter(|prefix| **prefix != "tempfile").for_each(|prefix| forbid(prefix));
        ["tempfile::Builder", "tempfile::tempdir", "tempfile::tempfile", "std::os::unix::fs::symlink"]
            .iter()
            .for_each(|prefix| forbid(prefix));
    }
    for path in paths {
        let used = path.strip_prefix("crate::").and_then(|rest| rest.split("::").next());
        if let Some(used) = used.filter(|used| *used != top && !row.uses.contains(used)) {
            wrong.push(format!("'{top}' may not use '{used}' ({path})"));
        }
    }
    wrong
}

/// All sources but those of tests, by their path below `src/`.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut files) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("folder") {
            let path = entry.expect("entry").path();
            if path.file_stem().is_some_and(|stem| stem == "tests") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).expect("source");
                files.push((path.strip_prefix(&root).expect("below src").to_owned(), source));
            }
        }
    }
    files.sort();
    files
}

/// `plan/hook_file/mod.rs` → `plan`, `hook_file`.
fn module_path(file: &Path) -> Vec<String> {
    let parts = file.with_extension("");
    let parts = parts.iter().map(|part| part.to_string_lossy().into_owned());
    let mut module: Vec<String> = parts.collect();
    if module.len() > 1 && module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

/// The source up to its test module, which stands last.
fn without_tests(source: &str) -> String {
    let mut kept = String::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if line != "#[cfg(test)]" {
            kept += line;
            kept.push('\n');
        } else if lines.next().is_some_and(|item| item.ends_with('{')) {
            // The item ends with the brace in the first column.
            let _ = lines.by_ref().find(|line| *line == "}");
        }
    }
    kept
}

/// Every path that the code names, imports resolved: `crate::…` for our own modules.
fn named_paths(source: &str, module: &[String]) -> BTreeSet<String> {
    let code: String =
        source.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    let mut imports = Vec::new();
    let mut rest = String::new();
    for statement in code.split_inclusive(';') {
        match import(statement) {
            Some((before, tree)) => {
                rest += before;
                expand("", tree, &mut imports);
            }
            None => rest += statement,
        }
    }
    let mut paths: BTreeSet<String> = imports.iter().map(|(path, _)| absolute(path, module)).collect();
    for path in plain_paths(&rest) {
        let (first, tail) = path.split_once("::").unwrap_or((path, ""));
        match imports.iter().find(|(_, name)| name == first) {
            Some((import, _)) => paths.insert(absolute(&format!("{import}::{tail}"), module)),
            None => paths.insert(absolute(path, module)),
        };
    }
    paths
}

/// The text before a `use`, and what it imports, if the statement ends with one.
fn import(statement: &str) -> Option<(&str, &str)> {
    let start = statement.rmatch_indices("use ").map(|(start, _)| start).find(|&start| {
        let before = statement[..start].chars().next_back();
        before.is_none_or(|before| !before.is_alphanumeric() && before != '_')
    })?;
    let tree = statement[start + 4..].strip_suffix(';')?;
    let is_path = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_:{},*".contains(c);
    tree.chars().all(is_path).then_some((&statement[..start], tree))
}

/// Append each path of an import, with the name it gets here.
fn expand(prefix: &str, tree: &str, imports: &mut Vec<(String, String)>) {
    let tree = tree.trim();
    if let Some((head, group)) = tree.split_once('{') {
        let group = group.trim_end().strip_suffix('}').expect("a closing brace");
        let (mut depth, mut start) = (0, 0);
        for (index, character) in group.char_indices().chain([(group.len(), ',')]) {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(&format!("{prefix}{}", head.trim()), &group[start..index], imports);
                    start = index + 1;
                }
                _ => {}
            }
        }
    } else if !tree.is_empty() {
        let (path, name) = tree.split_once(" as ").unwrap_or((tree, ""));
        let full = format!("{prefix}{}", path.trim());
        let full = full.strip_suffix("::self").unwrap_or(&full).to_owned();
        let last = full.rsplit("::").next().unwrap_or_default().to_owned();
        let name = if name.is_empty() { last } else { name.trim().to_owned() };
        imports.push((full, name));
    }
}

/// The paths with `::` in code without imports.
fn plain_paths(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
        .map(|word| word.trim_matches(':'))
        .filter(|word| word.contains("::"))
}

/// The path from the crate's root, if it is one of ours.
fn absolute(path: &str, module: &[String]) -> String {
    let mut parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
    let mut base: Vec<&str> = match parts.first() {
        Some(&("self" | "super")) if module != ["lib"] => module.iter().map(String::as_str).collect(),
        Some(&("self" | "super" | "crate")) => Vec::new(),
        _ => return parts.join("::"),
    };
    while let Some(first) = parts.first().copied().filter(|first| ["self", "super", "crate"].contains(first))
    {
        if first == "super" {
            base.pop();
        }
        parts.remove(0);
    }
    ["crate"].into_iter().chain(base).chain(parts).collect::<Vec<_>>().join("::")
}

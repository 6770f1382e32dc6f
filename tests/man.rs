//! The manual: what is committed, what clap knows, and what `man` makes of it.

use crate::support::{Run, Sandbox};
use clap::{Command, CommandFactory};
use git_skillsync::cli::{self, Cli};
use git_skillsync::model::setting::SETTINGS;
use git_skillsync::model::trigger::Trigger;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("man")
}

/// The commands that are listed, with the actions of those that have some, as they are typed.
fn commands() -> Vec<(Vec<String>, Command)> {
    fn collect(command: &Command, words: &[String], found: &mut Vec<(Vec<String>, Command)>) {
        for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
            let words: Vec<String> = words.iter().cloned().chain([command.get_name().to_owned()]).collect();
            collect(command, &words, found);
            found.push((words, command.clone()));
        }
    }
    let mut program = Cli::command();
    program.build();
    let mut found = Vec::new();
    collect(&program, &[], &mut found);
    found
}

/// `UPDATE_MAN=1 cargo test man::` writes them.
#[test]
fn the_committed_pages_are_what_clap_and_the_texts_give() {
    let pages = cli::man::pages().expect("pages");
    if std::env::var_os("UPDATE_MAN").is_some() {
        for page in &pages {
            std::fs::write(folder().join(&page.file), &page.roff).expect("page");
        }
    }
    let entries = std::fs::read_dir(folder()).expect("man").map(|entry| entry.expect("entry").file_name());
    let there: BTreeSet<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    let there: BTreeSet<&str> =
        there.iter().map(String::as_str).filter(|name| name.ends_with(".1")).collect();
    assert_eq!(
        there,
        pages.iter().map(|page| page.file.as_str()).collect(),
        "'UPDATE_MAN=1 cargo test man::'"
    );
    for page in &pages {
        let committed = std::fs::read_to_string(folder().join(&page.file)).expect("page");
        assert!(committed == page.roff, "{} is out of date: 'UPDATE_MAN=1 cargo test man::'", page.file);
    }
}

#[test]
fn every_command_has_a_page_that_says_what_and_how() {
    let pages = cli::man::pages().expect("pages");
    let mut expected = vec!["git-skillsync.1".to_owned()];
    expected.extend(
        commands()
            .iter()
            .filter(|(words, _)| words.len() == 1)
            .map(|(words, _)| format!("git-skillsync-{}.1", words[0])),
    );
    assert_eq!(pages.iter().map(|page| &page.file).collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
    assert_eq!(cli::man::TEXTS.len(), pages.len());
    for page in &pages {
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES"] {
            assert!(page.roff.contains(&format!("\n.SH {section}\n")), "{} lacks {section}", page.file);
        }
    }
}

/// The contract's list, as far as it is built; the words after `git skillsync`.
#[test]
fn what_the_contract_lists_is_there() {
    let known: BTreeSet<String> = commands().into_iter().map(|(words, _)| words.join(" ")).collect();
    for command in [
        "init",
        "collection add",
        "collection list",
        "collection remove",
        "collection update",
        "collection init",
        "demo",
        "hooks install",
        "hooks uninstall",
        "hooks status",
        "config",
        "completions",
        "man",
        "list",
        "deploy",
        "status",
        "check",
        "diff",
        "pull",
        "push",
        "sync",
        "continue",
        "abort",
        "undo",
        "log",
        "remove",
        "adopt",
        "import",
    ] {
        assert!(known.contains(command), "{command}");
    }
}

#[test]
fn help_and_page_name_every_flag() {
    let sandbox = Sandbox::new();
    let here = sandbox.folder("here");
    let pages = cli::man::pages().expect("pages");
    for (words, command) in commands() {
        let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        arguments.push("-h");
        let run = here.skillsync(&arguments);
        assert_eq!(run.code, 0, "{run}");
        let page =
            pages.iter().find(|page| page.file == format!("git-skillsync-{}.1", words[0])).expect("page");
        let mut flags = 0;
        for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
            let long = arg.get_long().map(|long| format!("--{long}"));
            let Some(flag) = long.or(arg.get_short().map(|short| format!("-{short}"))) else { continue };
            assert!(run.stdout.contains(&flag), "{words:?} -h lacks {flag}: {run}");
            let common = arg.is_global_set() || ["help", "version"].contains(&arg.get_id().as_str());
            let page = if common { &pages[0] } else { page };
            assert!(page.roff.contains(&flag.replace('-', "\\-")), "{} lacks {flag}", page.file);
            flags += 1;
        }
        assert!(flags > 5, "{words:?}: {flags} flags");
    }
}

#[test]
fn the_main_page_has_every_configuration_key() {
    let page = &cli::man::pages().expect("pages")[0].roff;
    for setting in &SETTINGS {
        // What is the same for every trigger is said once.
        let key = Trigger::ALL.into_iter().fold(setting.key.to_owned(), |key, trigger| {
            key.replace(&format!(".{}.", trigger.as_str()), ".<trigger>.")
        });
        assert!(page.contains(&key.replace('-', "\\-")), "{key}");
    }
}

#[test]
fn pages_are_installed_where_man_looks() {
    let sandbox = Sandbox::new();
    let here = sandbox.folder("here");
    let run = here.skillsync(&["man", "--install"]);
    insta::assert_snapshot!(run, @r#"
    ----- stdout
    installed 27 pages in '[SANDBOX]/home/.local/share/man/man1'
    ----- stderr
    hint: 'git help skillsync' shows them; where it does not find them, put this into the shell's profile:
    hint: export MANPATH="[SANDBOX]/home/.local/share/man:$MANPATH"
    ----- status 0
    "#);
    let installed = sandbox.home().join(".local/share/man/man1");
    let count = std::fs::read_dir(&installed).expect("folder").count();
    assert_eq!(count, cli::man::pages().expect("pages").len());
    assert_eq!(
        here.skillsync(&["man", "--install", "--json"]).json()["folder"],
        installed.display().to_string()
    );
    let page = std::fs::read_to_string(installed.join("git-skillsync.1")).expect("page");
    assert_eq!(here.skillsync(&["man"]).stdout, page);
    let no_man = here.run(here.command("sh").args(["-c", "command -v man"])).code != 0;
    if no_man {
        return;
    }
    let help = |variable: &str, value: String| -> Run {
        here.run(
            here.command("git").env("MANPAGER", "cat").env(variable, value).args(["skillsync", "--help"]),
        )
    };
    // As the hint says.
    let run = help("MANPATH", format!("{}:", sandbox.home().join(".local/share/man").display()));
    assert!(run.code == 0 && run.stdout.contains("git-skillsync"), "{run}");
}

#[test]
fn man_finds_no_fault_with_the_pages() {
    let sandbox = Sandbox::new();
    let here = sandbox.folder("here");
    if here.run(here.command("sh").args(["-c", "command -v groff"])).code != 0 {
        return;
    }
    for page in cli::man::pages().expect("pages") {
        here.write("page", &page.roff);
        let run = here.run(here.command("groff").args(["-man", "-Tutf8", "-ww", "page"]));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}: {run}", page.file);
    }
}

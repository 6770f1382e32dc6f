//! The README against the program.

use crate::support::Sandbox;
use clap::{Command, CommandFactory};
use git_skillsync::cli::Cli;

const README: &str = include_str!("../README.md");

/// The blocks of code of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let start = format!("```{language}\n");
    let blocks = README.split(start.as_str()).skip(1);
    blocks.map(|block| block.split_once("```").expect("the end of a block").0).collect()
}

/// What stands after `git skillsync` in a line, up to a comment or another command.
fn calls(text: &str) -> Vec<Vec<String>> {
    let calls = text.split("git skillsync ").skip(1);
    calls
        .map(|call| {
            let end = call.find(['\n', '#', '`', '&', ';']).unwrap_or(call.len());
            call[..end].split_whitespace().map(|word| word.trim_matches('\'').to_owned()).collect()
        })
        .collect()
}

#[test]
fn every_command_in_it_exists_with_its_options() {
    let mut program = Cli::command();
    program.build();
    let mut checked = 0;
    for words in blocks("sh").iter().chain(&blocks("console")).flat_map(|block| calls(block)) {
        let mut command: &Command = &program;
        for word in &words {
            if word.starts_with('-') {
                let (name, _) = word.split_once('=').unwrap_or((word, ""));
                let known = command.get_arguments().any(|arg| {
                    arg.get_long().is_some_and(|long| name == format!("--{long}"))
                        || arg.get_short().is_some_and(|short| name == format!("-{short}"))
                });
                assert!(known, "'{name}' of 'git skillsync {}'", words.join(" "));
            } else if command.has_subcommands() {
                let found = command.find_subcommand(word);
                command = found.unwrap_or_else(|| panic!("'{word}' of 'git skillsync {}'", words.join(" ")));
            }
        }
        checked += 1;
    }
    assert!(checked > 20, "{checked} calls");
}

#[test]
fn its_session_is_the_demo() {
    let shown: Vec<&str> = blocks("console")[0]
        .lines()
        .filter_map(|line| line.strip_prefix("$ "))
        .filter(|line| line.starts_with("git "))
        .collect();
    let run = Sandbox::new().folder("here").skillsync(&["demo", "--json"]);
    let document = run.json();
    let steps = document["steps"].as_array().expect("steps");
    let played: Vec<&str> = steps.iter().filter_map(|step| step["command"].as_str()).collect();
    assert_eq!(shown, played);
}

#[test]
fn the_first_screen_has_the_two_commands() {
    let first: Vec<&str> = README.lines().take(25).collect();
    for command in ["cargo run --release -- demo", "cargo test --locked"] {
        assert!(first.iter().any(|line| line.starts_with(command)), "{command}");
    }
}

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

/// A session without what differs from run to run: its folder, ids and times.
fn masked(session: &str) -> Vec<String> {
    let folder = session.lines().next().and_then(|line| line.strip_prefix("$ cd ")).expect("the folder");
    session.replace(folder, "FOLDER").lines().map(masked_line).collect()
}

fn masked_line(line: &str) -> String {
    if line.starts_with("Date: ") {
        return "Date: …".to_owned();
    }
    let mut rest = line.trim_end().to_owned();
    if let Some((before, after)) = line.split_once("\"deployed_at\":\"") {
        let (_, after) = after.split_once('"').expect("the end of the time");
        rest = format!("{before}{after}");
    }
    let mut masked = String::new();
    while !rest.is_empty() {
        let is_digit = |character: char| character.is_ascii_digit() || ('a'..='f').contains(&character);
        let digits = rest.find(|character| !is_digit(character)).unwrap_or(rest.len());
        let end = if digits == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { digits };
        masked += if digits >= 7 { "ID" } else { &rest[..end] };
        rest.replace_range(..end, "");
    }
    masked
}

#[test]
fn its_session_is_what_the_demo_prints() {
    let run = Sandbox::new().folder("here").skillsync(&["demo"]);
    let (shown, printed) = (masked(blocks("console")[0]), masked(&run.stdout));
    assert!(shown.len() > 40 && shown.iter().any(|line| line.contains("\"base\":\"ID\"")), "{shown:#?}");
    for (shown, printed) in shown.iter().zip(&printed) {
        assert_eq!(shown, printed, "paste the output of 'cargo run --release -- demo' into README.md");
    }
    assert_eq!(shown.len(), printed.len());
}

#[test]
fn the_first_screen_has_the_two_commands() {
    let first: Vec<&str> = README.lines().take(25).collect();
    for command in ["cargo run --release -- demo", "cargo test --locked"] {
        assert!(first.iter().any(|line| line.starts_with(command)), "{command}");
    }
}

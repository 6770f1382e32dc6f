//! The pages of the manual: what clap knows, with the texts of `man/text` around it.

mod text;

use super::Cli;
use crate::model::manual::Page;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};
use std::io::Write;

/// The texts that are written by hand, by command; the first is that of the program.
pub const TEXTS: [(&str, &str); 27] = [
    ("", include_str!("../../man/text/main.txt")),
    ("init", include_str!("../../man/text/init.txt")),
    ("collection", include_str!("../../man/text/collection.txt")),
    ("demo", include_str!("../../man/text/demo.txt")),
    ("list", include_str!("../../man/text/list.txt")),
    ("deploy", include_str!("../../man/text/deploy.txt")),
    ("status", include_str!("../../man/text/status.txt")),
    ("check", include_str!("../../man/text/check.txt")),
    ("diff", include_str!("../../man/text/diff.txt")),
    ("pull", include_str!("../../man/text/pull.txt")),
    ("push", include_str!("../../man/text/push.txt")),
    ("sync", include_str!("../../man/text/sync.txt")),
    ("continue", include_str!("../../man/text/continue.txt")),
    ("abort", include_str!("../../man/text/abort.txt")),
    ("undo", include_str!("../../man/text/undo.txt")),
    ("log", include_str!("../../man/text/log.txt")),
    ("remove", include_str!("../../man/text/remove.txt")),
    ("targets", include_str!("../../man/text/targets.txt")),
    ("adopt", include_str!("../../man/text/adopt.txt")),
    ("import", include_str!("../../man/text/import.txt")),
    ("notes", include_str!("../../man/text/notes.txt")),
    ("auto", include_str!("../../man/text/auto.txt")),
    ("hooks", include_str!("../../man/text/hooks.txt")),
    ("doctor", include_str!("../../man/text/doctor.txt")),
    ("config", include_str!("../../man/text/config.txt")),
    ("completions", include_str!("../../man/text/completions.txt")),
    ("man", include_str!("../../man/text/man.txt")),
];

/// All pages, the program's first, then one for every command that is not hidden.
///
/// # Errors
///
/// Never in practice: they are written into memory.
pub fn pages() -> std::io::Result<Vec<Page>> {
    let mut program = Cli::command();
    program.build();
    let commands: Vec<Command> =
        program.get_subcommands().filter(|command| !command.is_hide_set()).cloned().collect();
    let mut pages = vec![page(program, "")?];
    for command in commands {
        let name = command.get_name().to_owned();
        pages.push(page(command, &name)?);
    }
    Ok(pages)
}

fn page(command: Command, name: &str) -> std::io::Result<Page> {
    let is_program = name.is_empty();
    let file = if is_program { "git-skillsync.1".to_owned() } else { format!("git-skillsync-{name}.1") };
    // What every command takes stands in the program's page.
    let command = command.mut_args(|arg| {
        let common = arg.is_global_set() || ["help", "version"].contains(&arg.get_id().as_str());
        if common && !is_program { arg.hide(true) } else { arg }
    });
    let command = command.subcommand_help_heading("COMMANDS").subcommand_value_name("command");
    let group = !is_program && command.has_subcommands();
    let usage = if group { usages(&command) } else { usage(&command) };
    let command = command.override_usage(usage);
    let has_options = command.get_arguments().any(|arg| !arg.is_hide_set());
    let actions: Vec<Command> = command.get_subcommands().cloned().collect();
    let man = Man::new(command)
        // Without any date, the next word would be taken for it.
        .date(" ")
        .source(concat!("git-skillsync ", env!("CARGO_PKG_VERSION")))
        .manual("git-skillsync manual");
    let sections = text::sections(TEXTS.iter().find(|(of, _)| *of == name).map_or("", |(_, text)| text));
    let (description, others): (Vec<_>, Vec<_>) =
        sections.into_iter().partition(|section| section.heading == "DESCRIPTION");
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    write_sections(&mut out, &description)?;
    if is_program {
        man.render_subcommands_section(&mut out)?;
    }
    if group {
        actions_section(&actions).to_writer(&mut out)?;
    }
    if has_options {
        man.render_options_section(&mut out)?;
    }
    write_sections(&mut out, &others)?;
    if !is_program {
        closing().to_writer(&mut out)?;
    }
    Ok(Page { file, roff: without_repeated_preamble(&String::from_utf8_lossy(&out)) })
}

fn write_sections(out: &mut dyn Write, sections: &[text::Section<'_>]) -> std::io::Result<()> {
    sections.iter().try_for_each(|section| section.to_roff().to_writer(out))
}

/// A line of usage for every action of a command such as `hooks`.
fn usages(command: &Command) -> String {
    let plain = |action: &Command| usage(action).replace(" [OPTIONS]", "");
    command.get_subcommands().map(plain).collect::<Vec<_>>().join("\n")
}

fn usage(command: &Command) -> String {
    command.clone().render_usage().to_string().trim_start_matches("Usage: ").to_owned()
}

/// What the actions of a command such as `hooks` do.
fn actions_section(actions: &[Command]) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["ACTIONS"]);
    for action in actions {
        let mut words = vec![bold(action.get_name())];
        for arg in action.get_positionals() {
            let names = arg.get_value_names().unwrap_or_default().join(" ");
            let name = if arg.is_required_set() { format!(" {names}") } else { format!(" [{names}]") };
            words.push(italic(name));
        }
        roff.control("TP", []).text(words);
        roff.text([roman(action.get_about().map(ToString::to_string).unwrap_or_default())]);
    }
    roff
}

/// The last section of a command's page.
fn closing() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    roff.text([
        bold("git-skillsync"),
        roman("(1) has the options that every command takes, the exit status and the configuration."),
    ]);
    roff
}

/// Every piece begins with the same definitions; one is enough.
fn without_repeated_preamble(text: &str) -> String {
    let mut seen = Vec::new();
    let mut kept = String::new();
    for line in text.lines() {
        if line.starts_with(".ie \\n(.g") || line.starts_with(".el .ds Aq") {
            if seen.contains(&line) {
                continue;
            }
            seen.push(line);
        }
        kept += line;
        kept.push('\n');
    }
    kept
}

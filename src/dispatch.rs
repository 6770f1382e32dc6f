//! From the command line to a command, and from its answer to the terminal.

mod sides;

use crate::cli::requests::selectors;
use crate::cli::setup::{CollectionCommand, HookArgs, HooksCommand};
use crate::cli::team::{AutoCommand, NotesCommand};
use crate::cli::{self, Cli, Color, Command, Global};
use crate::commands;
use crate::error::Error;
use crate::model::harness;
use crate::report::{Form, Report, failure};
use crate::request;
use crate::session::{Session, SessionOptions};
use crate::terminal;
use clap::Parser;
use sides::Sides;
use std::ffi::OsString;
use std::process::ExitCode;

/// Run the program with these arguments.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    // An agent program would take another status than 0 for a reason to stop its user.
    let for_program = ["hook", "--harness"].iter().all(|word| args.iter().any(|arg| arg == word));
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => {
            // A pipe that was closed is all that can go wrong here.
            let _ = error.print();
            if for_program {
                return ExitCode::SUCCESS;
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let (form, name) = (form(&cli.global), name(&cli.command));
    let report = run(cli, &args, form).unwrap_or_else(|error| match for_program {
        true => Report::data(""),
        false => failure::report(&error, name, form.json),
    });
    terminal::print(&report)
}

fn form(global: &Global) -> Form {
    let color = match global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal::takes_color(),
    };
    Form { json: global.json, quiet: global.quiet, verbose: global.verbose, color: color && !global.json }
}

fn run(cli: Cli, args: &[OsString], form: Form) -> Result<Report, Error> {
    let Cli { global, mut command } = cli;
    let Global { folders, collection, user, no_input, .. } = global;
    let may_ask = !no_input && terminal::can_ask();
    let session = Session::new(&SessionOptions { folders, collection, user, may_ask })?;
    // What was understood once is understood again.
    let Ok(Cli { command: mut again, .. }) = Cli::try_parse_from(args) else {
        return one(&session, command, form);
    };
    sides::seen_from_root(&session, &mut command);
    sides::seen_from_root(&session, &mut again);
    match sides::of(&session, &mut command, &mut again)? {
        Sides::Tracked => one(&session, command, form),
        Sides::Ignored => {
            session.turn_to_ignored(true);
            one(&session, again, form)
        }
        Sides::Both => both(&session, command, again, form),
    }
}

/// Run a command for one side.
fn one(session: &Session, command: Command, form: Form) -> Result<Report, Error> {
    let report = command_of(session, command, form)?;
    let report = report.and_say(&commands::reconcile::settle(session)?);
    Ok(if session.user { report.for_user() } else { report })
}

/// Run a command for both.
fn both(session: &Session, tracked: Command, ignored: Command, form: Form) -> Result<Report, Error> {
    let name = name(&tracked);
    let first = match one(session, tracked, form) {
        Err(error) if sides::is_nothing_to_do(&error) => None,
        done => Some(done?),
    };
    session.turn_to_ignored(true);
    match (first, one(session, ignored, form)) {
        (Some(first), Ok(second)) => Ok(first.joined(&second, form)),
        (Some(only), Err(error)) if sides::is_nothing_to_do(&error) => Ok(only),
        (Some(first), Err(error)) => Ok(first.joined(&failure::report(&error, name, form.json), form)),
        (None, done) => done,
    }
}

fn command_of(session: &Session, command: Command, form: Form) -> Result<Report, Error> {
    match command {
        Command::Init(args) => commands::init::run(session, &args.into(), form),
        Command::Collection(command) => match command {
            CollectionCommand::Add { name, place } => commands::collection::add(session, &name, &place, form),
            CollectionCommand::List => commands::collection::list(session, form),
            CollectionCommand::Remove { name } => commands::collection::remove(session, &name, form),
            CollectionCommand::Update { name } => {
                commands::collection::update(session, name.as_deref(), form)
            }
            CollectionCommand::Init { path } => commands::collection::make(session, path.as_deref(), form),
        },
        Command::Demo(args) => commands::demo::run(session, args.folder.as_deref(), form),
        Command::List(args) => commands::list::run(session, args.available, form),
        Command::Deploy(args) => commands::deploy::run(session, &args.into(), form),
        Command::Status(args) => status(session, &args.into(), form, "status"),
        Command::Check(args) => {
            let request = request::Status { exit_code: true, ..args.into() };
            status(session, &request, form, "check")
        }
        Command::Pull(mut args) => match args.project.take() {
            Some(project) => commands::receive::run(session, &args.into(), &project, form),
            None => commands::pull::run(session, &args.into(), form),
        },
        Command::Diff(args) => commands::diff::run(session, &args.into(), form),
        Command::Push(args) => commands::push::run(session, &args.into(), form),
        Command::Sync(args) => commands::sync::run(session, &args.into(), form),
        Command::Continue(args) => commands::continue_::run(session, args.commit, form),
        Command::Abort(args) => commands::abort::run(session, &selectors(args.artifacts), form),
        Command::Undo(args) => commands::undo::run(session, args.operation.as_deref(), form),
        Command::Log(args) => commands::log::run(session, args.count, form),
        Command::Remove(args) => commands::remove::run(session, &args.into(), form),
        Command::Targets(args) => commands::targets::run(session, args.clear.as_deref(), form),
        Command::Import(args) => commands::import::run(session, &args.into(), form),
        Command::Notes(command) => commands::notes::run(session, &command.into(), form),
        Command::Adopt(args) => commands::adopt::run(session, &args.into(), form),
        Command::Auto(command) => commands::auto::run(session, &command.into(), form),
        Command::Hooks(action) => commands::hooks::run(session, (&action).into(), form),
        Command::Doctor(args) => commands::doctor::run(session, args.into(), form),
        Command::Config(args) => commands::config::run(session, &args.into(), form),
        Command::Completions(args) => {
            let script = cli::completions::script(args.shell);
            Ok(commands::completions::run(&args.shell.to_string(), script, form))
        }
        Command::Man(args) => {
            let pages = cli::man::pages().map_err(Error::Output)?;
            match args.install {
                true => commands::man::install(session, &pages, form),
                false => Ok(commands::man::print(&pages, form)),
            }
        }
        Command::Hook(HookArgs { harness: Some(name), event, .. }) => {
            let input = terminal::read_document(harness::is_whole);
            Ok(commands::session_hook::run(session, &name, &event, &input))
        }
        Command::Hook(args) => commands::hook::run(session, &args.event, &args.args, terminal::read_input),
    }
}

/// The command as it is named in JSON documents.
fn name(command: &Command) -> &'static str {
    match command {
        Command::Init(_) => "init",
        Command::Collection(CollectionCommand::Add { .. }) => "collection add",
        Command::Collection(CollectionCommand::List) => "collection list",
        Command::Collection(CollectionCommand::Remove { .. }) => "collection remove",
        Command::Collection(CollectionCommand::Update { .. }) => "collection update",
        Command::Collection(CollectionCommand::Init { .. }) => "collection init",
        Command::Demo(_) => "demo",
        Command::List(_) => "list",
        Command::Deploy(_) => "deploy",
        Command::Status(_) => "status",
        Command::Check(_) => "check",
        Command::Diff(_) => "diff",
        Command::Pull(_) => "pull",
        Command::Push(_) => "push",
        Command::Sync(_) => "sync",
        Command::Continue(_) => "continue",
        Command::Abort(_) => "abort",
        Command::Undo(_) => "undo",
        Command::Log(_) => "log",
        Command::Remove(_) => "remove",
        Command::Targets(_) => "targets",
        Command::Import(_) => "import",
        Command::Notes(NotesCommand::Fetch(_)) => "notes fetch",
        Command::Notes(NotesCommand::Push(_)) => "notes push",
        Command::Notes(NotesCommand::Merge(_)) => "notes merge",
        Command::Notes(NotesCommand::Show(_)) => "notes show",
        Command::Auto(AutoCommand::Enable(_)) => "auto enable",
        Command::Auto(AutoCommand::Disable(_)) => "auto disable",
        Command::Auto(AutoCommand::Status { .. }) => "auto status",
        Command::Auto(AutoCommand::Run(_)) => "auto run",
        Command::Hooks(HooksCommand::Install { .. }) => "hooks install",
        Command::Adopt(_) => "adopt",
        Command::Hooks(HooksCommand::Uninstall) => "hooks uninstall",
        Command::Hooks(HooksCommand::Status) => "hooks status",
        Command::Doctor(_) => "doctor",
        Command::Config(_) => "config",
        Command::Completions(_) => "completions",
        Command::Man(_) => "man",
        Command::Hook(_) => "hook",
    }
}

fn status(
    session: &Session,
    request: &request::Status,
    form: Form,
    command: &'static str,
) -> Result<Report, Error> {
    // A line for a prompt is about where one stands.
    match request.all_projects && !request.line {
        true => commands::all_projects::run(session, request, form, command),
        false => commands::status::run(session, request, form, command),
    }
}

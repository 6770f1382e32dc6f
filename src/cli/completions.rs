//! Scripts with which shells complete the command line.

use super::Cli;
use clap::CommandFactory;
use clap_complete::Shell;

/// With git's own completion, bash asks this function after `git skillsync`.
const BASH_BEHIND_GIT: &str = include_str!("completions/behind-git.bash");

/// The script for a shell.
pub fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "git-skillsync", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Bash {
        // clap_complete 4.6 spells the dash of the program's name in two ways, so that nothing after a
        // command is completed.
        script = script.replace("git__subcmd__skillsync", "git__skillsync");
        script += BASH_BEHIND_GIT;
    }
    script
}

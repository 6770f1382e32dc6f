//! The `git-skillsync` program.

fn main() -> std::process::ExitCode {
    git_skillsync::dispatch::main(std::env::args_os())
}

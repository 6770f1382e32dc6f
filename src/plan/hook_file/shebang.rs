//! The first line of a hook: whether what follows is plain shell.

use super::Refusal;

/// Shells that run our block, which is plain POSIX.
const SHELLS: [&str; 5] = ["sh", "bash", "dash", "ash", "ksh"];
/// Options that leave a script a script; our block copes with each of them.
const OPTIONS: &str = "efluvx";

/// Check that the text is a plain shell script; gives what follows the shebang.
pub(super) fn check(text: &str) -> Result<&str, Refusal> {
    let command = text.strip_prefix("#!").ok_or(Refusal::NoShebang)?;
    let (command, rest) = command.split_once('\n').unwrap_or((command, ""));
    if command.contains('\r') {
        return Err(Refusal::CarriageReturn);
    }
    if is_shell(command) { Ok(rest) } else { Err(Refusal::NotShell(command.trim().into())) }
}

/// Whether the command of a shebang runs a shell on the file.
fn is_shell(command: &str) -> bool {
    let mut words = command.split_ascii_whitespace().peekable();
    let mut program = words.next().map(base_name);
    if program == Some("env") {
        // Without -S, the kernel hands over all that follows as one word.
        let _ = words.next_if_eq(&"-S");
        program = words.next().map(base_name);
    }
    program.is_some_and(|program| SHELLS.contains(&program)) && words.all(is_plain_option)
}

/// Whether the word is a group of [`OPTIONS`].
fn is_plain_option(word: &str) -> bool {
    word.strip_prefix('-')
        .is_some_and(|letters| !letters.is_empty() && letters.chars().all(|letter| OPTIONS.contains(letter)))
}

/// The last component of a path.
fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

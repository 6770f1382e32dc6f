//! `git skillsync completions`.

use crate::support::{Repo, Sandbox};

#[test]
fn every_shell_has_a_script() {
    let here = Sandbox::new().folder("here");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = here.skillsync(&["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{shell}: {run}");
        for word in ["git-skillsync", "deploy", "auto-resolve"] {
            assert!(run.stdout.contains(word), "{shell} lacks {word}");
        }
    }
    let json = here.skillsync(&["completions", "fish", "--json"]).json();
    assert_eq!((&json["command"], &json["shell"]), (&"completions".into(), &"fish".into()));
    assert_eq!(here.skillsync(&["completions", "nosuch"]).code, 2);
}

/// What bash offers after these words; the last one is being typed.
fn offered(here: &Repo, function: &str, words: &[&str]) -> Vec<String> {
    here.write("script", here.skillsync(&["completions", "bash"]).stdout);
    // git's completion sets these before it calls the function of a subcommand.
    let body = "source ./script\nwords=(\"$@\") cword=$(($# - 1)) cur=${words[cword]} prev=${words[cword-1]}\n\
                COMP_WORDS=(\"${words[@]}\") COMP_CWORD=$cword\n";
    let program =
        format!("{body}{function} \"$1\" \"$cur\" \"$prev\"\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n");
    let run = here.run(here.command("bash").args(["-c", &program, "bash"]).args(words));
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run}");
    run.stdout.lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn bash_completes_it_on_its_own_and_behind_git() {
    let sandbox = Sandbox::new();
    let here = sandbox.folder("here");
    if here.run(here.command("sh").args(["-c", "command -v bash"])).code != 0 {
        return;
    }
    assert_eq!(offered(&here, "_git__skillsync", &["git-skillsync", "pu"]), ["pull", "push"]);
    assert_eq!(offered(&here, "_git_skillsync", &["git", "skillsync", "pu"]), ["pull", "push"]);
    let alone = ["git-skillsync", "pull", "--auto-resolve", "o"];
    assert_eq!(offered(&here, "_git__skillsync", &alone), ["ours"]);
    let behind_options = ["git", "-C", "x", "--no-pager", "skillsync", "pull", "--auto-resolve", ""];
    assert_eq!(offered(&here, "_git_skillsync", &behind_options), ["abort", "ours", "theirs", "mark"]);
    assert_eq!(offered(&here, "_git_skillsync", &["git", "skillsync", "collection", "up"]), ["update"]);
}

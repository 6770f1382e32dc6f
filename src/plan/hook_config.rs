//! Hooks that stand in git's configuration (git 2.54 and later): what is to be written, and how what is
//! there stands. No file of anybody is touched, and whoever writes hook files does not notice.

use super::hook_file;
use crate::model::hook::HookEvent;
use std::path::Path;

/// A hook of ours as it stands in the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfiguredHook {
    /// The values of `command`.
    pub commands: Vec<String>,
    /// The values of `event`.
    pub events: Vec<String>,
    /// Whether somebody switched it off.
    pub is_off: bool,
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It calls this program.
    Installed,
    /// It calls another one, is of another release, or is not whole.
    Outdated,
    /// There is nothing.
    Absent,
    /// It is there and switched off.
    Off,
}

/// The section's name. Each event has one of its own: git does not tell a command which event it is
/// run for.
pub fn section(event: HookEvent) -> String {
    format!("hook.skillsync-{event}")
}

/// The command. Git appends `"$@"` to it where there are arguments, so it ends with a call.
pub fn command(event: HookEvent, binary: &Path) -> String {
    format!("skillsync() {{\n{}}}\nskillsync", hook_file::body(event, binary))
}

/// How a hook stands that should call `binary`.
pub fn standing(found: &ConfiguredHook, event: HookEvent, binary: &Path) -> Standing {
    if found.commands.is_empty() && found.events.is_empty() {
        Standing::Absent
    } else if found.is_off {
        Standing::Off
    } else if found.commands == [command(event, binary)] && found.events == [event.as_str()] {
        Standing::Installed
    } else {
        Standing::Outdated
    }
}

#[cfg(test)]
mod tests {
    use super::{ConfiguredHook, HookEvent, Standing, command, standing};
    use std::path::Path;

    #[test]
    fn how_a_configured_hook_stands() {
        let (event, binary) = (HookEvent::PostCommit, Path::new("/bin/git-skillsync"));
        let ours = command(event, binary);
        assert!(ours.starts_with("skillsync() {\n") && ours.ends_with("}\nskillsync"));
        let hook = |commands: &[&str], events: &[&str], is_off| ConfiguredHook {
            commands: commands.iter().map(|text| (*text).to_owned()).collect(),
            events: events.iter().map(|text| (*text).to_owned()).collect(),
            is_off,
        };
        for (found, expected) in [
            (hook(&[], &[], false), Standing::Absent),
            (hook(&[], &[], true), Standing::Absent),
            (hook(&[&ours], &["post-commit"], false), Standing::Installed),
            (hook(&[&ours], &["post-commit"], true), Standing::Off),
            (hook(&[&ours], &[], false), Standing::Outdated),
            (hook(&[], &["post-commit"], false), Standing::Outdated),
            (hook(&[&ours], &["post-merge"], false), Standing::Outdated),
            (hook(&[&ours, &ours], &["post-commit"], false), Standing::Outdated),
            (hook(&["other"], &["post-commit"], false), Standing::Outdated),
        ] {
            assert_eq!(standing(&found, event, binary), expected, "{found:?}");
        }
        assert_eq!(
            standing(&hook(&[&ours], &["post-commit"], false), event, Path::new("/x")),
            Standing::Outdated
        );
    }
}

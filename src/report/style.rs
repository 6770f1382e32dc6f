//! Colours, as git uses them.

use anstyle::{AnsiColor, Style};

/// Text in a colour, if colours are wanted.
pub fn paint(text: &str, style: Style, color: bool) -> String {
    if color { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// What is good or new.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What needs attention.
pub const BAD: Style = AnsiColor::Red.on_default();
/// What is told apart.
pub const NAME: Style = Style::new().bold();

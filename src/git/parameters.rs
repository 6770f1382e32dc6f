//! What `git -c KEY=VALUE` said: git hands it to its commands and hooks in `GIT_CONFIG_PARAMETERS`,
//! which the library does not read.

/// The settings in the variable's value, as `key=value`; none if it is not as git writes it.
///
/// Git writes `'key'='value'`, and before 2.31 it wrote `'key=value'`, each in the quotes of a shell.
pub(super) fn parse(text: &str) -> Option<Vec<String>> {
    let mut settings = Vec::new();
    let mut rest = text.trim_start_matches(' ');
    while !rest.is_empty() {
        let (key, after) = word(rest)?;
        rest = after;
        let mut setting = key;
        if let Some(after) = rest.strip_prefix('=') {
            setting.push('=');
            if after.starts_with('\'') {
                let (value, after) = word(after)?;
                setting += &value;
                rest = after;
            } else {
                rest = after;
            }
        }
        settings.push(setting);
        rest = match rest.strip_prefix(' ') {
            Some(after) => after.trim_start_matches(' '),
            None if rest.is_empty() => rest,
            None => return None,
        };
    }
    Some(settings)
}

/// A quoted word at the start, and what follows it. Git puts `'` and `!` outside of the quotes.
fn word(text: &str) -> Option<(String, &str)> {
    let mut found = String::new();
    let mut rest = text.strip_prefix('\'')?;
    loop {
        let (inside, after) = rest.split_once('\'')?;
        found += inside;
        let escaped = ["\\''", "\\!'"].into_iter().find(|escaped| after.starts_with(escaped));
        match escaped {
            Some(escaped) => {
                found += &escaped[1..2];
                rest = &after[escaped.len()..];
            }
            None => return Some((found, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn what_git_writes_is_read() {
        let read = |text: &str| parse(text).map(|settings| settings.join("|"));
        for (text, settings) in [
            ("", Some("")),
            ("'skillsync.scan'='false'", Some("skillsync.scan=false")),
            ("'skillsync.scan=false'", Some("skillsync.scan=false")),
            ("'a.b'='c d' 'e.f'='x=y'", Some("a.b=c d|e.f=x=y")),
            ("'a.b'", Some("a.b")),
            ("'a.b'=", Some("a.b=")),
            ("'a.b'='it'\\''s wow'\\!''", Some("a.b=it's wow!")),
            (" 'a.b'='c'  'd.e'='f' ", Some("a.b=c|d.e=f")),
            ("a.b=c", None),
            ("'a.b", None),
            ("'a.b'x", None),
        ] {
            assert_eq!(read(text).as_deref(), settings, "{text}");
        }
    }
}

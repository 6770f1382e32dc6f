//! What the body of a command asks the harness to put in: arguments, output of programs, files.

/// Claude Code's words in those of Gemini CLI: `$ARGUMENTS`, `` !`x` `` and `@f`.
pub(super) fn to_gemini(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let before = out.chars().next_back();
        if let Some(after) = arguments(rest) {
            out.push_str("{{args}}");
            rest = after;
        } else if let Some((command, after)) = program(rest).filter(|_| !continues(before)) {
            out.push_str(&format!("!{{{}}}", to_gemini(command)));
            rest = after;
        } else if let Some((file, after)) = mention(rest).filter(|_| opens(before)) {
            out.push_str(&format!("@{{{file}}}"));
            rest = after;
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// The other way round; what has no other word stays.
pub(super) fn from_gemini(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let before = out.chars().next_back();
        if let Some(after) = rest.strip_prefix("{{args}}") {
            out.push_str("$ARGUMENTS");
            rest = after;
        } else if let Some((command, after)) = rest.strip_prefix("!{").and_then(braced) {
            out.push_str(&format!("!`{}`", from_gemini(command)));
            rest = after;
        } else if let Some((file, after)) = rest.strip_prefix("@{").and_then(braced).filter(|_| opens(before))
        {
            out.push_str(&format!("@{file}"));
            rest = after;
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    // Only what leads back to the text is the same.
    if to_gemini(&out) == text { out } else { text.to_owned() }
}

/// `$ARGUMENTS` as a whole word.
fn arguments(text: &str) -> Option<&str> {
    let after = text.strip_prefix("$ARGUMENTS")?;
    let more = after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '['));
    (!more).then_some(after)
}

/// `` !`x` `` on one line, with braces that end.
fn program(text: &str) -> Option<(&str, &str)> {
    let (command, after) = text.strip_prefix("!`")?.split_once('`')?;
    let fits = !command.trim().is_empty() && !command.contains('\n');
    let mut depth = 0_i32;
    let balanced = command.chars().all(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth >= 0
    });
    (fits && balanced && depth == 0).then_some((command, after))
}

/// `@f`, where `f` looks like a file and not like a person, a package or an annotation.
fn mention(text: &str) -> Option<(&str, &str)> {
    let path = text.strip_prefix('@')?;
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '~');
    let end = path.find(|c| !fits(c)).unwrap_or(path.len());
    let file = path[..end].trim_end_matches('.');
    let anchored = ["./", "../", "/", "~/"].iter().any(|start| file.starts_with(start));
    let name = file.rsplit('/').next().unwrap_or(file);
    let ending = name.rsplit_once('.').is_some_and(|(stem, ending)| {
        let short = (1..=5).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_alphanumeric());
        short && !stem.is_empty() && !stem.contains('.')
    });
    (!file.is_empty() && (anchored && !name.is_empty() || ending)).then(|| (file, &path[file.len()..]))
}

/// What stands between here and the brace that ends it, on the same line.
fn braced(text: &str) -> Option<(&str, &str)> {
    let mut depth = 1_u32;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            '\n' => return None,
            _ => {}
        }
        if depth == 0 {
            return Some((&text[..at], &text[at + 1..]));
        }
    }
    None
}

fn continues(before: Option<char>) -> bool {
    before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '`'))
}

fn opens(before: Option<char>) -> bool {
    before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '\''))
}

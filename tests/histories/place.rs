//! Contents of the model as files of a real repository, and back.

use crate::model::lines::{CLOSES, Content, File, Files, Line, Lines, OPENS, PARTS, content, files};
use crate::support::Repo;

/// Where the artifact stands in the collection.
pub const SOURCE: &str = "skills/pdf";
/// Where it stands in the project.
pub const PLACED: &str = ".claude/skills/pdf";

/// The name that a file of the model has.
pub fn name_of(file: File) -> &'static str {
    if file == 'A' { "SKILL.md" } else { "notes.md" }
}

/// The text of a file.
pub fn text(lines: &[Line]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The lines of a text; what stands between markers of the base is left out.
pub fn parse(text: &str) -> Lines {
    let (mut lines, mut in_base) = (Vec::new(), false);
    for line in text.lines() {
        if line.starts_with("|||||||") {
            in_base = true;
        } else if line.starts_with("=======") {
            in_base = false;
            lines.push(PARTS);
        } else if line.starts_with("<<<<<<<") {
            lines.push(OPENS);
        } else if line.starts_with(">>>>>>>") {
            lines.push(CLOSES);
        } else if !in_base {
            let who = line.chars().next().unwrap();
            lines.push(Line { who, number: line[1..].parse().unwrap() });
        }
    }
    lines.into()
}

/// Write a content into a work tree.
pub fn write(repo: &Repo, what: &Content) {
    let wanted = files(what);
    for file in ['A', 'B'] {
        let path = format!("{PLACED}/{}", name_of(file));
        match wanted.get(&file) {
            Some(lines) => {
                repo.write(&path, text(lines));
            }
            None if repo.exists(&path) => {
                repo.remove(&path);
            }
            None => {}
        }
    }
}

/// What stands in the work tree.
pub fn in_work_tree(repo: &Repo) -> Content {
    let mut found = Files::new();
    for file in ['A', 'B'] {
        let path = format!("{PLACED}/{}", name_of(file));
        if repo.exists(&path) {
            found.insert(file, parse(&repo.read(&path)));
        }
    }
    content(found)
}

/// What stands at each of these revisions; an empty one is the index.
pub fn at(repo: &Repo, folder: &str, revisions: &[&str]) -> Vec<Content> {
    let paths = revisions.iter().flat_map(|revision| {
        ['A', 'B'].into_iter().map(move |file| format!("{revision}:{folder}/{}\n", name_of(file)))
    });
    let asked: String = paths.collect();
    let answer = repo.git_with_input(&["cat-file", "--batch"], asked) + "\n";
    let mut rest = answer.as_str();
    let mut next = || {
        let (head, tail) = rest.split_once('\n').unwrap();
        let Some(size) = head.split(' ').nth(2).filter(|_| head.contains(" blob ")) else {
            rest = tail;
            return None;
        };
        let (blob, tail) = tail.split_at(size.parse().unwrap());
        rest = &tail[1..];
        Some(parse(blob))
    };
    let mut found = Vec::new();
    for _ in revisions {
        let both = [('A', next()), ('B', next())];
        found.push(content(both.into_iter().filter_map(|(file, lines)| Some((file, lines?))).collect()));
    }
    found
}

/// The digest that the program gives a content.
pub fn digest(what: &Content) -> Option<String> {
    use sha2::Digest;
    let mut digest = sha2::Sha256::new();
    for (file, lines) in what.as_ref()?.iter() {
        let text = text(lines);
        digest.update(format!("100644 {}\0{}\0{text}", name_of(*file), text.len()));
    }
    Some(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What a content looks like for `git fast-import`.
fn inline(folder: &str, what: &Content) -> String {
    files(what)
        .iter()
        .map(|(file, lines)| {
            let text = text(lines);
            format!("M 100644 inline {folder}/{}\ndata {}\n{text}\n", name_of(*file), text.len())
        })
        .collect()
}

/// Make a commit that holds only this content, without a work tree; its id.
pub fn import(repo: &Repo, branch: &str, message: &str, parents: &[String], what: &Content) -> String {
    let mut stream = format!("commit {branch}\ncommitter Col <col@example.com> 1767225600 +0000\n");
    stream += &format!("data {}\n{message}\n", message.len());
    for (at, parent) in parents.iter().enumerate() {
        stream += &format!("{} {parent}\n", if at == 0 { "from" } else { "merge" });
    }
    stream += "deleteall\nM 100644 inline README\ndata 2\nc\n\n";
    stream += &inline(SOURCE, what);
    repo.git_with_input(&["fast-import", "--quiet", "--force"], stream);
    repo.git(&["rev-parse", branch])
}

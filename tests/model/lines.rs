//! Contents as lines, and the merge of lines as git's xdiff does it (zealous).
//!
//! Lines are unique within a file, so a diff is the longest run that both have in the same order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;

/// A line: who wrote it (a letter), and a number that no other line has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    pub who: char,
    pub number: usize,
}

/// The markers of a conflict.
pub const OPENS: Line = Line { who: '<', number: 0 };
pub const PARTS: Line = Line { who: '=', number: 0 };
pub const CLOSES: Line = Line { who: '>', number: 0 };

impl Line {
    pub fn is_marker(self) -> bool {
        matches!(self.who, '<' | '=' | '>')
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.who {
            '<' | '=' | '>' => write!(f, "{0}{0}{0}", self.who),
            who => write!(f, "{who}{}", self.number),
        }
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The name of a file: one letter.
pub type File = char;

/// The lines of a file.
pub type Lines = Rc<[Line]>;

/// The files of an artifact; never empty.
pub type Files = BTreeMap<File, Lines>;

/// What stands at the artifact's path; none if it is absent.
pub type Content = Option<Rc<Files>>;

/// A content of these files.
pub fn content(files: Files) -> Content {
    (!files.is_empty()).then(|| Rc::new(files))
}

/// The files of a content.
pub fn files(content: &Content) -> Files {
    content.as_deref().cloned().unwrap_or_default()
}

/// The lines of one file; none if it is not there.
pub fn file(content: &Content, name: File) -> Option<&Lines> {
    content.as_ref()?.get(&name)
}

/// All lines of a content, markers too.
pub fn lines(content: &Content) -> BTreeSet<Line> {
    content.iter().flat_map(|files| files.values()).flat_map(|lines| lines.iter().copied()).collect()
}

/// As one line of text.
pub fn show(content: &Content) -> String {
    let Some(files) = content else { return "-".into() };
    let shown = files.iter().map(|(name, lines)| {
        let lines: Vec<String> = lines.iter().map(Line::to_string).collect();
        format!("{name}:{}", lines.join(" "))
    });
    shown.collect::<Vec<_>>().join(" | ")
}

/// A stretch that was replaced: `before` in the one, `after` in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hunk {
    pub before: (usize, usize),
    pub after: (usize, usize),
}

/// What changed from one file to another.
pub fn diff(old: &[Line], new: &[Line]) -> Vec<Hunk> {
    let place = |line: &Line| old.iter().rposition(|other| other == line);
    let pairs: Vec<(usize, usize)> =
        new.iter().enumerate().filter_map(|(at, line)| Some((place(line)?, at))).collect();
    let mut hunks = Vec::new();
    let (mut before, mut after) = (0, 0);
    for (p, q) in longest_run(&pairs).into_iter().chain([(old.len(), new.len())]) {
        if (before, after) != (p, q) {
            hunks.push(Hunk { before: (before, p), after: (after, q) });
        }
        (before, after) = (p + 1, q + 1);
    }
    hunks
}

/// The longest choice of pairs in which the first numbers grow.
fn longest_run(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let (mut tails, mut back): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    for (at, pair) in pairs.iter().enumerate() {
        let length = tails.partition_point(|tail| pairs[*tail].0 < pair.0);
        back.push(length.checked_sub(1).map(|before| tails[before]));
        if length == tails.len() {
            tails.push(at);
        } else {
            tails[length] = at;
        }
    }
    let mut run = Vec::new();
    let mut next = tails.last().copied();
    while let Some(at) = next {
        run.push(pairs[at]);
        next = back[at];
    }
    run.reverse();
    run
}

/// A stretch of a merged file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Both sides agree, or only one changed it.
    Settled(Vec<Line>),
    /// Both changed it.
    Conflict { ours: Vec<Line>, base: Vec<Line>, theirs: Vec<Line> },
}

/// Merge the lines of a file; changes that touch are one.
pub fn merge_lines(base: &[Line], ours: &[Line], theirs: &[Line]) -> Vec<Segment> {
    let (mine, other) = (diff(base, ours), diff(base, theirs));
    let (mut k1, mut k2) = (0, 0);
    let (mut at, mut at1, mut at2) = (0, 0, 0);
    let mut merged = Vec::new();
    while k1 < mine.len() || k2 < other.len() {
        let starts = [mine.get(k1), other.get(k2)];
        let start = starts.into_iter().flatten().map(|hunk| hunk.before.0).min().unwrap_or(0);
        let (mut end, first, second) = (start, k1, k2);
        loop {
            let touching = |hunk: Option<&Hunk>| hunk.filter(|hunk| hunk.before.0 <= end).copied();
            if let Some(hunk) = touching(mine.get(k1)) {
                end = end.max(hunk.before.1);
                k1 += 1;
            } else if let Some(hunk) = touching(other.get(k2)) {
                end = end.max(hunk.before.1);
                k2 += 1;
            } else {
                break;
            }
        }
        merged.push(Segment::Settled(base[at..start].to_vec()));
        let (from1, from2) = (at1 + start - at, at2 + start - at);
        let (to1, to2) =
            (grown(from1 + end - start, &mine[first..k1]), grown(from2 + end - start, &other[second..k2]));
        let (one, two) = (ours[from1..to1].to_vec(), theirs[from2..to2].to_vec());
        merged.push(if second == k2 || one == two {
            Segment::Settled(one)
        } else if first == k1 {
            Segment::Settled(two)
        } else {
            Segment::Conflict { ours: one, base: base[start..end].to_vec(), theirs: two }
        });
        (at, at1, at2) = (end, to1, to2);
    }
    merged.push(Segment::Settled(base[at..].to_vec()));
    merged
}

/// Where a stretch ends after these hunks.
fn grown(end: usize, hunks: &[Hunk]) -> usize {
    let came: usize = hunks.iter().map(|hunk| hunk.after.1 - hunk.after.0).sum();
    let gone: usize = hunks.iter().map(|hunk| hunk.before.1 - hunk.before.0).sum();
    end + came - gone
}

/// What a conflict is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflicted {
    /// One side deleted the file.
    Deleted,
    /// Both changed the same lines.
    Lines(Vec<Segment>),
}

/// The result of a merge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merged {
    pub content: Content,
    /// The files with conflicts.
    pub files: BTreeMap<File, Conflicted>,
    /// The lines that stand in conflicts.
    pub open: BTreeSet<Line>,
}

impl Merged {
    pub fn clean(content: Content) -> Self {
        Self { content, ..Self::default() }
    }

    pub fn is_clean(&self) -> bool {
        self.files.is_empty()
    }
}

/// Merge two contents over a base.
pub fn merge(base: &Content, ours: &Content, theirs: &Content) -> Merged {
    if ours == theirs || base == theirs {
        return Merged::clean(ours.clone());
    }
    if base == ours {
        return Merged::clean(theirs.clone());
    }
    let (b, o, t) = (files(base), files(ours), files(theirs));
    let names: BTreeSet<File> = [&b, &o, &t].into_iter().flat_map(|files| files.keys().copied()).collect();
    let mut merged = Merged::default();
    let mut result = Files::new();
    for name in names {
        let (x, y, z) = (b.get(&name), o.get(&name), t.get(&name));
        let found = if y == z || x == z {
            y.cloned()
        } else if x == y {
            z.cloned()
        } else if let (Some(y), Some(z)) = (y, z) {
            Some(merge_file(&mut merged, name, x.map_or(&[], |lines| lines), y, z))
        } else {
            merged.files.insert(name, Conflicted::Deleted);
            merged.open.extend([x, y, z].into_iter().flatten().flat_map(|lines| lines.iter().copied()));
            y.or(z).cloned()
        };
        result.extend(found.map(|lines| (name, lines)));
    }
    merged.content = content(result);
    merged
}

fn merge_file(merged: &mut Merged, name: File, base: &[Line], ours: &[Line], theirs: &[Line]) -> Lines {
    let segments = merge_lines(base, ours, theirs);
    let mut conflicts = false;
    for segment in &segments {
        if let Segment::Conflict { ours, base, theirs } = segment {
            conflicts = true;
            merged.open.extend(ours.iter().chain(base).chain(theirs));
        }
    }
    let text = with_markers(&segments);
    if conflicts {
        merged.files.insert(name, Conflicted::Lines(segments));
    }
    text
}

/// The text of a merged file, conflicts between markers.
pub fn with_markers(segments: &[Segment]) -> Lines {
    let mut text = Vec::new();
    for segment in segments {
        match segment {
            Segment::Settled(lines) => text.extend(lines),
            Segment::Conflict { ours, theirs, .. } => {
                text.push(OPENS);
                text.extend(ours);
                text.push(PARTS);
                text.extend(theirs);
                text.push(CLOSES);
            }
        }
    }
    text.into()
}

/// Whether `held` already has what changed from `base` to `version`.
pub fn contains(base: &Content, held: &Content, version: &Content) -> bool {
    if base.is_none() {
        return held == version;
    }
    let merged = merge(base, held, version);
    merged.is_clean() && merged.content == *held
}

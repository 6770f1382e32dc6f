//! Lines that were changed in a file, changed in what the file was made of.

use gix::diff::blob::{Algorithm, Diff, InternedInput};

/// The reference with the changes that lead from `made` to `native`.
///
/// `made` has the lines of `reference`, each in the other form: a line that is still there comes from
/// the reference as it was; a new one is put into the reference's form by `back`.
pub(super) fn put(reference: &str, made: &str, native: &str, back: impl Fn(&str) -> String) -> String {
    let input = InternedInput::new(made, native);
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let originals: Vec<&str> = reference.split_inclusive('\n').collect();
    let lines: Vec<&str> = native.split_inclusive('\n').collect();
    let mut text = String::new();
    let mut at = 0;
    let keep = |text: &mut String, range: std::ops::Range<usize>| {
        originals.get(range).into_iter().flatten().for_each(|line| text.push_str(line));
    };
    for hunk in diff.hunks() {
        keep(&mut text, at..hunk.before.start as usize);
        let new = hunk.after.start as usize..hunk.after.end as usize;
        lines.get(new).into_iter().flatten().for_each(|line| text.push_str(&back(line)));
        at = hunk.before.end as usize;
    }
    keep(&mut text, at..originals.len());
    text
}

//! The texts in `man/text`, in a small part of Markdown.
//!
//! `# HEADING` begins a section, an empty line a paragraph; lines indented by four spaces are shown
//! as they are; `- term: what it is` is an entry of a list; what stands in backquotes is bold.

use clap_mangen::roff::{Inline, Roff, bold, roman};

/// A section of a page.
#[derive(Debug)]
pub struct Section<'t> {
    /// Its heading.
    pub heading: &'t str,
    lines: Vec<&'t str>,
}

/// What a line continues.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    Nothing,
    Paragraph,
    Entry,
    Shown,
}

/// The sections of a text.
pub fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("# "), sections.last_mut()) {
            (Some(heading), _) => sections.push(Section { heading, lines: Vec::new() }),
            (None, Some(section)) => section.lines.push(line),
            (None, None) => {}
        }
    }
    sections
}

impl Section<'_> {
    /// The section as `man` reads it.
    pub fn to_roff(&self) -> Roff {
        let mut roff = Roff::new();
        roff.control("SH", [self.heading]);
        let (mut block, mut first) = (Block::Nothing, true);
        for line in &self.lines {
            let shown = line.strip_prefix("    ");
            if block == Block::Shown && shown.is_none() {
                roff.control("fi", []).control("RE", []);
                block = Block::Nothing;
            }
            if let Some(shown) = shown {
                if block != Block::Shown {
                    roff.control("PP", []).control("RS", ["4"]).control("nf", []);
                }
                roff.text([roman(shown)]);
                block = Block::Shown;
            } else if line.is_empty() {
                block = Block::Nothing;
            } else if let Some((term, what)) =
                line.strip_prefix("- ").and_then(|entry| entry.split_once(": "))
            {
                roff.control("TP", []).text(inline(term)).text(inline(what));
                block = Block::Entry;
            } else {
                if block == Block::Nothing && !first {
                    roff.control("PP", []);
                }
                roff.text(inline(line.trim_start()));
                if block == Block::Nothing {
                    block = Block::Paragraph;
                }
            }
            first &= line.is_empty();
        }
        if block == Block::Shown {
            roff.control("fi", []).control("RE", []);
        }
        roff
    }
}

/// What stands in backquotes is bold.
fn inline(text: &str) -> Vec<Inline> {
    let parts = text.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { bold(part) } else { roman(part) }).collect()
}

#[cfg(test)]
mod tests {
    use super::sections;

    #[test]
    fn a_text_becomes_roff() {
        let text = "# ONE\nFirst `line`\nsecond.\n\nNew.\n\n    as it is\n    .so\n\n- `a`: what\n  more\n\n# TWO\nx\n";
        let found = sections(text);
        assert_eq!(found.iter().map(|section| section.heading).collect::<Vec<_>>(), ["ONE", "TWO"]);
        let roff = found[0].to_roff().to_roff();
        let expected = ".SH ONE\nFirst \\fBline\\fR\nsecond.\n.PP\nNew.\n.PP\n.RS 4\n.nf\nas it is\n\\&.so\n.fi\n.RE\n\
                        .TP\n\\fBa\\fR\nwhat\nmore\n";
        assert_eq!(roff, expected);
    }
}

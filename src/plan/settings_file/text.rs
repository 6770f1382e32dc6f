//! A text that only grows, and remembers where.

use serde::{Deserialize, Serialize};

/// A piece that was put in: where it stands now, and how long it is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inserted(pub usize, pub usize);

/// The text, and what was put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    text: String,
    inserted: Vec<Inserted>,
}

impl Text {
    /// A text into which nothing was put yet.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), inserted: Vec::new() }
    }

    /// A text into which these pieces were put before.
    pub fn with(text: &str, inserted: Vec<Inserted>) -> Self {
        Self { text: text.to_owned(), inserted }
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// All of it but a byte order mark.
    pub fn content(&self) -> &str {
        self.text.strip_prefix('\u{feff}').unwrap_or(&self.text)
    }

    /// How long the byte order mark is.
    pub fn offset(&self) -> usize {
        self.text.len() - self.content().len()
    }

    /// The pieces that were put in, in order.
    pub fn inserted(&self) -> &[Inserted] {
        &self.inserted
    }

    /// Put something in at a place of the text as it is now.
    pub fn insert(&mut self, at: usize, piece: &str) {
        self.text.insert_str(at, piece);
        let mut is_inside = false;
        for Inserted(start, length) in &mut self.inserted {
            if at > *start && at <= *start + *length && !is_inside {
                *length += piece.len();
                is_inside = true;
            } else if at <= *start {
                *start += piece.len();
            }
        }
        if !is_inside {
            self.inserted.push(Inserted(at, piece.len()));
            self.inserted.sort_by_key(|piece| piece.0);
        }
    }
}

/// The text before the pieces were put in; nothing if they do not fit.
pub fn without(text: &str, inserted: &[Inserted]) -> Option<String> {
    let mut before = String::with_capacity(text.len());
    let mut at = 0;
    for Inserted(start, length) in inserted {
        before += text.get(at..*start)?;
        at = start.checked_add(*length)?;
    }
    before += text.get(at..)?;
    Some(before)
}

//! Object ids and contents as text in stored formats.

use super::content::Content;
pub use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::objs::tree::EntryMode;
use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// Serde for an object id as lower-case hex.
pub mod hex {
    use super::{Deserialize, Deserializer, Error, ObjectId, Serializer};

    /// Write the id as hex.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(id: &ObjectId, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(id)
    }

    /// Read the id from hex.
    ///
    /// # Errors
    ///
    /// When the text is no object id.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ObjectId, D::Error> {
        let text = String::deserialize(from)?;
        ObjectId::from_hex(text.as_bytes()).map_err(|_| D::Error::custom(format!("'{text}' is no object id")))
    }
}

/// Serde for an optional object id: hex or null.
pub mod hex_option {
    use super::{Deserialize, Deserializer, Error, ObjectId, Serializer};

    /// Write the id as hex, or null.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(id: &Option<ObjectId>, to: S) -> Result<S::Ok, S::Error> {
        match id {
            Some(id) => to.collect_str(id),
            None => to.serialize_none(),
        }
    }

    /// Read the id from hex, or null.
    ///
    /// # Errors
    ///
    /// When the text is no object id.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ObjectId>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| {
            ObjectId::from_hex(text.as_bytes())
                .map_err(|_| D::Error::custom(format!("'{text}' is no object id")))
        })
        .transpose()
    }
}

/// Serde for an optional content: `<octal mode> <hex id>`, or null.
pub mod content_option {
    use super::{Content, Deserialize, Deserializer, Error, Serializer, content_from_text, content_to_text};

    /// Write the content as text, or null.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(content: &Option<Content>, to: S) -> Result<S::Ok, S::Error> {
        match content {
            Some(content) => to.serialize_str(&content_to_text(content)),
            None => to.serialize_none(),
        }
    }

    /// Read the content from text, or null.
    ///
    /// # Errors
    ///
    /// When the text is no content.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Content>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| {
            content_from_text(&text).ok_or_else(|| D::Error::custom(format!("'{text}' is no content")))
        })
        .transpose()
    }
}

/// `<octal mode> <hex id>`, as in `git ls-tree`.
pub fn content_to_text(content: &Content) -> String {
    format!("{:06o} {}", content.mode.value(), content.id)
}

/// The content that [`content_to_text`] wrote.
pub fn content_from_text(text: &str) -> Option<Content> {
    let (mode, id) = text.split_once(' ')?;
    let mode = EntryMode::from_bytes(mode.trim_start_matches('0').as_bytes().as_bstr())?;
    Some(Content { mode, id: ObjectId::from_hex(id.as_bytes()).ok()? })
}

#[cfg(test)]
mod tests {
    use super::{Content, ObjectId, content_from_text, content_to_text};
    use gix::objs::tree::EntryKind;

    #[test]
    fn contents_survive_their_text() {
        let id = ObjectId::empty_tree(gix::hash::Kind::Sha1);
        for kind in [EntryKind::Tree, EntryKind::Blob, EntryKind::BlobExecutable, EntryKind::Link] {
            let content = Content { mode: kind.into(), id };
            assert_eq!(content_from_text(&content_to_text(&content)), Some(content), "{kind:?}");
        }
        for odd in ["", "100644", "100644 12", "999999 4b825dc642cb6eb9a060e54bf8d69288fbee4904"] {
            assert_eq!(content_from_text(odd), None, "{odd}");
        }
    }
}

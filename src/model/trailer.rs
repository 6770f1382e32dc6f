//! The trailers of a commit that a push made in a collection.

use super::artifact::{ArtifactName, ArtifactType};
use gix::ObjectId;

/// What one artifact of a push left in the commit message.
///
/// The content is the *pushed* one, not the merged result: whoever has it has everything that the
/// push took in, so it counts as a version of the collection's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushTrailer {
    /// The artifact.
    pub artifact: ArtifactName,
    /// Where it was pushed from: the project's root commit.
    pub project: Option<ObjectId>,
    /// The base of the pushed content.
    pub base: Option<ObjectId>,
    /// The id of the pushed content; none where the project deleted the artifact.
    pub content: Option<ObjectId>,
}

const ARTIFACT: &str = "Skillsync-Artifact";
const PROJECT: &str = "Skillsync-Project";
const BASE: &str = "Skillsync-Base";
const CONTENT: &str = "Skillsync-Content";

/// The trailer lines of a push, one group per artifact, each line ended.
pub fn format(trailers: &[PushTrailer]) -> String {
    let mut text = String::new();
    for trailer in trailers {
        text += &format!("{ARTIFACT}: {}\n", trailer.artifact);
        if let Some(project) = trailer.project {
            text += &format!("{PROJECT}: {project}\n");
        }
        if let Some(base) = trailer.base {
            text += &format!("{BASE}: {base}\n");
        }
        if let Some(content) = trailer.content {
            text += &format!("{CONTENT}: {content}\n");
        }
    }
    text
}

/// The trailers in a commit message; lines that do not parse are passed over.
///
/// A squash on a server may have indented or re-ordered paragraphs, so every line of the message
/// is looked at, not only the last paragraph.
pub fn parse(message: &str) -> Vec<PushTrailer> {
    let (mut found, mut artifact, mut project, mut base) = (Vec::new(), None, None, None);
    for line in message.lines() {
        let Some((key, value)) = line.trim().split_once(": ") else { continue };
        match key {
            ARTIFACT => (artifact, project, base) = (name(value), None, None),
            PROJECT => project = id(value),
            BASE => base = id(value),
            CONTENT => {
                if let (Some(artifact), Some(content)) = (artifact.clone(), id(value)) {
                    found.push(PushTrailer { artifact, project, base, content: Some(content) });
                }
            }
            _ => {}
        }
    }
    found
}

fn id(text: &str) -> Option<ObjectId> {
    ObjectId::from_hex(text.trim().as_bytes()).ok()
}

fn name(text: &str) -> Option<ArtifactName> {
    let (kind, name) = text.trim().split_once('/')?;
    Some(ArtifactName::new(ArtifactType::from_word(kind)?, name))
}

/// The content that a trailer names.
pub fn content_of(trailer: &PushTrailer) -> Option<super::content::Content> {
    let content = match trailer.artifact.kind {
        ArtifactType::Skill => super::content::Content::folder,
        ArtifactType::Command | ArtifactType::Agent => super::content::Content::file,
    };
    trailer.content.map(content)
}

#[cfg(test)]
mod tests {
    use super::{ArtifactName, ArtifactType, ObjectId, PushTrailer, format, parse};

    #[test]
    fn trailers_survive_a_squash() {
        let id = ObjectId::empty_tree(gix::hash::Kind::Sha1);
        let trailer = |name: &str| PushTrailer {
            artifact: ArtifactName::new(ArtifactType::Skill, name),
            project: Some(id),
            base: None,
            content: Some(id),
        };
        let both = [trailer("pdf"), trailer("xlsx")];
        let text = format(&both);
        assert_eq!(parse(&format!("subject\n\n{text}")), both);
        let squashed = text.replace("Skillsync", "    Skillsync");
        assert_eq!(parse(&format!("squash (#3)\n\n* subject\n\n{squashed}\nmore\n")), both);
        assert_eq!(parse("Skillsync-Content: nonsense\n"), []);
    }
}

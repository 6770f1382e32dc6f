//! The lock files of the `skills` program: `skills-lock.json` in a project, `.skill-lock.json` for
//! a user. `gh skill` writes the second one too.

use super::fields::{Fields, Unfit, object_id, repo_path, sha256};
use super::place::skill_folder;
use super::{Hash, Hint, ImportError, Parsed};
use crate::model::artifact::{ArtifactName, ArtifactType};
use serde_json::Value;

/// The longest folder name that the program makes.
const MAX_NAME: usize = 255;

pub fn read_local(document: &Value) -> Result<Parsed, ImportError> {
    read(document, 1, "1", |fields, hint| {
        let hash = fields.sha256("computedHash")?;
        hint.hashes.extend(hash.map(Hash::Skills));
        Ok(())
    })
}

pub fn read_global(document: &Value) -> Result<Parsed, ImportError> {
    read(document, 3, "3", |fields, hint| {
        let Some(text) = fields.text("skillFolderHash")? else { return Ok(()) };
        hint.object = object_id(text);
        // Where no tree could be asked for, it is a hash of files.
        hint.hashes.extend(sha256("skillFolderHash", text).ok().map(Hash::Skills));
        hint.pin = fields.text("pinnedRef")?.map(str::to_owned);
        match hint.object {
            Some(_) => Ok(()),
            None => {
                Err(Unfit::BadValue { key: "skillFolderHash", what: "object id", value: text.to_owned() })
            }
        }
    })
}

fn read(
    document: &Value,
    version: u64,
    known: &'static str,
    details: impl Fn(&Fields<'_>, &mut Hint) -> Result<(), Unfit>,
) -> Result<Parsed, ImportError> {
    let fields = Fields::of(document)?;
    let found = fields.value("version").ok_or(Unfit::Missing("version"))?;
    if found.as_u64() != Some(version) {
        return Err(ImportError::Version { found: found.to_string(), known });
    }
    let mut parsed = Parsed::default();
    for (name, value) in fields.table("skills")? {
        let entry = format!("skills.{name}");
        let hint = || -> Result<Hint, Unfit> {
            let fields = Fields::of(value)?;
            let artifact = ArtifactName::new(ArtifactType::Skill, folder_name(name));
            let mut hint = Hint::about(entry.clone(), artifact, None);
            source(&fields, &mut hint)?;
            details(&fields, &mut hint)?;
            Ok(hint)
        };
        parsed.add(&entry, hint());
    }
    Ok(parsed)
}

/// Where a skill came from.
fn source(fields: &Fields<'_>, hint: &mut Hint) -> Result<(), Unfit> {
    let source = fields.needed("source")?;
    let url = fields.text("sourceUrl")?.map(str::to_owned);
    hint.repository = url.or_else(|| match fields.text("sourceType").ok().flatten() {
        Some("github") => Some(format!("https://github.com/{source}")),
        Some("gitlab") => Some(format!("https://gitlab.com/{source}")),
        Some("git" | "local") => Some(source.to_owned()),
        // Packages and well-known addresses are no repositories.
        _ => None,
    });
    hint.reference = fields.text("ref")?.map(str::to_owned);
    hint.commit = hint.reference.as_deref().and_then(object_id);
    let path = fields.text("skillPath")?.map(|path| repo_path("skillPath", path)).transpose()?;
    hint.source = path.map(skill_folder);
    Ok(())
}

/// The folder that the program makes for a skill of this name.
fn folder_name(name: &str) -> String {
    let mut folder = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_') {
            folder.push(c);
        } else if !folder.ends_with('\0') {
            folder.push('\0');
        }
    }
    let folder = folder.replace('\0', "-");
    let folder: String = folder.trim_matches(['.', '-']).chars().take(MAX_NAME).collect();
    if folder.is_empty() { "unnamed-skill".to_owned() } else { folder }
}

#[cfg(test)]
mod tests {
    use super::folder_name;

    #[test]
    fn folders_are_named_as_the_program_does() {
        let table = [
            ("pdf", "pdf"),
            ("PDF Tools", "pdf-tools"),
            ("a / b", "a-b"),
            ("../../x", "x"),
            ("a--b", "a-b"),
            ("-a.", "a"),
            ("Größe", "gr-e"),
            ("..", "unnamed-skill"),
        ];
        for (name, folder) in table {
            assert_eq!(folder_name(name), folder, "{name}");
        }
        assert_eq!(folder_name(&"x".repeat(300)).len(), 255);
    }
}

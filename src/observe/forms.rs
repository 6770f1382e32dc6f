//! Contents in the forms of harnesses.
//!
//! A placement in another form is looked at in that form: its base and what the collection has are
//! put into it, and everything is compared and merged there, as git would. Only what goes to the
//! collection is put back.

use super::ObserveError;
use crate::git::GitError;
use crate::merge::{self, ObjectSource};
use crate::model::content::Content;
use crate::model::conversion::{self, NotConverted};
use crate::model::path::RepoPath;
use crate::model::target::{Form, Format};
use gix::objs::Kind;
use gix::objs::tree::EntryKind;

/// The file that a skill is read from.
const SKILL_FILE: &str = "SKILL.md";

/// A version of the collection in the form of a place.
///
/// # Errors
///
/// When an object cannot be read or kept; the inner one where the form cannot hold it.
pub fn native(
    objects: &dyn ObjectSource,
    form: Form<'_>,
    original: Content,
) -> Result<Result<Content, NotConverted>, ObserveError> {
    if !form.is_generated() {
        return Ok(Ok(original));
    }
    if original.is_folder() || original.mode.is_link() {
        return Ok(Err(NotConverted::NotText));
    }
    let bytes = merge::blob(objects, original.id)?;
    match conversion::forward(form.format, form.name, &bytes) {
        Ok(made) if form.format == Format::CommandAsSkill => as_folder(objects, &made).map(Ok),
        Ok(made) => Ok(Ok(Content { mode: original.mode, id: keep(objects, &made)? })),
        Err(error) => Ok(Err(error)),
    }
}

/// What stands at a place as the collection would have it, beginning with the version `reference`.
///
/// # Errors
///
/// When an object cannot be read or kept; the inner one where nothing of the collection makes it.
pub fn original(
    objects: &dyn ObjectSource,
    form: Form<'_>,
    native: Content,
    reference: Content,
) -> Result<Result<Content, NotConverted>, ObserveError> {
    if !form.is_generated() {
        return Ok(Ok(native));
    }
    let file = match form.format {
        Format::CommandAsSkill => match only_file(objects, native)? {
            Ok(file) => file,
            Err(error) => return Ok(Err(error)),
        },
        _ => native,
    };
    if file.is_folder() || file.mode.is_link() || reference.is_folder() {
        return Ok(Err(NotConverted::NotHeld));
    }
    let (file_bytes, before) = (merge::blob(objects, file.id)?, merge::blob(objects, reference.id)?);
    Ok(match conversion::back(form.format, form.name, &file_bytes, &before) {
        Ok(bytes) => Ok(Content { mode: reference.mode, id: keep(objects, &bytes)? }),
        Err(error) => Err(error),
    })
}

/// A link with this target, as git stores it.
///
/// # Errors
///
/// When it cannot be kept.
pub fn link(objects: &dyn ObjectSource, target: &str) -> Result<Content, ObserveError> {
    Ok(Content { mode: EntryKind::Link.into(), id: keep(objects, target.as_bytes())? })
}

fn keep(objects: &dyn ObjectSource, bytes: &[u8]) -> Result<gix::ObjectId, ObserveError> {
    let id = objects.keep(Kind::Blob, bytes);
    Ok(id.map_err(|source| GitError::KeepObject(Box::new(source)))?)
}

fn as_folder(objects: &dyn ObjectSource, bytes: &[u8]) -> Result<Content, ObserveError> {
    let file = Content { mode: EntryKind::Blob.into(), id: keep(objects, bytes)? };
    let folder = merge::folder_of(objects, &[(SKILL_FILE.into(), file)])?;
    Ok(folder.unwrap_or(file))
}

/// The file of a skill that has no other.
fn only_file(
    objects: &dyn ObjectSource,
    folder: Content,
) -> Result<Result<Content, NotConverted>, ObserveError> {
    let mut skill_file = None;
    for (path, content) in merge::files(objects, folder, &RepoPath::root())? {
        let path = path.to_string();
        match path.trim_start_matches("./") {
            SKILL_FILE => skill_file = Some(content),
            other => return Ok(Err(NotConverted::NoPlace(other.to_owned()))),
        }
    }
    Ok(skill_file.ok_or(NotConverted::Missing(SKILL_FILE)))
}

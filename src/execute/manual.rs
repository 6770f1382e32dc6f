//! The manual, where `man` finds it.

use super::{ExecuteError, files};
use crate::model::manual::Page;
use std::path::Path;

/// Write the pages into a folder, each in one step.
///
/// # Errors
///
/// When one cannot be written.
pub fn install(pages: &[Page], folder: &Path) -> Result<(), ExecuteError> {
    pages.iter().try_for_each(|page| files::replace(&folder.join(&page.file), page.roff.as_bytes()))
}

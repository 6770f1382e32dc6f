//! What a placement is compared with: the collection's and the recorded version in the form of its
//! place, or the link that it is.

use super::ObserveError;
use super::desk::Desk;
use super::forms;
use super::observer::Observer;
use crate::model::content::Content;
use crate::model::conversion::NotConverted;
use crate::model::deployed::{Link, Placement};
use crate::model::record::Method;

impl Observer<'_> {
    /// What the collection has, in the form of the place.
    pub(super) fn native(
        &self,
        placement: &Placement,
        original: Option<Content>,
    ) -> Result<Result<Option<Content>, NotConverted>, ObserveError> {
        let Some(original) = original else { return Ok(Ok(None)) };
        let native = forms::native(&self.scene().desk.objects, placement.form(), original)?;
        Ok(native.map(Some))
    }

    /// The version that the record names, in the form of the place.
    pub(super) fn recorded(&self, placement: &Placement) -> Result<Option<Content>, ObserveError> {
        match placement.record.as_ref().filter(|record| record.method != Method::Symlink) {
            Some(record) => self.ladder().native(placement.form(), record.base_content()),
            None => Ok(None),
        }
    }

    /// How a link stands: as it is recorded, also where a text file stands for it.
    pub(super) fn link(&self, placement: &Placement, found: Option<Content>) -> Option<Link> {
        if !placement.is_link() {
            return None;
        }
        let Desk { index, head, .. } = &self.scene().desk;
        let staged = index.lines(&placement.path);
        let link = staged.iter().find(|line| line.content.mode.is_link()).map(|line| line.content.id);
        let committed = placement.record.as_ref().and_then(|record| record.at);
        let wanted = link.or(committed.filter(|_| head.id.is_some()));
        let same = found.is_some_and(|found| Some(found.id) == wanted && !found.is_folder());
        Some(if same { Link::Linked } else { Link::Broken })
    }
}

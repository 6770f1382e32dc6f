//! What a placement is compared with: the collection's and the recorded version in the form of its
//! place, or the link that it is.

use super::ObserveError;
use super::desk::Desk;
use super::forms;
use super::observer::Observer;
use crate::git::work_tree::WorkTree;
use crate::merge;
use crate::model::content::Content;
use crate::model::conversion::NotConverted;
use crate::model::deployed::{Link, Placement};
use crate::model::path::RepoPath;
use crate::model::record::Method;
use std::path::Path;

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
    pub(super) fn link(
        &self,
        placement: &Placement,
        found: Option<Content>,
        work_tree: &WorkTree<'_>,
    ) -> Result<Option<Link>, ObserveError> {
        if !placement.is_link() {
            return Ok(None);
        }
        let Desk { index, head, .. } = &self.scene().desk;
        let staged = index.lines(&placement.path);
        let link = staged.iter().find(|line| line.content.mode.is_link()).map(|line| line.content.id);
        let committed = placement.record.as_ref().and_then(|record| record.at);
        let wanted = link.or(committed.filter(|_| head.id.is_some()));
        let same = |found: &Content| Some(found.id) == wanted && !found.is_folder();
        let Some(found) = found.filter(same) else { return Ok(Some(Link::Broken)) };
        let leads = self.leads_somewhere(&placement.path, found, work_tree)?;
        Ok(Some(if leads { Link::Linked } else { Link::Dangling }))
    }

    /// Whether a link leads to something; what a sparse checkout leaves out is there.
    fn leads_somewhere(
        &self,
        path: &RepoPath,
        link: Content,
        work_tree: &WorkTree<'_>,
    ) -> Result<bool, ObserveError> {
        let Desk { objects, project, .. } = &self.scene().desk;
        let text = String::from_utf8(merge::blob(objects, link.id)?).ok();
        let Some(lead) = text.and_then(|text| path.led_to(&text)) else { return Ok(true) };
        let stands = |root: &Path| root.join(lead.as_str()).symlink_metadata().is_ok();
        Ok(project.work_dir().is_none_or(stands) || work_tree.content(objects, &lead)?.is_some())
    }
}

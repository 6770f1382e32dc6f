//! What a changed artifact says and once was, for what would go to the collection.

use super::ObserveError;
use super::base::Subject;
use super::observer::{Need, Observer};
use crate::merge;
use crate::model::content::Content;
use crate::model::deployed::{Base, Deployed, Placement};
use crate::model::target::Form;
use gix::bstr::BString;
use std::collections::BTreeSet;

impl Observer<'_> {
    /// What the work tree's file says, as [`Deployed::meant`] has it.
    pub(super) fn meant(&self, deployed: &Deployed) -> Result<Option<Content>, ObserveError> {
        let Deployed { work_tree, theirs, base, .. } = deployed;
        let form = deployed.placement.form();
        let (Some(file), Some(base)) = (work_tree.filter(|_| form.is_generated()), base) else {
            return Ok(None);
        };
        if file == base.content || Some(file) == *theirs {
            return Ok(None);
        }
        self.ladder().meant(form, file, base.original)
    }

    /// Find the files that would set the collection back, where something was changed here that would be
    /// sent.
    pub(super) fn find_past_files(&self, deployed: &mut Deployed, need: Need) -> Result<(), ObserveError> {
        let Deployed { head, work_tree, theirs, base, head_base, .. } = &*deployed;
        let (held, base, differs) = match need {
            Need::Push => (head, head_base, head != theirs),
            Need::Drift | Need::EveryBase => {
                let content = base.as_ref().map(|base| base.content);
                (work_tree, base, content.is_some() && content == *theirs)
            }
            Need::Pull | Need::Deploy => return Ok(()),
        };
        if differs && base.as_ref().map(|base| base.content) != *held {
            deployed.past_files = self.past_files(deployed, *held, base.as_ref())?;
        }
        Ok(())
    }

    fn past_files(
        &self,
        deployed: &Deployed,
        held: Option<Content>,
        base: Option<&Base>,
    ) -> Result<BTreeSet<(BString, Content)>, ObserveError> {
        let mut files = BTreeSet::new();
        let Placement { name, path, source, .. } = &deployed.placement;
        let form = deployed.placement.form();
        let subject = Subject { path, name, source, form: Form::SAME };
        for content in self.ladder().versions(subject, deployed.tip)? {
            files.extend(merge::files(self.objects(), content, path)?);
        }
        // In a form that does not hold all of it, an old version becomes another one on the way back.
        let natives = match form.is_generated() {
            true => self.ladder().versions(Subject { form, ..subject }, deployed.tip)?,
            false => Vec::new(),
        };
        if let (Some(held), Some(base)) = (held.filter(|held| natives.contains(held)), base)
            && let Some(meant) = self.ladder().meant(form, held, base.original)?
        {
            files.extend(merge::files(self.objects(), meant, path)?);
        }
        Ok(files)
    }
}

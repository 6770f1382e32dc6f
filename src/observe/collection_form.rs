//! A placement in the collection's form, for what goes to the collection.

use super::ObserveError;
use super::forms;
use super::observer::Observer;
use crate::model::content::Content;
use crate::model::conversion::NotConverted;
use crate::model::deployed::{Base, Deployed};

impl Observer<'_> {
    /// The same placement with its contents as the collection would have them; of a form of its own
    /// nothing is left. Where that cannot be done, `not_converted` says why.
    ///
    /// # Errors
    ///
    /// When an object cannot be read.
    pub fn in_collection_form(&self, deployed: Deployed) -> Result<Deployed, ObserveError> {
        if !deployed.placement.form().is_generated() || deployed.not_converted.is_some() {
            return Ok(deployed);
        }
        let head = self.put_back(&deployed, deployed.head, deployed.head_base.as_ref())?;
        let work_tree = self.put_back(&deployed, deployed.work_tree, deployed.base.as_ref())?;
        let index = self.put_back(&deployed, deployed.index, deployed.base.as_ref())?;
        let not_converted = head.as_ref().err().or(work_tree.as_ref().err()).map(ToString::to_string);
        let (head, work_tree, index) =
            (head.unwrap_or_default(), work_tree.unwrap_or_default(), index.unwrap_or_default());
        Ok(Deployed {
            head,
            work_tree,
            index,
            theirs: deployed.original,
            base: deployed.base.as_ref().map(original),
            head_base: deployed.head_base.as_ref().map(original),
            meant: None,
            not_converted,
            ..deployed
        })
    }

    /// One content as the collection would have it.
    fn put_back(
        &self,
        deployed: &Deployed,
        native: Option<Content>,
        base: Option<&Base>,
    ) -> Result<Result<Option<Content>, NotConverted>, ObserveError> {
        let Some(native) = native else { return Ok(Ok(None)) };
        if Some(native) == deployed.theirs {
            return Ok(Ok(deployed.original));
        }
        let reference = base.map(|base| base.original).or(deployed.original);
        let Some(reference) = reference else { return Ok(Err(NotConverted::NotHeld)) };
        let back = forms::original(self.objects(), deployed.placement.form(), native, reference)?;
        Ok(back.map(Some))
    }
}

fn original(base: &Base) -> Base {
    Base { content: base.original, witnessed: base.original, ..base.clone() }
}

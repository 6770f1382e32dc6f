//! Where an artifact goes that the collection renamed.

use super::ObserveError;
use super::collection::source_name;
use super::desk::Desk;
use super::forms;
use super::observer::Observer;
use super::scan::Offered;
use super::scene::Scene;
use crate::git::work_tree::WorkTree;
use crate::model::deployed::{Deployed, Destination, Placement};
use crate::model::safety;
use crate::model::target::Target;

impl Observer<'_> {
    /// Find out where an artifact goes that takes the name it has in the collection now. One that was
    /// deployed under a name of its own keeps that.
    ///
    /// # Errors
    ///
    /// When the collection or the work tree cannot be read.
    pub fn find_destination(&self, deployed: &mut Deployed) -> Result<(), ObserveError> {
        let Scene { desk: Desk { project, index, objects, .. }, collection, .. } = self.scene();
        let Placement { name, path, source, target, .. } = &deployed.placement;
        if deployed.work_tree.is_none() || deployed.theirs.is_none() {
            return Ok(());
        }
        let scan = collection.scan_at(deployed.tip)?;
        let same = |offered: &&Offered| offered.source == *source && offered.name.kind == name.kind;
        let Some(offered) = scan.artifacts.iter().find(same).filter(|offered| offered.name != *name) else {
            return Ok(());
        };
        let own_name = name.name.rsplit('/').next();
        let mut former = self.ladder().former_places(&deployed.placement, deployed.tip)?.into_iter();
        let Some(target) = Target::find(target) else { return Ok(()) };
        if !former.any(|place| Some(source_name(&place)) == own_name)
            || safety::check_artifact_name(&offered.name.name).is_err()
        {
            return Ok(());
        }
        let Ok(Some(there)) = project.layout().path_of(target, &offered.name) else { return Ok(()) };
        let work_tree = WorkTree::new(project, index)?;
        // Where names differ by case alone the file system may find the old files at the new path.
        let same_place = there.as_str().eq_ignore_ascii_case(path.as_str());
        let occupied = !index.lines(&there).is_empty()
            || !same_place && !work_tree.untracked(objects, &there)?.is_empty();
        deployed.untracked = work_tree.untracked(objects, path)?;
        deployed.destination = Some(Destination { name: offered.name.clone(), path: there, occupied });
        self.take_new_form(deployed)
    }

    /// A form that holds the name has another one there: that is a change of the collection's, which is
    /// merged as all others are.
    fn take_new_form(&self, deployed: &mut Deployed) -> Result<(), ObserveError> {
        let Some(original) = deployed.original.filter(|_| deployed.placement.form().is_generated()) else {
            return Ok(());
        };
        let there = forms::native(self.objects(), deployed.form_there(), original)?;
        if there.as_ref().is_ok_and(|there| Some(*there) == deployed.theirs) {
            return Ok(());
        }
        deployed.base = deployed.base_or_theirs();
        match there {
            Ok(there) => deployed.theirs = Some(there),
            Err(reason) => deployed.not_converted = Some(reason.to_string()),
        }
        Ok(())
    }
}

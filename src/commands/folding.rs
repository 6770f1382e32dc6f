//! Copies of one artifact at several places, brought together before they are pulled or pushed.

use crate::error::Error;
use crate::merge::{Conflict, Engine, Favor, Place};
use crate::model::content::Content;
use crate::model::deployed::{Deployed, Folded, Folding, Placement};
use crate::model::path::RepoPath;
use crate::model::target::{Layout, Target};
use crate::observe::forms;
use crate::observe::observer::Observer;
use crate::observe::scene::{Evidence, Scene};
use crate::plan::fold::{Copy, Fold, fold};
use crate::request::Resolve;
use std::collections::BTreeMap;

/// The favour for copies that were changed in the same place.
pub fn favor(resolve: Option<Resolve>) -> Favor {
    match resolve {
        Some(Resolve::Ours) => Favor::Ours,
        Some(Resolve::Theirs) => Favor::Theirs,
        Some(Resolve::Abort | Resolve::Mark) | None => Favor::Neither,
    }
}

/// The same placements, those of one artifact beside each other where the first of them stood.
pub fn together(placements: Vec<Placement>) -> Vec<Placement> {
    let mut order: BTreeMap<(RepoPath, &str), usize> = BTreeMap::new();
    let mut keyed: Vec<(usize, Placement)> = Vec::new();
    for placement in placements {
        let next = order.len();
        let at = *order.entry((placement.source.clone(), placement.name.kind.as_str())).or_insert(next);
        keyed.push((at, placement));
    }
    keyed.sort_by_key(|(at, _)| *at);
    keyed.into_iter().map(|(_, placement)| placement).collect()
}

/// Positions of the copies of one artifact, in table order, for those that have several that count. With a
/// layout, what stands in another part of the project is a copy that goes its own way.
pub fn groups(
    all: &[Deployed],
    parts: Option<&Layout>,
    counts: impl Fn(&Deployed) -> bool,
) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, deployed) in all.iter().enumerate() {
        let is_copy = deployed.link.is_none() && deployed.not_converted.is_none();
        if is_copy && deployed.original.is_some() && counts(deployed) {
            let placement = &deployed.placement;
            let Placement { target, name, path, source, .. } = placement;
            let part = parts.map_or("", |layout| layout.part_with(target, name.kind, path));
            let key = (source.clone(), name.kind, deployed.tip, part);
            groups.entry(key).or_default().push(at);
        }
    }
    let order = |at: &usize| {
        let placement = &all[*at].placement;
        let target = Target::find(&placement.target).map_or(usize::MAX, Target::position);
        (target, placement.path.clone())
    };
    groups.values_mut().for_each(|group| group.sort_by_key(order));
    groups.into_values().filter(|group| group.len() > 1).collect()
}

/// Let every copy get what was edited in the others.
pub fn fold_for_pull(
    scene: &Scene<'_>,
    observer: &Observer<'_>,
    evidence: &Evidence<'_>,
    all: &mut [Deployed],
    favor: Favor,
) -> Result<(), Error> {
    let counts = |deployed: &Deployed| deployed.unmerged.is_empty() && deployed.work_tree.is_some();
    for group in groups(all, Some(scene.desk.project.layout()), counts) {
        let is_edited = |at: &usize| {
            let deployed = &all[*at];
            let base = deployed.base.as_ref().map(|base| base.content);
            [deployed.work_tree, deployed.index].iter().any(|it| *it != base && *it != deployed.theirs)
        };
        if !group.iter().any(is_edited) {
            continue;
        }
        let mut members: Vec<(usize, Deployed)> = Vec::new();
        for at in group {
            let Some(base) = all[at].base_or_theirs() else { continue };
            let formed = observer.in_collection_form(Deployed { base: Some(base), ..all[at].clone() })?;
            if formed.not_converted.is_none() {
                members.push((at, formed));
            }
        }
        fold_group(scene, evidence, all, &members, favor)?;
    }
    Ok(())
}

fn fold_group(
    scene: &Scene<'_>,
    evidence: &Evidence<'_>,
    all: &mut [Deployed],
    members: &[(usize, Deployed)],
    favor: Favor,
) -> Result<(), Error> {
    let Some(theirs) = members.first().and_then(|(_, formed)| formed.theirs) else { return Ok(()) };
    let layer = |staged: bool| -> Vec<Copy<'_>> {
        members.iter().filter_map(|(_, formed)| copy_of(formed, staged)).collect()
    };
    let (files, staged) = (layer(false), layer(true));
    let engine = &mut evidence.engine().borrow_mut();
    let work_tree = match fold(&files, theirs, engine, favor)? {
        Fold::Apart => return Ok(()),
        Fold::Clash { first, second, conflicts } => {
            for (at, _) in members {
                let own = if all[*at].placement.path == second { conflicts.clone() } else { Vec::new() };
                all[*at].folding = Some(Folding::Clash { paths: [first.clone(), second.clone()] });
                all[*at].clashes = own.into_iter().map(|conflict: Conflict| conflict.path).collect();
            }
            return Ok(());
        }
        Fold::Together(content) => content,
    };
    let index = match files == staged {
        true => work_tree,
        false => match fold(&staged, theirs, engine, favor)? {
            Fold::Together(content) => content,
            Fold::Clash { .. } | Fold::Apart => return Ok(()),
        },
    };
    let is_edited = |path: &&RepoPath| {
        let mut layers = files.iter().chain(&staged).filter(|copy| copy.path == *path);
        layers.any(|copy| copy.ours != copy.base)
    };
    let edited: Vec<&RepoPath> = files.iter().map(|copy| copy.path).filter(is_edited).collect();
    for (at, formed) in members {
        let path = &formed.placement.path;
        let with: Vec<RepoPath> =
            edited.iter().filter(|edited| **edited != path).map(|path| (*path).clone()).collect();
        if with.is_empty() {
            continue;
        }
        let native = |content: Content| forms::native(&scene.desk.objects, formed.form_there(), content);
        let (Ok(work_tree), Ok(index)) = (native(work_tree)?, native(index)?) else { continue };
        let Deployed { work_tree: files, index: staged, .. } = all[*at];
        let mut keep = |own: Option<Content>, says: Option<Content>, wanted: Content| -> Result<_, Error> {
            let (Some(own), Some(says)) = (own, says) else { return Ok(Some(wanted)) };
            // How a made file is written down is the user's own.
            match forms::native(&scene.desk.objects, formed.placement.form(), says)? {
                Ok(plain) if plain != own => keep_own(engine, path, plain, own, wanted),
                Ok(_) | Err(_) => Ok(Some(wanted)),
            }
        };
        let (work_tree, index) =
            (keep(files, formed.work_tree, work_tree)?, keep(staged, formed.index, index)?);
        let (Some(work_tree), Some(index)) = (work_tree, index) else { continue };
        let base = all[*at].base_or_theirs();
        let theirs = all[*at].theirs;
        if (files, staged) == (Some(work_tree), Some(index))
            && base.as_ref().map(|base| base.content) == theirs
        {
            // It has all of it: an earlier pull brought the copies together.
            continue;
        }
        all[*at].base = base;
        all[*at].folding = Some(Folding::Together(Folded { work_tree, index, with }));
    }
    Ok(())
}

/// What is wanted, in the way in which the file is written down; none where that does not go together.
fn keep_own(
    engine: &mut Engine<'_>,
    path: &RepoPath,
    plain: Content,
    own: Content,
    wanted: Content,
) -> Result<Option<Content>, Error> {
    let place = Place { path, ours: "ours", base: "base", theirs: "theirs" };
    let merged = engine.merge(&place, Some(plain), Some(own), Some(wanted), Favor::Neither)?;
    Ok(merged.content.filter(|_| merged.is_clean()))
}

fn copy_of(formed: &Deployed, staged: bool) -> Option<Copy<'_>> {
    let base = formed.base.as_ref()?.content;
    let ours = if staged { formed.index } else { formed.work_tree }?;
    Some(Copy { path: &formed.placement.path, base, ours })
}

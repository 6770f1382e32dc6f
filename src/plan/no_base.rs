//! What is said where project and collection differ and nothing tells what they had in common.

use crate::model::deployed::Deployed;

/// That, with the version that is nearest.
pub fn message(deployed: &Deployed) -> String {
    let message = "differs, and no common version is known";
    match &deployed.nearest {
        Some(nearest) => format!("{message}; the nearest is {}", nearest.label()),
        None => message.to_owned(),
    }
}

/// The ways out of a pull.
pub fn hint(deployed: &Deployed) -> String {
    let name = &deployed.placement.name;
    let look = format!("see 'git skillsync diff --against {name}'");
    let overwrite = format!("'git skillsync pull --strategy overwrite {name}' takes theirs");
    match &deployed.nearest {
        Some(nearest) => {
            let (commit, ratio) = (nearest.commit.to_hex_with_len(10), nearest.floor());
            let adopt = format!("'git skillsync adopt --nearest={ratio} {name}'");
            let base = format!("'git skillsync pull --base {commit} {name}'");
            format!("{look}; {adopt} or {base} goes from the nearest version, {overwrite}")
        }
        None => format!("{look}; 'git skillsync pull --base REV {name}' names one, {overwrite}"),
    }
}

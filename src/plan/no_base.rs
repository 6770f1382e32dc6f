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

/// The ways out of a pull, a line each.
pub fn hint(deployed: &Deployed) -> String {
    let name = &deployed.placement.name;
    let look = format!("'git skillsync diff --against {name}' shows the difference");
    let overwrite = format!("'git skillsync pull --strategy overwrite {name}' takes theirs");
    let fork = format!("'git skillsync pull --strategy fork {name}' takes theirs and keeps yours beside it");
    match &deployed.nearest {
        Some(nearest) => {
            let (commit, ratio) = (nearest.commit.to_hex_with_len(10), nearest.floor());
            let adopt = format!("'git skillsync adopt --nearest={ratio} {name}' takes the nearest as base");
            let base = format!("'git skillsync pull --base {commit} {name}' merges with it");
            [look, adopt, base, overwrite, fork].join("\n")
        }
        None => {
            let base = format!("'git skillsync pull --base REV {name}' names the base");
            [look, base, overwrite, fork].join("\n")
        }
    }
}

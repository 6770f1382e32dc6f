//! Where artifacts of a type are placed so that every wanted harness finds them.

use crate::model::artifact::ArtifactType;
use crate::model::target::{Scope, TARGETS, Target};

/// Which harnesses are to find an artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The targets.
    pub targets: Vec<&'static Target>,
    /// Whether they were named in the call. Then each gets its own place, unless it reads another place
    /// that is written anyway; else the fewest places are written that serve all of them.
    pub named: bool,
}

/// A place that is written, and who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The target that the place belongs to.
    pub target: &'static Target,
    /// The wanted targets that find the artifact there.
    pub serves: Vec<&'static Target>,
}

/// The places for artifacts of a type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assignment {
    /// The places, in table order; the first one has the real files.
    pub spots: Vec<Spot>,
    /// The wanted targets that have no artifacts of the type.
    pub unsupported: Vec<&'static Target>,
}

/// Choose the places.
pub fn assign(wanted: &Wanted, scope: Scope, kind: ArtifactType) -> Assignment {
    let mut targets: Vec<&'static Target> = wanted.targets.clone();
    targets.sort_by_key(|target| target.position());
    targets.dedup_by_key(|target| target.position());
    let (supported, unsupported): (Vec<_>, Vec<_>) =
        targets.into_iter().partition(|target| target.kind(scope, kind).is_supported());
    let owners = match wanted.named {
        true => own_places(&supported, scope, kind),
        false => fewest(&supported, scope, kind),
    };
    let mut spots: Vec<Spot> = owners.into_iter().map(|target| Spot { target, serves: Vec::new() }).collect();
    for target in supported {
        // The one that it likes best of those that are written.
        let places = places_of(target, scope, kind);
        let found = places.iter().find_map(|owner| spots.iter().position(|spot| spot.target == *owner));
        if let Some(at) = found {
            spots[at].serves.push(target);
        }
    }
    Assignment { spots, unsupported }
}

/// The targets in whose places a harness finds artifacts of a type, its own first.
fn places_of(target: &'static Target, scope: Scope, kind: ArtifactType) -> Vec<&'static Target> {
    let row = target.kind(scope, kind);
    let own = row.own.as_ref().map(|_| target);
    own.into_iter().chain(row.reads.iter().filter_map(|name| Target::find(name))).collect()
}

/// Each target's own place, but for those that read one of the others; in table order.
fn own_places(targets: &[&'static Target], scope: Scope, kind: ArtifactType) -> Vec<&'static Target> {
    let mut owners: Vec<&'static Target> = Vec::new();
    for target in targets {
        let places = places_of(target, scope, kind);
        if !places.iter().any(|place| owners.contains(place)) {
            owners.extend(places.first());
        }
    }
    owners.sort_by_key(|target| target.position());
    owners
}

/// The fewest places that serve all; of several choices the one with most of the wanted targets' own
/// places, then the one that comes first in the table.
fn fewest(targets: &[&'static Target], scope: Scope, kind: ArtifactType) -> Vec<&'static Target> {
    let serves = |owner: &'static Target| -> u32 {
        let reads = |target: &&'static Target| places_of(target, scope, kind).contains(&owner);
        (0..).zip(targets).filter(|(_, target)| reads(target)).map(|(bit, _)| 1 << bit).sum()
    };
    let all = (1_u32 << targets.len()) - 1;
    let useful: Vec<(&'static Target, u32)> =
        TARGETS.iter().map(|owner| (owner, serves(owner))).filter(|(_, mask)| *mask != 0).collect();
    let cost = |chosen: &[usize]| {
        let foreign = chosen.iter().filter(|at| !targets.contains(&useful[**at].0)).count();
        (chosen.len(), foreign, chosen.to_vec())
    };
    let mut best: Option<Vec<usize>> = None;
    for set in 0_u32..1 << useful.len() {
        let chosen: Vec<usize> = (0..useful.len()).filter(|at| set >> at & 1 == 1).collect();
        let covered = chosen.iter().fold(0, |mask, at| mask | useful[*at].1);
        if covered == all && best.as_ref().is_none_or(|best| cost(&chosen) < cost(best)) {
            best = Some(chosen);
        }
    }
    best.unwrap_or_default().into_iter().map(|at| useful[at].0).collect()
}

#[cfg(test)]
mod tests {
    use super::{ArtifactType, Scope, TARGETS, Target, Wanted, assign};
    use ArtifactType::{Agent, Command, Skill};

    fn wanted(names: &str, named: bool) -> Wanted {
        Wanted { targets: names.split(' ').map(|name| Target::find(name).expect(name)).collect(), named }
    }

    #[test]
    fn who_is_served_where() {
        // What is wanted, the type, the places where it is configured and where it is named, and who has none.
        for (names, kind, configured, named, none) in [
            ("claude", Skill, "claude:claude", "claude:claude", ""),
            ("codex", Skill, "codex:codex", "codex:codex", ""),
            ("antigravity", Skill, "agents:antigravity", "agents:antigravity", ""),
            ("gemini codex", Skill, "agents:codex,gemini", "codex:codex gemini:gemini", ""),
            ("opencode claude", Skill, "claude:claude,opencode", "claude:claude,opencode", ""),
            ("claude codex", Skill, "claude:claude codex:codex", "claude:claude codex:codex", ""),
            (
                "claude codex gemini opencode",
                Skill,
                "claude:claude,opencode agents:codex,gemini",
                "claude:claude,opencode codex:codex gemini:gemini",
                "",
            ),
            ("agents codex gemini", Skill, "agents:agents,codex,gemini", "agents:agents,codex,gemini", ""),
            (
                "claude kiro roo",
                Skill,
                "claude:claude roo:roo kiro:kiro",
                "claude:claude roo:roo kiro:kiro",
                "",
            ),
            (
                "claude gemini opencode",
                Command,
                "claude:claude gemini:gemini opencode:opencode",
                "claude:claude gemini:gemini opencode:opencode",
                "",
            ),
            ("codex goose amp", Command, "agents:codex,amp,goose", "agents:amp,goose codex:codex", ""),
            (
                "claude cursor copilot",
                Agent,
                "claude:claude,cursor,copilot",
                "claude:claude,cursor,copilot",
                "",
            ),
            ("claude roo", Agent, "claude:claude", "claude:claude", "roo"),
            ("amp", Agent, "", "", "amp"),
            ("collection", Command, "collection:collection", "collection:collection", ""),
        ] {
            for (is_named, expected) in [(false, configured), (true, named)] {
                let found = assign(&wanted(names, is_named), Scope::Project, kind);
                let join = |targets: &[&'static Target]| {
                    targets.iter().map(|target| target.name).collect::<Vec<_>>().join(",")
                };
                let spots: Vec<String> = found
                    .spots
                    .iter()
                    .map(|spot| format!("{}:{}", spot.target.name, join(&spot.serves)))
                    .collect();
                assert_eq!(spots.join(" "), expected, "{names} {kind} named={is_named}");
                assert_eq!(join(&found.unsupported), none, "{names} {kind}");
            }
        }
    }

    #[test]
    fn everybody_is_served_by_no_more_than_needed() {
        let all: Vec<&'static Target> = TARGETS.iter().collect();
        for scope in [Scope::Project, Scope::User] {
            for kind in ArtifactType::ALL {
                for named in [false, true] {
                    let found = assign(&Wanted { targets: all.clone(), named }, scope, kind);
                    let served: usize = found.spots.iter().map(|spot| spot.serves.len()).sum();
                    assert_eq!(served + found.unsupported.len(), all.len(), "{scope:?} {kind}");
                    assert!(found.spots.iter().all(|spot| !spot.serves.is_empty()), "{scope:?} {kind}");
                }
            }
        }
        let skills = assign(&Wanted { targets: all, named: false }, Scope::Project, Skill);
        let names: Vec<_> = skills.spots.iter().map(|spot| spot.target.name).collect();
        assert_eq!(names, ["claude", "agents", "roo", "kiro", "collection"]);
    }
}

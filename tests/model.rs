//! The rules of finding the base, played in memory: the reference for what the program does.

#[path = "model/chance.rs"]
pub mod chance;
#[path = "model/collection.rs"]
mod collection;
#[path = "model/commits.rs"]
mod commits;
#[path = "model/deeds.rs"]
pub mod deeds;
#[path = "model/events.rs"]
pub mod events;
#[path = "model/figures.rs"]
mod figures;
#[path = "model/fuzz.rs"]
pub mod fuzz;
#[path = "model/ladder.rs"]
pub mod ladder;
#[path = "model/lines.rs"]
pub mod lines;
#[path = "model/pending.rs"]
mod pending;
#[path = "model/rules.rs"]
pub mod rules;
#[path = "model/sync.rs"]
mod sync;
#[path = "model/work.rs"]
mod work;
#[path = "model/world.rs"]
pub mod world;

//! Reads only: the project, the collection, the base, the drift. Commands call it; it may use
//! `model`, `merge`, `git` and `session`, and never plans or writes.

pub mod adoptable;
pub mod base;
pub mod carried;
pub mod collection;
mod collection_form;
mod collection_version;
pub mod configured;
pub mod deleted;
pub mod desk;
mod destination;
pub mod doctor;
pub mod dormant;
pub mod edited;
pub mod elsewhere;
pub mod error;
pub mod filed;
pub mod finalize;
pub mod folder;
pub mod forks;
pub mod forms;
pub mod handed_on;
pub mod hook_site;
pub mod import;
pub mod index;
pub mod observer;
pub mod parts;
mod past;
mod placed;
pub mod placements;
pub mod recorded;
pub mod records;
pub mod remotes;
pub mod renames;
pub mod rewritten;
pub mod scan;
pub mod scene;
pub mod settings;
pub mod tags;
pub mod tips;
pub mod versions;

pub use error::ObserveError;

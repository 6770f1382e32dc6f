//! What there is: reads only, never a write. `commands/` calls it; it may use `model`, `merge`,
//! `git` and `session`, never `plan`, `execute` or `report`.

pub mod scan;

//! The only writers: what `plan` decided becomes files and refs here. `commands` may call.

pub mod hooks;

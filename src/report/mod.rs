//! What is said: outcomes as text for people and as data for programs. Pure; printing is not done
//! here. `commands` may call.

pub mod text;

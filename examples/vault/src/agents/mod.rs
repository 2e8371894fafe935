//! Agents, as config.yaml has them and as they are in effect.

mod direction;
mod preset;
mod profile;

pub use preset::{UnknownTier, parse_tier};
pub use profile::{Profile, Value};

pub(crate) use direction::{changes, direction};
pub(crate) use preset::preset;

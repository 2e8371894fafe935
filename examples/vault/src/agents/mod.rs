//! Agents, as config.yaml has them and as they are in effect.

mod class;
mod direction;
mod effective;
mod field;
mod in_effect;
mod profile;
mod standing;
mod value;
mod written;

pub use field::{FieldKind, profile_fields};
pub use in_effect::{EffectiveProfile, InEffect, NotCounted};
pub use profile::Profile;
pub use value::{Digest, Value};

pub(crate) use direction::{changes, direction};
pub(crate) use standing::standing;
pub(crate) use written::WrittenAgent;

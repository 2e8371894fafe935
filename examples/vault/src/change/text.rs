//! The policy crate's words, as a request's file spells them.

use openpass_policy::Tier;
use serde::{Deserialize as _, Deserializer, de::Error as _};

/// A tier that an agent can be put on: `custom` is none.
pub(super) fn tier<'de, D: Deserializer<'de>>(from: D) -> Result<Tier, D::Error> {
    let name = String::deserialize(from)?;
    crate::parse_tier(&name).map_err(D::Error::custom)
}

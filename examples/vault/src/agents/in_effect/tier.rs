//! The tier that two tiers meet in.

use openpass_policy::{Direction, Tier};

use super::InEffect;
use crate::agents::{Value, profile::tier_of};

/// A tier, as the product stores it.
pub(super) type Stored = Option<String>;

/// Returns the lower of both tiers. Without an order, such as between
/// `standard` and none, or between any tier and a tier that nobody knows,
/// neither counts.
pub(super) fn meet(a: &Stored, b: &Stored) -> InEffect {
    if shown(a) == shown(b) {
        // Nothing, an empty text and `custom` are all none.
        return stored(a.max(b));
    }
    if is_lower(a, b) {
        stored(a)
    } else if is_lower(b, a) {
        stored(b)
    } else {
        InEffect::Nothing
    }
}

/// Whether `a` surely gives no more than `b`.
fn is_lower(a: &Stored, b: &Stored) -> bool {
    let is_known = shown(b) == tier(b).as_str();
    is_known && tier(b).direction_to(tier(a)) == Direction::Narrows
}

fn tier(tier: &Stored) -> Tier {
    tier_of(tier.as_deref())
}

pub(super) fn shown(tier: &Stored) -> &str {
    let tier = tier.as_deref().filter(|tier| !tier.is_empty());
    tier.unwrap_or(Tier::Custom.as_str())
}

fn stored(tier: &Stored) -> InEffect {
    InEffect::Value(tier.clone().map_or(Value::Unset, Value::Text))
}

//! The fields of an agent that config.yaml has and that do not count.

use super::{EffectiveProfile, InEffect, approved::Approved, tier};
use crate::agents::{Profile, Value, direction};
use openpass_policy::Direction;

/// One field of which the file says more than was approved. It has no effect on
/// what the guard decides or answers until a person has accepted it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotCounted {
    /// The field, as config.yaml spells it.
    pub field: String,
    /// The value that was approved; `None` where nobody has approved the agent,
    /// or nobody knows the value any more.
    pub approved: Option<Value>,
    /// The value that the file gives the field.
    pub found: Value,
    /// The value that counts.
    pub counts: InEffect,
}

/// Every field of `present` that does not count as it is, the tier first.
pub(super) fn all(
    effective: &EffectiveProfile,
    approved: Option<&Approved>,
    present: &Profile,
) -> Vec<NotCounted> {
    let stored = |stored: &tier::Stored| stored.clone().map_or(Value::Unset, Value::Text);
    let found = present.stored_tier().map(str::to_owned);
    let mut all = Vec::new();
    if effective.tier != InEffect::Value(stored(&found)) {
        all.push(NotCounted {
            field: "tier".to_owned(),
            approved: approved.map(|it| stored(&it.tier)),
            found: stored(&found),
            counts: effective.tier.clone(),
        });
    }
    let fields = effective.fields.iter();
    let differing = fields.filter(|(field, counts)| is_more(field, present.get(field), counts));
    all.extend(differing.map(|(field, counts)| NotCounted {
        field: field.clone(),
        approved: approved.map(|it| it.get(field).clone()),
        found: present.get(field).clone(),
        counts: counts.clone(),
    }));
    all
}

/// Whether `found` is more than what counts. Two ways to say the same are not.
fn is_more(field: &str, found: &Value, counts: &InEffect) -> bool {
    match counts {
        InEffect::Value(counts) if counts == found => false,
        InEffect::Value(counts) => direction(field, counts, found) == Direction::Widens,
        InEffect::Nothing => true,
    }
}

//! The approved profile of one agent, as the present one is compared with it.

use std::collections::BTreeMap;

use super::{mode::Mode, tier::Stored};
use crate::{
    agents::{Profile, Value, profile::tier_of},
    approved::{Fields, held_profile},
    product,
};

/// An agent as it was approved.
pub(super) struct Approved {
    pub(super) tier: Stored,
    pub(super) mode: Mode,
    values: BTreeMap<String, Value>,
}

impl Approved {
    /// Returns the profile that was approved as `fields`, beside the fields `now` of the
    /// present one. Returns `None` where an older log has a SHA-256 alone, with which
    /// nothing can be compared.
    pub(super) fn of(fields: &Fields, now: &Fields, present: &Profile) -> Option<Self> {
        let tier = fields.get("tier")?.as_text()?;
        let values = values(fields, now, present);
        // The approved state has `custom` for none.
        let tier = Some(tier.to_owned()).filter(|it| it != openpass_policy::Tier::Custom.as_str());
        let mode = mode(&tier, &values, &Mode::of(present));
        Some(Self { tier, mode, values })
    }

    /// Returns the profile that a person would have approved with `profile`.
    pub(super) fn with(profile: &Profile, present: &Profile) -> Self {
        Self {
            tier: profile.stored_tier().map(str::to_owned),
            mode: Mode::of(profile),
            values: values(&held_profile(profile), &held_profile(present), present),
        }
    }

    pub(super) fn get(&self, field: &str) -> &Value {
        self.values.get(field).unwrap_or(&Value::Unset)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}

/// The values by field. Of a value that was not kept its digest tells whether it
/// is the present one; it is that one then.
fn values(fields: &Fields, now: &Fields, present: &Profile) -> BTreeMap<String, Value> {
    let fields = fields.iter().filter(|(field, _)| *field != "tier");
    let value = |(field, held): (&String, &crate::approved::Held)| {
        let same = now.get(field).is_some_and(|now| now.is(held));
        let value = match same {
            true => present.get(field).clone(),
            false => held.to_value(),
        };
        (field.clone(), value)
    };
    fields.map(value).collect()
}

/// The approved state does not say whether the mode was written. Where it is
/// another than the present one, it counts as written only if nothing but that
/// can have made it what it is.
fn mode(tier: &Stored, values: &BTreeMap<String, Value>, present: &Mode) -> Mode {
    let word = values.get("approvalMode").unwrap_or(&Value::Unset);
    if word == present.word() {
        return present.clone();
    }
    let by_flag = match values.get("requireApproval") {
        Some(Value::Bool(true)) => "prompt",
        _ => "none",
    };
    let preset = product::preset(tier_of(tier.as_deref()));
    let by_tier = preset.iter().find(|(field, _)| *field == "approvalMode");
    let is_set =
        by_tier.is_some_and(|(_, mode)| mode == word) || *word != Value::Text(by_flag.to_owned());
    Mode::new(word.clone(), is_set)
}

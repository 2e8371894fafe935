//! One agent's profile, as it is in effect.

use openpass_policy::{AgentRef, Standing, Tier};

use super::{Value, WrittenAgent, effective, standing};
use crate::product;

/// One agent's profile, as the product has it in effect: what its own profile
/// of that name says, the tier's preset, then what the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub(super) name: String,
    pub(super) stored_tier: Option<String>,
    /// The fields in the schema's order; unknown fields come last, by name.
    pub(super) fields: Vec<(String, Value)>,
    /// The fields that are written out for the agent itself, those with the
    /// value null too.
    pub(super) written: Vec<(String, Value)>,
    /// Whether the file or the tier says what the approval mode is. Else it is
    /// the product's default, which differs between its versions.
    pub(super) approval_is_set: bool,
}

impl Profile {
    /// The profile called `name` whose entry in config.yaml is `entry`.
    pub(crate) fn effective(name: &str, entry: &WrittenAgent<'_>) -> Self {
        effective::profile(name, entry)
    }

    /// The profile of an agent that does not exist: no power at all.
    pub(crate) fn absent(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            stored_tier: None,
            // As every agent that the file says no more of.
            fields: vec![("allowedPaths".to_owned(), Value::List(Vec::new()))],
            written: Vec::new(),
            approval_is_set: false,
        }
    }

    /// The agent's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tier. One that is missing or not known is [`Tier::Custom`].
    #[must_use]
    pub fn tier(&self) -> Tier {
        tier_of(self.stored_tier.as_deref())
    }

    /// Returns the value that `field` has in effect.
    #[must_use]
    pub fn get(&self, field: &str) -> &Value {
        value_in(&self.fields, field)
    }

    /// Whether a value is written out for `field`.
    pub(crate) fn writes(&self, field: &str) -> bool {
        *self.written(field) != Value::Unset
    }

    /// Returns the value that is written out for `field`: [`Value::Unset`] if
    /// none is, or null.
    pub(super) fn written(&self, field: &str) -> &Value {
        value_in(&self.written, field)
    }

    /// Every field that has a value in effect, always in the same order.
    #[must_use]
    pub fn fields(&self) -> &[(String, Value)] {
        &self.fields
    }

    /// Every field that the product knows, the tier first, with its value in
    /// effect; [`Value::Unset`] where it has none.
    #[must_use]
    pub fn known_fields(&self) -> Vec<(&'static str, Value)> {
        let tier = self.stored_tier.clone().map_or(Value::Unset, Value::Text);
        let fields = product::agent_fields().map(|(field, _)| (field, self.get(field).clone()));
        core::iter::once(("tier", tier)).chain(fields).collect()
    }

    /// The agent as policy sees it.
    #[must_use]
    pub fn agent_ref(&self) -> AgentRef {
        AgentRef::with_standing(self.name.clone(), self.standing())
    }

    /// Returns the agent's standing: its tier, and the powers in effect.
    pub(crate) fn standing(&self) -> Standing {
        standing(self.stored_tier(), |field| Some(self.get(field).clone()))
    }

    /// The tier as the product has it, an empty one too, if it has one.
    #[must_use]
    pub fn stored_tier(&self) -> Option<&str> {
        self.stored_tier.as_deref()
    }

    /// The tier as text; `custom` where there is none.
    pub(crate) fn tier_text(&self) -> String {
        let stored = self.stored_tier.as_deref().filter(|tier| !tier.is_empty());
        stored.unwrap_or(Tier::Custom.as_str()).to_owned()
    }
}

/// The product's presets know these names only; it stores `safe` at times, and
/// then applies no preset.
pub(super) fn tier_of(stored: Option<&str>) -> Tier {
    match stored {
        Some("read-only") => Tier::ReadOnly,
        Some("standard") => Tier::Standard,
        Some("admin") => Tier::Admin,
        _ => Tier::Custom,
    }
}

fn value_in<'v>(fields: &'v [(String, Value)], field: &str) -> &'v Value {
    let found = fields.iter().find(|(name, _)| name == field);
    found.map_or(&Value::Unset, |(_, value)| value)
}

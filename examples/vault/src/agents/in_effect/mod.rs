//! The part of an agent's profile that has effect: the narrower of what was approved and
//! what config.yaml says.

mod approved;
mod meet;
mod mode;
mod narrower;
mod not_counted;
mod of_vault;
mod tier;
mod value;

use openpass_policy::{AgentRef, Standing, Tier};

use super::{Value, profile::tier_of, standing};
use crate::product;

pub use not_counted::NotCounted;
pub use value::InEffect;

/// One agent's profile, as far as it has effect on what the guard decides and
/// answers.
///
/// INVARIANT (drift acts, 17 in `ARCHITECTURE.md`): what was edited in
/// config.yaml outside the guard and narrows acts at once, and what widens does
/// not act until a person has accepted it. What other programs read in the file
/// nobody can stop: the difference is told, and a repair puts it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveProfile {
    name: String,
    basis: Basis,
    /// Text, or not set, or nothing.
    tier: InEffect,
    /// The fields in the schema's order; unknown fields come last, by name.
    fields: Vec<(String, InEffect)>,
    /// The value of every field that is not listed.
    else_is: InEffect,
    not_counted: Vec<NotCounted>,
}

/// The basis with which the present profile was compared.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Basis {
    /// No profile: the guard knows nothing of the agents.
    Unsealed,
    /// No profile, since what was approved cannot be had; with the reason.
    Lost(String),
    /// The profile that was approved.
    Approved,
    /// No profile, since nobody has approved an agent of this name.
    NeverApproved,
}

impl EffectiveProfile {
    /// The agent's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tier. One that is missing or not known is [`Tier::Custom`]; where the
    /// tier gives nothing, it is the lowest.
    #[must_use]
    pub fn tier(&self) -> Tier {
        match &self.tier {
            InEffect::Nothing => Tier::ReadOnly,
            InEffect::Value(_) => tier_of(self.stored_tier()),
        }
    }

    /// The tier as the product stores it, an empty one too, if there is one and
    /// it counts.
    #[must_use]
    pub fn stored_tier(&self) -> Option<&str> {
        match &self.tier {
            InEffect::Value(Value::Text(tier)) => Some(tier),
            _ => None,
        }
    }

    /// Returns the value that `field` has in effect.
    #[must_use]
    pub fn get(&self, field: &str) -> &InEffect {
        let found = self.fields.iter().find(|(name, _)| name == field);
        found.map_or(&self.else_is, |(_, value)| value)
    }

    /// Whether `field` is plainly `true` in effect.
    #[must_use]
    pub fn is_on(&self, field: &str) -> bool {
        self.get(field).value() == Some(&Value::Bool(true))
    }

    /// Every field that is set, or gives nothing, always in the same order.
    #[must_use]
    pub fn fields(&self) -> &[(String, InEffect)] {
        &self.fields
    }

    /// Every field that the product knows, the tier first, with what it is in
    /// effect.
    #[must_use]
    pub fn known_fields(&self) -> Vec<(&'static str, InEffect)> {
        let fields = product::agent_fields().map(|(field, _)| (field, self.get(field).clone()));
        let tier = ("tier", self.tier.clone());
        core::iter::once(tier).chain(fields).collect()
    }

    /// The agent as policy sees it.
    #[must_use]
    pub fn agent_ref(&self) -> AgentRef {
        AgentRef::with_standing(self.name.clone(), self.standing())
    }

    fn standing(&self) -> Standing {
        // What gives nothing is no power.
        let powers = standing(None, |field| self.get(field).value().cloned()).powers;
        Standing::new(self.tier(), powers)
    }

    /// Whether the profile was compared with what the guard knows of the agents.
    /// Without that it is as config.yaml has it.
    #[must_use]
    pub const fn is_sealed(&self) -> bool {
        matches!(self.basis, Basis::Approved | Basis::NeverApproved)
    }

    /// Whether the guard knows the agents, and nobody has approved one of this
    /// name: it has no effect at all.
    #[must_use]
    pub const fn is_never_approved(&self) -> bool {
        matches!(self.basis, Basis::NeverApproved)
    }

    /// Returns the reason why the approved profile is not known, so that nothing counts;
    /// `None` where it is known, or nothing was ever approved.
    #[must_use]
    pub const fn lost(&self) -> Option<&str> {
        match &self.basis {
            Basis::Lost(why) => Some(why.as_str()),
            _ => None,
        }
    }

    /// Returns the fields of which config.yaml says more than was approved, the tier
    /// first.
    #[must_use]
    pub fn not_counted(&self) -> &[NotCounted] {
        &self.not_counted
    }
}

//! The requester.

use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use openpass_auth::PrincipalId;

use super::{Direction, Power, Powers, Standing};
use crate::{Entity, vocabulary::vocabulary};

vocabulary! {
    /// The rank of an agent, by the name of its preset.
    pub enum Tier: "tier" {
        /// `read-only`, which some commands call `safe`.
        ReadOnly = "read-only",
        /// `standard`.
        Standard = "standard",
        /// `admin`.
        Admin = "admin",
        /// No tier, or a tier that is not known. As an agent's tier, it ranks as admin;
        /// see [`Tier::direction_to`] for a change.
        Custom = "custom",
    }
}

impl Tier {
    /// The tier's place in order, 0 to 2: `tier` in policy.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::ReadOnly => 0,
            Self::Standard => 1,
            Self::Admin | Self::Custom => 2,
        }
    }

    /// The direction of a change to `after`, by the tier alone.
    ///
    /// Products block tools by the tier's name, and what they do without a
    /// known one differs by version: from there, everything but the lowest tier
    /// widens, and so does every change to there.
    #[must_use]
    pub fn direction_to(self, after: Self) -> Direction {
        match (self, after) {
            (Self::Custom, Self::Custom) => Direction::Neutral,
            (_, Self::Custom) | (Self::Custom, Self::Standard | Self::Admin) => Direction::Widens,
            _ => match after.rank().cmp(&self.rank()) {
                core::cmp::Ordering::Greater => Direction::Widens,
                core::cmp::Ordering::Equal => Direction::Neutral,
                core::cmp::Ordering::Less => Direction::Narrows,
            },
        }
    }
}

/// An agent, as its profile is before the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgentRef {
    /// Its name in config.yaml.
    pub name: String,
    /// Its tier.
    pub tier: Tier,
    /// Its powers.
    pub powers: Powers,
}

impl AgentRef {
    /// An agent with what its tier gives by itself, but that it may ask for changes of
    /// the configuration or not.
    pub fn new(name: impl Into<String>, tier: Tier, can_manage_config: bool) -> Self {
        let powers = Powers::of_tier(tier);
        let powers = match can_manage_config {
            true => powers.with(Power::ManageConfig),
            false => powers.without(Power::ManageConfig),
        };
        Self::with_standing(name, Standing::new(tier, powers))
    }

    /// An agent, with what it may do.
    pub fn with_standing(name: impl Into<String>, standing: Standing) -> Self {
        Self {
            name: name.into(),
            tier: standing.tier,
            powers: standing.powers,
        }
    }

    /// An agent of which nothing is known: whatever asks what it may do is told
    /// everything, but that it may ask for no change.
    pub fn unknown(name: impl Into<String>) -> Self {
        Self::new(name, Tier::Custom, false)
    }

    /// Its powers.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        Standing::new(self.tier, self.powers)
    }

    /// Whether it may ask for changes of the configuration.
    #[must_use]
    pub const fn can_manage_config(&self) -> bool {
        self.powers.contains(Power::ManageConfig)
    }
}

/// With `canManageConfig` for itself, too: who reads this asks for that most.
impl Serialize for AgentRef {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut fields = to.serialize_struct("AgentRef", 4)?;
        fields.serialize_field("name", &self.name)?;
        fields.serialize_field("tier", &self.tier)?;
        fields.serialize_field("canManageConfig", &self.can_manage_config())?;
        fields.serialize_field("powers", &self.powers)?;
        fields.end()
    }
}

/// The requester.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new kind of principal must break the builds that name principals"
)]
pub enum Principal {
    /// The person whose vault it is.
    User,
    /// An AI agent.
    Agent(AgentRef),
    /// A principal of a host's own.
    #[serde(rename = "own")]
    Host(Entity),
}

impl From<AgentRef> for Principal {
    fn from(agent: AgentRef) -> Self {
        Self::Agent(agent)
    }
}

impl From<Entity> for Principal {
    fn from(entity: Entity) -> Self {
        Self::Host(entity)
    }
}

impl Principal {
    /// Its type with the namespace, and its id, in policy.
    #[must_use]
    pub fn id(&self) -> PrincipalId {
        match self {
            Self::User => PrincipalId::new("OpenPass::User", "owner"),
            Self::Agent(agent) => PrincipalId::new("OpenPass::Agent", &agent.name),
            Self::Host(entity) => PrincipalId::new(entity.entity_type(), entity.id()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tier::{Admin, Custom, ReadOnly, Standard};
    use crate::Direction::{Narrows, Neutral, Widens};

    #[test]
    fn case_41_a_tier_that_is_no_preset_widens_whatever_it_may_mean() {
        for (before, after, direction) in [
            (ReadOnly, Admin, Widens),
            (Standard, ReadOnly, Narrows),
            (Admin, Admin, Neutral),
            (ReadOnly, Custom, Widens),
            (Admin, Custom, Widens),
            (Custom, Custom, Neutral),
            (Custom, Admin, Widens),
            (Custom, Standard, Widens),
            (Custom, ReadOnly, Narrows),
        ] {
            assert_eq!(before.direction_to(after), direction, "{before} to {after}");
        }
    }
}

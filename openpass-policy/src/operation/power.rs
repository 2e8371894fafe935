//! The powers of an agent, under any name of its tier.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Tier;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// One thing that an agent may do, by the field of its profile that gives it.
    pub enum Power: "power" {
        /// Change entries.
        Write = "canWrite",
        /// Start programs.
        RunCommands = "canRunCommands",
        /// Ask for changes of the configuration.
        ManageConfig = "canManageConfig",
        /// Put values on the clipboard.
        UseClipboard = "canUseClipboard",
        /// Have values typed.
        UseAutotype = "canUseAutotype",
        /// Read values.
        ReadValues = "canReadValues",
        /// Use the tools that return values.
        ExposeValues = "exposeValueTools",
        /// Open the vault without a passphrase.
        AutoUnseal = "autoUnseal",
        /// Read the values of payment entries.
        ExposePayments = "exposePaymentValues",
        /// Act without anybody being asked: `approvalMode: none`, or a mode that nobody
        /// knows.
        ActUnasked = "actUnasked",
        /// Any power by a field that is none of these: a path, a tool, a limit, a hook,
        /// the tier's name, a field that nobody knows. It is only ever gained.
        Other = "other",
    }
}

impl Power {
    /// The power that the field of a profile gives, if it is one of these.
    #[must_use]
    pub fn of_field(field: &str) -> Option<Self> {
        match field {
            "approvalMode" | "requireApproval" => Some(Self::ActUnasked),
            _ => field.parse().ok().filter(|power| *power != Self::Other),
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A set of powers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Powers(u16);

/// The powers that the tier `standard` gives, and `read-only` does not.
const STANDARD: Powers = Powers::NONE
    .with(Power::UseClipboard)
    .with(Power::UseAutotype)
    .with(Power::ReadValues);

/// The powers that the tier `admin` gives.
const ADMIN: Powers = STANDARD
    .with(Power::Write)
    .with(Power::RunCommands)
    .with(Power::ManageConfig)
    .with(Power::ExposeValues)
    .with(Power::AutoUnseal);

impl Powers {
    /// No power.
    pub const NONE: Self = Self(0);
    /// Every power that an agent can have.
    pub const ALL: Self = ADMIN.with(Power::ExposePayments).with(Power::ActUnasked);

    /// Returns the powers that a tier gives by itself. Nobody can tell those of an
    /// unknown tier, so it gives all.
    #[must_use]
    pub const fn of_tier(tier: Tier) -> Self {
        match tier {
            Tier::ReadOnly => Self::NONE,
            Tier::Standard => STANDARD,
            Tier::Admin => ADMIN,
            Tier::Custom => Self::ALL,
        }
    }

    /// Returns these powers and `power`.
    #[must_use]
    pub const fn with(self, power: Power) -> Self {
        Self(self.0 | power.bit())
    }

    /// Returns these powers but `power`.
    #[must_use]
    pub const fn without(self, power: Power) -> Self {
        Self(self.0 & !power.bit())
    }

    /// Returns those of these powers that are not among `others`.
    #[must_use]
    pub const fn but(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether `power` is among these.
    #[must_use]
    pub const fn contains(self, power: Power) -> bool {
        self.0 & power.bit() != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of these, in the order of [`Power::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Power> {
        let all = Power::ALL.into_iter();
        all.filter(move |power| self.contains(*power))
    }

    /// The lowest tier that gives all of these, by its [rank](Tier::rank).
    ///
    /// To ask for changes does not count: policy knows it by a name of its own, and
    /// whatever an agent asks for, a person answers.
    #[must_use]
    pub const fn rank(self) -> u8 {
        let ranked = self.without(Power::ManageConfig);
        if ranked.is_empty() {
            Tier::ReadOnly.rank()
        } else if ranked.but(STANDARD).is_empty() {
            Tier::Standard.rank()
        } else {
            Tier::Admin.rank()
        }
    }
}

impl FromIterator<Power> for Powers {
    fn from_iter<I: IntoIterator<Item = Power>>(powers: I) -> Self {
        powers.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for Powers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for Powers {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Powers {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Vec::<Power>::deserialize(from)?.into_iter().collect())
    }
}

/// The standing of an agent, which says what the agent may do: its tier by name, and
/// its powers.
///
/// What counts is the higher of the two. A field of a profile gives its power whatever
/// the tier is called, and programs block tools by the tier's name whatever the fields
/// say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Standing {
    /// The tier.
    pub tier: Tier,
    /// The powers in effect.
    pub powers: Powers,
}

impl Standing {
    /// The standing of an agent that is not there.
    pub const NONE: Self = Self::new(Tier::ReadOnly, Powers::NONE);
    /// The standing of an agent of which nobody can tell what it may do: everything.
    pub const UNKNOWN: Self = Self::new(Tier::Custom, Powers::ALL);

    /// A tier and powers.
    #[must_use]
    pub const fn new(tier: Tier, powers: Powers) -> Self {
        Self { tier, powers }
    }

    /// Its place in order, 0 to 2: `tier` in policy. The higher of the
    /// [tier's](Tier::rank) and the [powers'](Powers::rank), so that an agent which may
    /// do what an admin may ranks as one.
    #[must_use]
    pub const fn rank(self) -> u8 {
        let (named, held) = (self.tier.rank(), self.powers.rank());
        if held > named { held } else { named }
    }
}

/// The tier and what it gives by itself.
impl From<Tier> for Standing {
    fn from(tier: Tier) -> Self {
        Self::new(tier, Powers::of_tier(tier))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a1_one_power_of_an_admins_ranks_as_admin_whatever_the_tier_is_called() {
        for power in Powers::ALL.without(Power::ManageConfig).iter() {
            let powers = Powers::of_tier(Tier::Standard).with(power);
            let rank = Standing::new(Tier::Standard, powers).rank();
            let expected = if STANDARD.contains(power) { 1 } else { 2 };
            assert_eq!(rank, expected, "{power}");
        }
        let manages = Powers::NONE.with(Power::ManageConfig);
        assert_eq!(Standing::new(Tier::ReadOnly, manages).rank(), 0);
        assert_eq!(Standing::from(Tier::ReadOnly).rank(), 0);
        assert_eq!(Standing::new(Tier::Custom, Powers::NONE).rank(), 2);
    }

    #[test]
    fn every_power_but_other_is_one_that_an_agent_can_have() {
        let held = Power::ALL.into_iter().filter(|it| *it != Power::Other);
        assert_eq!(Powers::ALL, held.collect());
    }
}

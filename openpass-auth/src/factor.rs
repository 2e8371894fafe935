//! The factors: what an authenticator can prove about the person who answered.

use core::fmt;

/// One kind of proof that the right person answered (NIST SP 800-63B-4 §3), with
/// the name that RFC 8176 has for it, where it has one.
///
/// Only what an authenticator can prove is here, and each factor by its true name: an
/// authenticator that asks a phone says so, and claims no finger. A y/N or a waiver
/// proves nothing about who answers, so no [`Evidence`](crate::Evidence) can carry one.
///
/// The list is closed, since policy decides on it. Which factors count for what is
/// policy's matter: `openpass-policy` takes biometry and the passphrase, and
/// others where a host says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new factor must break the builds that decide on factors"
)]
pub enum Factor {
    /// A finger or a face, matched by the operating system (`fpt`, `face`).
    Biometry,
    /// A key in hardware that is touched for this very question, and that checks
    /// its holder (`hwk` with `user`; NIST SP 800-63B-4 §3.1.7).
    SecurityKey,
    /// An answer on another device of the person's, which shows the question
    /// itself (out-of-band, NIST SP 800-63B-4 §3.1.3; RFC 8176 has `mca` for a
    /// second channel).
    Device,
    /// A secret that the person knows, checked by a verifier (`pwd`).
    Passphrase,
    /// The operating system's own check of its user, by whatever it is set up to
    /// take: polkit, Windows' consent (`user`). A machine may be set up to take
    /// nothing.
    SystemLogin,
    /// A code that is good once (`otp`, RFC 6238, RFC 4226). It says nothing of
    /// what it is given for: a listener can use it for something else.
    OneTimeCode,
}

impl Factor {
    /// Every factor, in the order in which they are to be offered.
    pub const ALL: [Self; 6] = [
        Self::Biometry,
        Self::SecurityKey,
        Self::Device,
        Self::Passphrase,
        Self::SystemLogin,
        Self::OneTimeCode,
    ];

    /// The factor's name in policy, logs and output, such as `security-key`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Biometry => "biometry",
            Self::SecurityKey => "security-key",
            Self::Device => "device",
            Self::Passphrase => "passphrase",
            Self::SystemLogin => "system-login",
            Self::OneTimeCode => "one-time-code",
        }
    }

    /// The factor with this name, to the letter.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Biometry => 1,
            Self::SecurityKey => 1 << 1,
            Self::Device => 1 << 2,
            Self::Passphrase => 1 << 3,
            Self::SystemLogin => 1 << 4,
            Self::OneTimeCode => 1 << 5,
        }
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A set of factors, listed in the order in which they are to be offered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FactorSet(u8);

impl FactorSet {
    /// The set that accepts nothing.
    pub const EMPTY: Self = Self(0);

    /// The set of one factor.
    #[must_use]
    pub const fn only(factor: Factor) -> Self {
        Self(factor.bit())
    }

    /// Whether `factor` is in the set.
    #[must_use]
    pub const fn contains(self, factor: Factor) -> bool {
        self.0 & factor.bit() != 0
    }

    /// The factors that are in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The factors that are in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set with `factor`.
    #[must_use]
    pub const fn with(self, factor: Factor) -> Self {
        Self(self.0 | factor.bit())
    }

    /// The set without `factor`.
    #[must_use]
    pub const fn without(self, factor: Factor) -> Self {
        Self(self.0 & !factor.bit())
    }

    /// Whether nothing is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The factors in the set, in the order in which they are to be offered.
    pub fn iter(self) -> impl Iterator<Item = Factor> {
        Factor::ALL.into_iter().filter(move |f| self.contains(*f))
    }
}

impl FromIterator<Factor> for FactorSet {
    fn from_iter<I: IntoIterator<Item = Factor>>(factors: I) -> Self {
        factors.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl From<Factor> for FactorSet {
    fn from(factor: Factor) -> Self {
        Self::only(factor)
    }
}

impl fmt::Debug for FactorSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl fmt::Display for FactorSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing");
        }
        let factors = self.iter().enumerate();
        factors.into_iter().try_for_each(|(place, factor)| {
            let between = if place == 0 { "" } else { " or " };
            write!(f, "{between}{factor}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_into_it_and_lists_it_in_the_order_of_offer() {
        for one in Factor::ALL {
            assert_eq!(Factor::named(one.as_str()), Some(one));
            let others = FactorSet::from_iter(Factor::ALL).without(one);
            assert!(!others.contains(one) && others.with(one).contains(one));
            assert_eq!(others.iter().count(), Factor::ALL.len() - 1);
            assert!(others.intersection(one.into()).is_empty());
        }
        let backwards = FactorSet::from_iter(Factor::ALL.into_iter().rev());
        assert!(backwards.iter().eq(Factor::ALL));
        let two = FactorSet::only(Factor::Passphrase).with(Factor::Biometry);
        assert_eq!(two.to_string(), "biometry or passphrase");
        assert_eq!(FactorSet::EMPTY.to_string(), "nothing");
        assert_eq!(format!("{two:?}"), "{Biometry, Passphrase}");
        // What is in it already stays in it.
        assert_eq!(two.with(Factor::Biometry), two);
        assert_eq!(
            FactorSet::from(Factor::Biometry),
            two.without(Factor::Passphrase)
        );
    }
}

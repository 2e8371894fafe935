//! What an authenticator can prove about who answered.

use core::fmt;

/// One kind of proof that the right person answered (NIST SP 800-63B-4 §3).
///
/// Only what an authenticator can prove is here. A y/N or a waiver proves
/// nothing about who, so no [`Evidence`](crate::Evidence) can carry one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new factor must break the builds that decide on factors"
)]
pub enum Factor {
    /// A finger or a face, matched by the operating system.
    Biometry,
    /// A secret that the person knows, checked by a verifier.
    Passphrase,
}

impl Factor {
    /// Every factor, the stronger first.
    pub const ALL: [Self; 2] = [Self::Biometry, Self::Passphrase];

    /// The factor's name in policy, logs and output: `biometry` or `passphrase`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Biometry => "biometry",
            Self::Passphrase => "passphrase",
        }
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of factors, listed with biometry first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FactorSet {
    biometry: bool,
    passphrase: bool,
}

impl FactorSet {
    /// The set that accepts nothing.
    pub const EMPTY: Self = Self {
        biometry: false,
        passphrase: false,
    };

    /// The set of one factor.
    #[must_use]
    pub const fn only(factor: Factor) -> Self {
        match factor {
            Factor::Biometry => Self {
                biometry: true,
                passphrase: false,
            },
            Factor::Passphrase => Self {
                biometry: false,
                passphrase: true,
            },
        }
    }

    /// Whether `factor` is in the set.
    #[must_use]
    pub const fn contains(self, factor: Factor) -> bool {
        match factor {
            Factor::Biometry => self.biometry,
            Factor::Passphrase => self.passphrase,
        }
    }

    /// What is in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self {
            biometry: self.biometry && other.biometry,
            passphrase: self.passphrase && other.passphrase,
        }
    }

    /// What is in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self {
            biometry: self.biometry || other.biometry,
            passphrase: self.passphrase || other.passphrase,
        }
    }

    /// The set without `factor`.
    #[must_use]
    pub const fn without(self, factor: Factor) -> Self {
        match factor {
            Factor::Biometry => Self {
                biometry: false,
                ..self
            },
            Factor::Passphrase => Self {
                passphrase: false,
                ..self
            },
        }
    }

    /// Whether nothing is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        !self.biometry && !self.passphrase
    }

    /// The factors in the set, biometry first.
    pub fn iter(self) -> impl Iterator<Item = Factor> {
        Factor::ALL.into_iter().filter(move |f| self.contains(*f))
    }
}

impl FromIterator<Factor> for FactorSet {
    fn from_iter<I: IntoIterator<Item = Factor>>(factors: I) -> Self {
        factors
            .into_iter()
            .fold(Self::EMPTY, |set, factor| set.union(Self::only(factor)))
    }
}

impl fmt::Display for FactorSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.biometry, self.passphrase) {
            (true, true) => "biometry or passphrase",
            (true, false) => "biometry",
            (false, true) => "passphrase",
            (false, false) => "nothing",
        })
    }
}

//! The proofs that could have been asked for, if nobody was asked.

use super::Unavailable;
use crate::FactorSet;

impl Unavailable {
    /// Whether a prompt with more room could have asked.
    #[must_use]
    pub fn is_for_want_of_room(&self) -> bool {
        match self {
            Self::NoRoom => true,
            Self::Each(tried) => tried.iter().any(|one| one.reason.is_for_want_of_room()),
            _ => false,
        }
    }

    /// The factors that could have been asked for, and that this very machine
    /// or moment took away. What a program advises the person must be one of
    /// these.
    ///
    /// A factor that the challenge does not accept, that a setting or a flag
    /// took away, or that this system does not have, is none of them. A single
    /// reason says nothing about factors, so only [`Each`](Self::Each) has any.
    #[must_use]
    pub fn ways(&self) -> FactorSet {
        let Self::Each(tried) = self else {
            return FactorSet::EMPTY;
        };
        tried
            .iter()
            .fold(FactorSet::EMPTY, |ways, one| match one.reason {
                Self::NotSupported | Self::FactorNotAccepted | Self::TurnedOff => ways,
                Self::Each(_) => ways.union(one.reason.ways()),
                _ => ways.union(one.factors),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Factor, Tried};

    const FINGER: FactorSet = FactorSet::only(Factor::Biometry);
    const PASSPHRASE: FactorSet = FactorSet::only(Factor::Passphrase);

    fn each(finger: Unavailable, passphrase: Unavailable) -> FactorSet {
        let finger = Tried::new("touch-id", FINGER, finger);
        let passphrase = Tried::new("passphrase", PASSPHRASE, passphrase);
        let inner = Unavailable::Each(vec![passphrase]);
        let both = FINGER.union(PASSPHRASE);
        Unavailable::Each(vec![finger, Tried::new("first-available", both, inner)]).ways()
    }

    #[test]
    fn a_way_is_what_was_taken_away_here_and_not_what_was_never_there() {
        use Unavailable as U;
        assert_eq!(each(U::NotSupported, U::NoTerminal), PASSPHRASE);
        assert_eq!(each(U::RemoteSession, U::FactorNotAccepted), FINGER);
        assert_eq!(each(U::TurnedOff, U::FactorNotAccepted), FactorSet::EMPTY);
        let both = FINGER.union(PASSPHRASE);
        assert_eq!(each(U::BiometryLockedOut, U::NotForeground), both);
        assert_eq!(U::NoTerminal.ways(), FactorSet::EMPTY);
    }
}

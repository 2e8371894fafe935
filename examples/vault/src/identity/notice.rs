//! The notices of the identity, which a person reads beside the question.

use jiff::Timestamp;
use openpass_auth::SafeText;
use serde::{Deserialize, Serialize};

use super::{Pin, entries};
use crate::{GuardLog, Vault, VaultError, log::recent};

/// Another identity took the pinned one's place, by its own passphrase alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Adopted {
    /// The pin of before, as people read it.
    pub(crate) before: String,
    /// The public key that is pinned since.
    pub(crate) after: String,
    /// The time of the exchange, as RFC 3339; the log's line has it.
    #[serde(default)]
    pub(crate) when: String,
}

impl Adopted {
    fn told(&self) -> SafeText {
        SafeText::fill(
            "since {} the vault's passphrase is that of another identity, which vouched for itself: {} instead of {}",
            &[
                &SafeText::escape(&self.when),
                &SafeText::escape(&self.after),
                &SafeText::escape(&self.before),
            ],
        )
    }

    /// A time that nobody can read, or that is still to come, is told of.
    fn is_recent(&self, now: Timestamp) -> bool {
        recent::is_told_at(&self.when, now)
    }
}

impl Vault {
    /// Returns the notices that every prompt shows of this vault's identity for
    /// seven days.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn identity_notices(&self) -> Result<Vec<SafeText>, VaultError> {
        let adopted = GuardLog::of(self).state()?.adopted;
        Ok(adopted
            .iter()
            .filter(|adopted| adopted.is_recent(Timestamp::now()))
            .map(Adopted::told)
            .collect())
    }

    /// Returns the notice that the log keeps for good of an identity that vouched
    /// for itself.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn adopted_identity(&self) -> Result<Option<SafeText>, VaultError> {
        let adopted = GuardLog::of(self).state()?.adopted;
        Ok(adopted.as_ref().map(Adopted::told))
    }

    /// Returns the notice of a prompt for the passphrase while no identity is
    /// pinned.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn first_use_notice(&self) -> Result<Option<SafeText>, VaultError> {
        self.first_use(false)
    }

    /// Like [`first_use_notice`](Self::first_use_notice). With `enrols` it also says
    /// that the passphrase's key approves from then on.
    pub(crate) fn first_use(&self, enrols: bool) -> Result<Option<SafeText>, VaultError> {
        if GuardLog::of(self).state()?.pin != Pin::Nothing {
            return Ok(None);
        }
        let is_first = match (entries::are_there(self.dir()), enrols) {
            (true, false) => {
                "the guard sees this vault's identity for the first time: its passphrase shows that it opens every entry that is here now, and not that it is the earlier identity"
            }
            (true, true) => {
                "the guard sees this vault's identity for the first time: its passphrase opens every entry, and signs approvals from now on. Nothing shows that it is the earlier one"
            }
            (false, false) => {
                "the guard sees this vault's identity for the first time, and there is no entry that it could open: its passphrase shows nothing about the earlier identity"
            }
            (false, true) => {
                "the guard sees this vault's identity for the first time, and no entry that it could open. Its passphrase signs approvals from now on"
            }
        };
        Ok(Some(SafeText::literal(is_first)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_40_an_identity_that_vouched_for_itself_is_told_of_for_seven_days() {
        let adopted = Adopted {
            before: "age1a".to_owned(),
            after: "age1b".to_owned(),
            when: "2026-03-01T12:00:00Z".to_owned(),
        };
        let at = |now: &str| adopted.is_recent(now.parse().unwrap());
        assert!(at("2026-03-01T12:00:00Z"));
        assert!(at("2026-03-08T12:00:00Z"));
        assert!(!at("2026-03-08T12:00:01Z"));
        // The clock was set back.
        assert!(at("2026-02-01T12:00:00Z"));
        let when = "some day".to_owned();
        assert!(Adopted { when, ..adopted }.is_recent(Timestamp::now()));
    }
}

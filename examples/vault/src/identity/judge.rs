//! Whether what vouched for a change vouches for this vault, and what the
//! change leaves pinned.

use openpass_policy::{AuthFactor, Grant};

use super::{Adopted, Pin, Proven, reference::Reference};
use crate::{Change, GuardLog, Proposal, Vault, VaultError, hash};

/// A proof that counts for this vault.
#[derive(Debug)]
pub(crate) struct Judged {
    /// The pin that the change leaves; `None` leaves the pin as it is.
    pub(crate) pin: Option<Pin>,
    /// Another identity that is pinned by its own passphrase alone.
    pub(crate) adopted: Option<Adopted>,
    /// Whether something else than its own passphrase vouches for the identity
    /// that is there from now on.
    pub(crate) proves: bool,
}

impl Judged {
    const fn leaving(pin: Pin) -> Self {
        Self {
            pin: Some(pin),
            adopted: None,
            proves: false,
        }
    }

    fn proving(pin: Pin) -> Self {
        Self {
            proves: true,
            ..Self::leaving(pin)
        }
    }

    const fn leaving_all_as_it_is() -> Self {
        Self {
            pin: None,
            adopted: None,
            proves: false,
        }
    }
}

impl Vault {
    /// Judges what vouched for `now`, under the vault's lock.
    ///
    /// INVARIANT: the verifier has judged the same before it told anybody; the
    /// store does not rely on a host having used it. A passphrase that was
    /// checked against nothing, or against another identity, changes nothing.
    pub(crate) fn judge(&self, grant: &Grant, now: &Proposal) -> Result<Judged, VaultError> {
        let state = GuardLog::of(self).state()?;
        let judge = Judge {
            pin: state.pin,
            proven: state.proven,
            sha256: self.identity_item(),
            change: now.change(),
            attended: now.operation().request().attended,
        };
        match grant.factor() {
            AuthFactor::Passphrase => {
                let reference = grant.reference().and_then(Reference::read);
                judge.passphrase(&reference.ok_or_else(|| other(NO_REFERENCE))?)
            }
            AuthFactor::Biometry => judge.biometry(),
            // What one of this vault's approvers signed is for this vault.
            AuthFactor::SecurityKey | AuthFactor::Device if grant.approval().is_some() => {
                judge.of_changes_alone()
            }
            // It says nothing of this vault. The settings that take it do: the passphrase
            // approved them, and the guards let it count under these alone.
            AuthFactor::SystemLogin => judge.of_changes_alone(),
            // What else they prove says nothing of this vault.
            AuthFactor::SecurityKey | AuthFactor::Device | AuthFactor::OneTimeCode => {
                Err(other(NO_REFERENCE))
            }
            AuthFactor::None | AuthFactor::Confirm | AuthFactor::Waived => judge.no_proof(),
        }
    }
}

/// The facts that a proof is judged by.
struct Judge<'a> {
    pin: Pin,
    /// The state of the last proven identity, where the identity of `pin`
    /// vouched for itself.
    proven: Option<Proven>,
    /// The SHA-256 of identity.age as it is before the change.
    sha256: String,
    change: &'a Change,
    attended: bool,
}

impl Judge<'_> {
    fn passphrase(self, reference: &Reference) -> Result<Judged, VaultError> {
        let accepts = matches!(self.change, Change::AcceptIdentity {});
        let from_another_file = reference.sha256 != self.sha256;
        let is_proven = match &self.proven {
            Some(proven) => proven.is(reference),
            None => self.pin.is(reference),
        };
        if accepts && from_another_file && is_proven {
            // The pinned identity vouches for the file that took its place.
            return Ok(Judged::proving(Pin::File {
                sha256: self.sha256,
            }));
        }
        if from_another_file {
            return Err(VaultError::Conflict);
        }
        if let Change::RotatePassphrase { identity } = self.change
            && identity.recipient() != reference.recipient
        {
            return Err(other(ANOTHER_KEY));
        }
        let sha256 = Some(self.sha256_after());
        let recipient = reference.recipient.clone();
        let left = Judged::leaving(Pin::Key { recipient, sha256 });
        if accepts && self.proven.is_some() && is_proven {
            return Ok(Judged {
                proves: true,
                ..left
            });
        }
        match self.pin {
            Pin::Nothing => Ok(left),
            ref pin if pin.is(reference) => Ok(left),
            ref pin if accepts && self.attended => Ok(Judged {
                adopted: Some(Adopted {
                    before: pin.shown(),
                    after: reference.recipient.clone(),
                    when: String::new(),
                }),
                ..left
            }),
            Pin::File { .. } | Pin::Key { .. } => Err(other(NOT_PINNED)),
        }
    }

    /// A finger vouches for a file. It shows nothing of the key in it.
    fn biometry(self) -> Result<Judged, VaultError> {
        let sha256 = self.sha256_after();
        match (self.change, self.pin) {
            (Change::RotatePassphrase { identity }, Pin::Key { recipient, .. })
                if identity.recipient() == recipient =>
            {
                let sha256 = Some(sha256);
                Ok(Judged::leaving(Pin::Key { recipient, sha256 }))
            }
            // Nothing says that the new file holds the same key.
            (Change::RotatePassphrase { .. }, _) => Err(other(ANOTHER_KEY)),
            (Change::AcceptIdentity {}, _) => Ok(Judged::proving(Pin::File { sha256 })),
            (Change::RenewApprover {}, _) => Err(other(ONLY_THE_PASSPHRASE)),
            (_, Pin::Nothing) => Ok(Judged::leaving(Pin::File { sha256 })),
            _ => Ok(Judged::leaving_all_as_it_is()),
        }
    }

    /// Vouches for changes, and for no identity: it shows nothing of one.
    fn of_changes_alone(self) -> Result<Judged, VaultError> {
        match self.change {
            Change::AcceptIdentity {} | Change::RotatePassphrase { .. } => Err(other(NO_REFERENCE)),
            Change::RenewApprover {} => Err(other(ONLY_THE_PASSPHRASE)),
            _ => Ok(Judged::leaving_all_as_it_is()),
        }
    }

    /// Judges a change for which nobody proved who they are, so nothing is pinned.
    fn no_proof(self) -> Result<Judged, VaultError> {
        match self.change {
            Change::AcceptIdentity {} | Change::RotatePassphrase { .. } => Err(other(NO_REFERENCE)),
            _ => Ok(Judged::leaving_all_as_it_is()),
        }
    }

    /// Returns the SHA-256 of identity.age as the change leaves it.
    fn sha256_after(&self) -> String {
        match self.change {
            Change::RotatePassphrase { identity } => hash::sha256_hex(identity.bytes()),
            _ => self.sha256.clone(),
        }
    }
}

const NO_REFERENCE: &str = "what vouched was not checked against this vault's identity; give the passphrase, with `--no-biometric` and without the security key plugged in";
const ONLY_THE_PASSPHRASE: &str =
    "the passphrase alone shows which key it derives; give it, with `--no-biometric`";
const NOT_PINNED: &str =
    "the passphrase belongs to an identity other than the one that this vault was pinned to";
const ANOTHER_KEY: &str = "the new identity.age does not hold the key that the vault was pinned to, or nothing shows that it does";

fn other(problem: &str) -> VaultError {
    VaultError::OtherIdentity {
        problem: format!("{problem}; nothing was changed"),
    }
}

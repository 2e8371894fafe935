//! The identity: under a new passphrase, or another in its place.

use core::fmt;

use openpass_auth_passphrase::{Passphrase, VerifyError, identity};
use openpass_policy::{After, Before, Direction, FieldChange, Operation};

use super::{FileChange, Plan, plan::Accepts};
use crate::{GuardLog, Vault, VaultError, approvers, hash, identity::Pin, vault::IDENTITY};

/// The file in which the old identity.age is kept until the outcome is on the
/// log.
pub(crate) const KEPT: &str = "guard/identity.age.old";

/// The bytes of an identity.age, and the public half of the key in them.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedIdentity {
    // It is encrypted, hence no secret.
    bytes: Vec<u8>,
    recipient: String,
}

impl SealedIdentity {
    /// Opens `bytes`, a whole identity.age, by the passphrase that is to open
    /// it from now on, to see that it does and which key it holds. It blocks
    /// for as long as the key derivation takes.
    ///
    /// # Errors
    ///
    /// [`VerifyError`]: it does not open.
    pub fn opened(bytes: Vec<u8>, passphrase: &Passphrase) -> Result<Self, VerifyError> {
        let recipient = identity::open(&bytes, passphrase)?.recipient()?;
        Ok(Self { bytes, recipient })
    }

    /// The public half of the key in it, `age1…`.
    #[must_use]
    pub fn recipient(&self) -> &str {
        &self.recipient
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for SealedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedIdentity({} bytes)", self.bytes.len())
    }
}

impl Vault {
    pub(super) fn plan_identity(&self, identity: &SealedIdentity) -> Result<Plan, VaultError> {
        let before = self.identity()?;
        let pin = GuardLog::of(self).state()?.pin;
        if matches!(&pin, Pin::Key { recipient, .. } if *recipient != identity.recipient) {
            return Err(VaultError::OtherIdentity {
                problem: "the new identity.age does not hold the key that this vault was pinned to, and a rotation keeps the key; nothing was changed".to_owned(),
            });
        }
        let change = FieldChange::new(
            IDENTITY,
            Before(Some(described(&hash::sha256_hex(&before)))),
            After(Some(described(&hash::sha256_hex(&identity.bytes)))),
            Direction::Neutral,
        );
        let kept = FileChange {
            name: KEPT.to_owned(),
            before: self.read_own(&self.dir().join(KEPT))?,
            after: Some(before.clone()),
        };
        let file = FileChange {
            name: IDENTITY.to_owned(),
            before: Some(before),
            after: Some(identity.bytes.clone()),
        };
        Ok(Plan::new(
            vec![change],
            vec![kept, file],
            Operation::rotate_passphrase,
        ))
    }

    /// Takes identity.age as it is for this vault's, and nothing else.
    pub(super) fn plan_identity_acceptance(&self) -> Result<Plan, VaultError> {
        let now = hash::sha256_hex(&self.identity()?);
        let state = GuardLog::of(self).state()?;
        let pin = &state.pin;
        if *pin == Pin::Nothing || pin.sha256() == Some(&now) {
            return Err(VaultError::NothingToChange);
        }
        let mut changes = vec![
            FieldChange::new(
                IDENTITY,
                Before(pin.sha256().map(described)),
                After(Some(described(&now))),
                Direction::Widens,
            ),
            FieldChange::new(
                "identity.age recipient",
                Before(Some(pin.shown())),
                After(Some("the key in this file, whichever it is".to_owned())),
                Direction::Widens,
            ),
        ];
        if let (Some(_), Some(adopted)) = (&state.proven, &state.adopted) {
            changes.push(FieldChange::new(
                "what was approved under an identity that vouched for itself",
                Before(Some(format!("counts since {}", adopted.when))),
                After(Some(
                    "counts no longer; `openpass guard accept` shows it".to_owned(),
                )),
                Direction::Narrows,
            ));
        }
        changes.extend(approvers::change::of_another_identity(&state));
        let mut plan = Plan::new(changes, Vec::new(), Operation::accept_drift);
        plan.accepts = Some(Accepts::default());
        Ok(plan)
    }
}

fn described(sha256: &str) -> String {
    format!("sha256 {sha256}")
}

//! The notice of the approvers, which a person reads beside the question.

use openpass_approval::Approver;
use openpass_auth::{Factor, SafeText};

use crate::{Vault, VaultError};

impl Vault {
    /// Returns a line that names the approvers. Where there are none, the line says
    /// that the first passphrase makes its own key an approver.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn approver_notice(&self) -> Result<SafeText, VaultError> {
        let register = self.register()?;
        if register.in_force.is_empty() {
            return Ok(SafeText::literal(
                "Nobody can sign approvals yet: once the passphrase has been typed, its key can",
            ));
        }
        let is_alone = |it: &Approver| it.factor() == Factor::Passphrase;
        if register.in_doubt && !register.in_force.iter().all(is_alone) {
            return Ok(SafeText::literal(
                "Who can approve is in doubt, because lines of the log are missing or damaged: only \
                 the passphrase can, until `openpass approver add passphrase` has shown all",
            ));
        }
        let names: Vec<String> = register
            .in_force
            .iter()
            .map(|it| told(it).to_string())
            .collect();
        let sealed = match self.sealed()? {
            Some(sealed) => format!("; seal {} is {}", sealed.number, sealed.grade),
            None => String::new(),
        };
        Ok(SafeText::composed(&format!(
            "Who can approve: {}{sealed}",
            names.join("; ")
        )))
    }
}

/// An approver for a person: what it is, what it is called, since when.
#[must_use]
pub(crate) fn told(approver: &Approver) -> SafeText {
    let kind = SafeText::literal(match approver.factor() {
        Factor::Passphrase => "the passphrase",
        Factor::Biometry => "Touch ID, by a key in the Secure Enclave",
        Factor::SecurityKey => "security key",
        Factor::Device => "device",
        Factor::SystemLogin | Factor::OneTimeCode => "unknown",
    });
    let day = approver.since().get(..10).unwrap_or_default();
    let kind = match approver.label() {
        "" => kind,
        label => SafeText::fill("{} {}", &[&kind, &SafeText::quoted(label)]),
    };
    match day {
        "" => kind,
        day => SafeText::fill("{} since {}", &[&kind, &SafeText::escape(day)]),
    }
}

//! The key that Touch ID signs with, as the Secure Enclave gives it back.

use openpass_approval::Approver;
use openpass_auth::{BackendError, Factor};
use openpass_auth_macos::EnclaveKey;

use crate::{Vault, VaultError, change::FileChange, files, hash};

/// The file of the key, which the enclave has wrapped, so that no other machine can use
/// it.
const FILE: &str = "guard/touch-id.key";
/// The most that the enclave gives.
const MAX_BYTES: u64 = 4096;

impl Vault {
    /// The key in the Secure Enclave that is an approver, if there is one.
    ///
    /// # Errors
    ///
    /// That there should be one, and what the enclave needs of it is gone or damaged.
    pub fn enclave_key(&self) -> Result<Option<EnclaveKey>, BackendError> {
        let broken = |error: &dyn core::fmt::Display| {
            BackendError::new(format!(
                "{FILE}, by which Touch ID signs, cannot be used: {error}; \
                 `openpass approver add touch-id` makes another key"
            ))
        };
        let all = self.approvers().map_err(|error| broken(&error))?;
        let Some(approver) = all.iter().find(|it| it.factor() == Factor::Biometry) else {
            return Ok(None);
        };
        let stored = files::read_own_up_to(&self.dir().join(FILE), MAX_BYTES);
        let stored = stored.map_err(|error| broken(&error))?;
        let stored = stored.ok_or_else(|| broken(&"it is gone"))?;
        Ok(Some(EnclaveKey::of(approver, &stored)?))
    }

    /// The file that a change makes, where Touch ID is among the approvers `after` it, or
    /// takes away, where it is not. One that is there already with its approver stays.
    pub(super) fn touch_id_file(
        &self,
        after: &[Approver],
        stored: Option<&str>,
    ) -> Result<Option<FileChange>, VaultError> {
        let before = self.read_or_describe(&self.dir().join(FILE))?;
        let own = after.iter().find(|it| it.factor() == Factor::Biometry);
        let is_new = match own {
            Some(own) => !self.approvers()?.contains(own),
            None => before.is_some(),
        };
        if !is_new {
            return Ok(None);
        }
        let after = match own {
            None => None,
            Some(_) => Some(
                stored
                    .and_then(|text| bytes(text.as_bytes()))
                    .ok_or_else(not_one)?,
            ),
        };
        Ok(Some(FileChange {
            name: FILE.to_owned(),
            before,
            after,
        }))
    }
}

fn not_one() -> VaultError {
    VaultError::RefusedValue {
        key: openpass_auth::SafeText::literal("stored"),
        problem: "it does not have the form of a key from the Secure Enclave".to_owned(),
    }
}

fn bytes(text: &[u8]) -> Option<Vec<u8>> {
    let fits = !text.is_empty() && text.len() as u64 <= MAX_BYTES * 2;
    fits.then(|| hash::unhex_all(text))?
}

//! What a person is told beside the change, on every prompt and on the log.

use openpass_auth::{SafeText, Unavailable};

use super::{Biometry, Door, DoorError};

impl Door {
    /// What the answer also does, and what is odd about this vault. Prompts show
    /// it; where there is none, a host says it.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn notices(&self) -> Result<Vec<SafeText>, DoorError> {
        let mut notices = self.vault.identity_notices()?;
        notices.extend(self.vault.first_use_notice()?);
        notices.extend(self.vault.log_notice());
        notices.extend(self.outside_changes()?);
        notices.extend(self.vault.repair_notices()?);
        notices.extend(self.new_fingers());
        Ok(notices)
    }

    /// What was changed outside the guard, and nobody has accepted: whoever asks
    /// may have prepared this question by it.
    fn outside_changes(&self) -> Result<Option<SafeText>, DoorError> {
        let told = self.vault.drift()?.summary();
        Ok(told.map(|told| {
            let told = SafeText::composed(&told);
            SafeText::fill("Changed outside the guard, and not accepted: {}", &[&told])
        }))
    }

    /// A passphrase accepts the fingers that are enrolled now: a person is told
    /// when those are others than before.
    fn new_fingers(&self) -> Option<SafeText> {
        let asks = self.prompts.has_passphrase() && self.prompts.biometry() != Biometry::Only;
        let changed = asks && self.vault.touch_id() == Err(Unavailable::EnrolmentChanged);
        changed.then(|| {
            SafeText::literal(
                "The enrolled fingers have changed. The passphrase accepts them for Touch ID: \
                 refuse if you enrolled none",
            )
        })
    }
}

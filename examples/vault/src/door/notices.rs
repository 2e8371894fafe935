//! The notices that a person reads beside the change, on every prompt and on the log.

use openpass_auth::{SafeText, Unavailable};

use super::{Biometry, Door, DoorError};
use crate::asker::AskedBy;

impl Door {
    /// Returns the notices: what the answer also does, and what is odd about this vault.
    /// Prompts show them; where there is no prompt, a host says them.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn notices(&self) -> Result<Vec<SafeText>, DoorError> {
        let mut notices = self.vault.identity_notices()?;
        let enrols = self.prompts.has_passphrase() && self.vault.approvers()?.is_empty();
        let first = self.vault.first_use(enrols)?;
        // One line less: a prompt may lack the room.
        if first.is_none() || !enrols {
            notices.push(self.vault.approver_notice()?);
        }
        notices.extend(first);
        notices.extend(self.vault.log_notice());
        notices.extend(self.vault.repair_notices()?);
        notices.extend(self.vault.widened_of_late()?);
        notices.extend(self.touch_id_without_its_key());
        notices.extend(self.passphrase_in_a_fingers_place());
        notices.extend(self.new_fingers());
        notices.extend(self.outside_changes());
        notices.extend(self.who_asked());
        Ok(notices)
    }

    /// Names the program that asked: as the kernel has it, or as a request claims. This
    /// notice comes last, since it is a hint. Where nobody looks, the log has it.
    fn who_asked(&self) -> Vec<SafeText> {
        if self.prompts.is_unattended() {
            return Vec::new();
        }
        match &self.left {
            Some(request) => {
                let claimed = request
                    .claimed
                    .as_ref()
                    .map(|claimed| SafeText::fill("Claimed: asked by {}", &[&claimed.shown()]));
                request.warning().into_iter().chain(claimed).collect()
            }
            None if !AskedBy::CAN_BE_TOLD => Vec::new(),
            None => vec![SafeText::fill(
                "Asked by: {}",
                &[&self.asked_by.by().shown()],
            )],
        }
    }

    /// Says that something was changed outside the guard, and nobody has accepted it.
    /// The asker may have prepared this question by such a change. The notice names no
    /// change: a name from outside could take the room of what must be shown.
    fn outside_changes(&self) -> Option<SafeText> {
        let count = match self.vault.drift() {
            Ok(drift) => drift.lines().len(),
            Err(error) => {
                return Some(SafeText::composed(&format!(
                    "It is not known what was changed outside the guard: {error}"
                )));
            }
        };
        let things = SafeText::number(count as u64);
        match count {
            0 => None,
            1 => Some(SafeText::literal(
                "One thing was changed outside the guard, and nobody has accepted it: \
                 `openpass guard status` shows it",
            )),
            _ => Some(SafeText::fill(
                "{} things were changed outside the guard, and nobody has accepted them: \
                 `openpass guard status` shows them",
                &[&things],
            )),
        }
    }

    /// Says that Touch ID is not asked for, where its key cannot be used.
    fn touch_id_without_its_key(&self) -> Option<SafeText> {
        let asks = self.prompts.biometry() != Biometry::Never;
        let error = self.vault.enclave_key().err().filter(|_| asks)?;
        Some(SafeText::composed(&format!(
            "Touch ID is not asked for: {error}"
        )))
    }

    /// Says why the passphrase is asked for where a finger could be.
    fn passphrase_in_a_fingers_place(&self) -> Option<SafeText> {
        let asks = self.prompts.biometry() != Biometry::Never && self.vault.touch_id().is_ok();
        let why = self.vault.passphrase_is_due().ok().flatten();
        let why = why.filter(|_| asks)?;
        Some(SafeText::fill("Touch ID is not asked for: {}", &[&why]))
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

//! The constructors of repair, beside [`Operation::remove_policy`], and of the
//! log's key.

use super::{Effect, Operation, Request, Resource};
use crate::Action;

impl Operation {
    /// Puts the approved state back on disk. Critical if any field widens.
    ///
    /// Repair, like the next two and [`remove_policy`](Self::remove_policy):
    /// for the person at the command line, policies of one's own do not decide
    /// on it.
    #[must_use]
    pub fn restore(request: Request, effect: Effect) -> Self {
        let action = if effect.widens() {
            Action::Restore
        } else {
            Action::RestoreNarrower
        };
        Self::new(request, action, Resource::Vault, effect)
    }

    /// Resets the guard's settings to the defaults.
    #[must_use]
    pub const fn reset_guard_settings(request: Request, effect: Effect) -> Self {
        let action = Action::ResetGuardSettings;
        Self::new(request, action, Resource::GuardSettings, effect)
    }

    /// Sets a damaged log, or a damaged seal, aside.
    #[must_use]
    pub const fn set_log_aside(request: Request, effect: Effect) -> Self {
        Self::new(request, Action::SetLogAside, Resource::GuardLog, effect)
    }

    /// Gives the guard's log another key, and closes what the one before signed.
    /// It is no repair: a log whose key is lost goes on without it.
    #[must_use]
    pub const fn rotate_log_key(request: Request, effect: Effect) -> Self {
        Self::new(request, Action::RotateLogKey, Resource::GuardLog, effect)
    }
}

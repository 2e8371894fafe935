//! Changes of the guard itself: its policies, settings and log. What is in the
//! group `repair` too, the person can always do at the command line, whatever
//! policies of one's own say.

use super::{Group, Phrase, Row, Sample};
use crate::{Action, Effect, Operation, Request, Resource};

pub(crate) const APPLY_POLICY: Row = Row {
    groups: &[Group::Guardrails],
    phrase: Phrase::Words("apply the policy file {}"),
    build: |asked| {
        let effect = asked.widens();
        Ok(Operation::apply_policy(asked.request, asked.id, effect))
    },
    samples: &[Sample::that("apply a policy file").on("own.cedar")],
};

pub(crate) const REMOVE_POLICY: Row = Row {
    groups: &[Group::Guardrails, Group::Repair],
    phrase: Phrase::Words("remove the policy file {}"),
    build: |asked| {
        let effect = asked.widens();
        Ok(Operation::remove_policy(asked.request, asked.id, effect))
    },
    samples: &[Sample::that("remove a policy file").on("own.cedar")],
};

pub(crate) const CHANGE_GUARD_SETTINGS: Row = Row {
    groups: &[Group::Guardrails],
    phrase: Phrase::Words("change the settings of the guard"),
    build: |asked| {
        let effect = asked.widens();
        Ok(Operation::change_guard_settings(asked.request, effect))
    },
    samples: &[Sample::that("change the guard")],
};

pub(crate) const ACCEPT_DRIFT: Row = Row {
    groups: &[Group::Guardrails],
    phrase: Phrase::Words("accept what was changed outside the guard"),
    build: |asked| {
        let effect = asked.widens();
        Ok(Operation::accept_drift(asked.request, effect))
    },
    samples: &[Sample::that("accept outside changes")],
};

pub(crate) const RESTORE: Row = Row {
    groups: &[Group::Guardrails, Group::Repair],
    phrase: Phrase::Words("put the approved state back"),
    build: |asked| {
        let effect = asked.widens();
        Ok(Operation::restore(asked.request, effect))
    },
    samples: &[Sample::that("put the approved state back")],
};

pub(crate) const RESTORE_NARROWER: Row = Row {
    groups: &[Group::Config, Group::Repair],
    phrase: Phrase::Words("put the approved state back"),
    build: |asked| {
        let effect = asked.narrows();
        Ok(Operation::restore(asked.request, effect))
    },
    samples: &[Sample::that("put back what gives no power")],
};

pub(crate) const RESET_GUARD_SETTINGS: Row = Row {
    groups: &[Group::Guardrails, Group::Repair],
    phrase: Phrase::Words("reset the settings of the guard to the defaults"),
    build: |asked| {
        let effect = asked.widens();
        Ok(Operation::reset_guard_settings(asked.request, effect))
    },
    samples: &[Sample::that("reset the guard")],
};

pub(crate) const SET_LOG_ASIDE: Row = Row {
    groups: &[Group::Guardrails, Group::Repair],
    phrase: Phrase::Words("set the damaged log of the guard aside"),
    build: |asked| {
        let effect = asked.widens();
        Ok(Operation::set_log_aside(asked.request, effect))
    },
    samples: &[Sample::that("set a damaged log aside")],
};

pub(crate) const ROTATE_LOG_KEY: Row = Row {
    groups: &[Group::Guardrails],
    phrase: Phrase::Words("give the log of the guard another key"),
    build: |asked| {
        let effect = asked.widens();
        Ok(Operation::rotate_log_key(asked.request, effect))
    },
    samples: &[Sample::that("give the log another key")],
};

pub(crate) const SEAL_STATE: Row = Row {
    groups: &[Group::Guardrails],
    phrase: Phrase::Words("seal what the guard knows as approved"),
    build: |asked| {
        let effect = asked.widens();
        Ok(Operation::seal_state(asked.request, effect))
    },
    samples: &[Sample::that("seal what is approved")],
};

impl Operation {
    /// Adds or replaces the policy file `name`.
    #[must_use]
    pub fn apply_policy(request: Request, name: &str, effect: Effect) -> Self {
        let name = name.to_owned();
        let resource = Resource::PolicyFile { name };
        Self::new_of(request, Action::ApplyPolicy, resource, effect)
    }

    /// Removes the policy file `name`.
    #[must_use]
    pub fn remove_policy(request: Request, name: &str, effect: Effect) -> Self {
        let name = name.to_owned();
        let resource = Resource::PolicyFile { name };
        Self::new_of(request, Action::RemovePolicy, resource, effect)
    }

    /// Changes the guard's settings.
    #[must_use]
    pub const fn change_guard_settings(request: Request, effect: Effect) -> Self {
        let action = Action::ChangeGuardSettings;
        Self::new_of(request, action, Resource::GuardSettings, effect)
    }

    /// Accepts what was changed outside the guard.
    #[must_use]
    pub const fn accept_drift(request: Request, effect: Effect) -> Self {
        let action = Action::AcceptDrift;
        Self::new_of(request, action, Resource::GuardSettings, effect)
    }

    /// Puts the approved state back on disk. Critical if any field widens.
    ///
    /// Repair, like [`reset_guard_settings`](Self::reset_guard_settings),
    /// [`set_log_aside`](Self::set_log_aside) and
    /// [`remove_policy`](Self::remove_policy): for the person at the command
    /// line, policies of one's own do not decide on it.
    #[must_use]
    pub fn restore(request: Request, effect: Effect) -> Self {
        let action = if effect.widens() {
            Action::Restore
        } else {
            Action::RestoreNarrower
        };
        Self::new_of(request, action, Resource::Vault, effect)
    }

    /// Resets the guard's settings to the defaults.
    #[must_use]
    pub const fn reset_guard_settings(request: Request, effect: Effect) -> Self {
        let action = Action::ResetGuardSettings;
        Self::new_of(request, action, Resource::GuardSettings, effect)
    }

    /// Sets a damaged log, or a damaged seal, aside.
    #[must_use]
    pub const fn set_log_aside(request: Request, effect: Effect) -> Self {
        Self::new_of(request, Action::SetLogAside, Resource::GuardLog, effect)
    }

    /// Gives the guard's log another key, and closes what the one before signed.
    /// It is no repair: a log whose key is lost goes on without it.
    #[must_use]
    pub const fn rotate_log_key(request: Request, effect: Effect) -> Self {
        Self::new_of(request, Action::RotateLogKey, Resource::GuardLog, effect)
    }

    /// Seals the state as it is approved, and what the first seal adopts of it.
    #[must_use]
    pub const fn seal_state(request: Request, effect: Effect) -> Self {
        let action = Action::SealState;
        Self::new_of(request, action, Resource::GuardSettings, effect)
    }
}

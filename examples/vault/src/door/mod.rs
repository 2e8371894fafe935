//! The one way from what is asked for to what is done.
//!
//! ```text
//! Door::to_change(vault, requester, prompts, change)   or   Door::to_look(…)
//!   ├─ propose     the operation, and every precondition of it
//!   ├─ admit       policy alone; nobody is asked, and the denied are told no more
//!   ├─ authorize   the prompts, in the one order that is safe; a Grant or a refusal
//!   ├─ commit      the change, or nothing
//!   ├─ leave       for a person elsewhere, what nobody could be asked about here
//!   └─ look        a read, decided like every operation
//! ```
//!
//! A host says which [`Prompts`] it may use and has words and exit codes. Which
//! engine decides, which prompt comes first, what counts wrong answers and what
//! a person is told beside the change is the same for every host.

mod admit;
mod alone;
mod authorize;
mod call;
mod chain;
mod due;
mod engine;
mod error;
mod leave;
mod look;
mod notices;
mod prompts;
mod requester;
mod system_login;

use std::{path::PathBuf, sync::Arc, time::Instant};

use openpass_auth::Authenticator;
use openpass_policy::{
    AuthFactor, Decision, Grant, Operation, PolicyEngine, PolicySource, Request,
};

use crate::{
    Change, Pending, Proposal, Settings, Snapshot, Vault, VaultError, asker::Asking, policies,
};

use due::Due;

pub use call::{Called, Logged};
pub use chain::TRIES;
pub use error::DoorError;
pub use leave::Left;
pub use look::{Look, Looked};
pub use prompts::{Biometry, PassphraseFrom, Prompts};
pub use requester::Requester;
pub(crate) use system_login::HAS_SYSTEM_LOGIN;

/// One use of a vault by one asker, under the settings and policies of now.
#[derive(Debug)]
pub struct Door {
    vault: Snapshot,
    settings: Settings,
    engine: Arc<PolicyEngine>,
    /// The declarations that the engine was built with.
    declared: Vec<PolicySource>,
    broken: Option<VaultError>,
    requester: Requester,
    prompts: Prompts,
    reason: Option<String>,
    instead: Option<Arc<dyn Authenticator>>,
    /// Asked where none of the prompts can ask.
    at_last: Option<Arc<dyn Authenticator>>,
    old_identity: Option<PathBuf>,
    /// The request that somebody left, if it is one.
    left: Option<Pending>,
    /// The process that asked, when the question was made up.
    asked_by: Asking,
}

impl Door {
    /// The way to `change`. With a policy file that does not load, the shipped
    /// policies alone decide on what can end that, and nothing else is decided.
    ///
    /// # Errors
    ///
    /// That the vault's policies cannot be used.
    pub fn to_change(
        vault: &Vault,
        requester: Requester,
        prompts: Prompts,
        change: &Change,
    ) -> Result<Self, DoorError> {
        let vault = vault.at_one_moment();
        let chosen = engine::for_change(&vault, &requester, change)?;
        Ok(Self::with(vault, requester, prompts, chosen))
    }

    /// The way to a new passphrase. The change itself is known only once the
    /// old passphrase has opened the identity.
    ///
    /// # Errors
    ///
    /// That the vault's policies cannot be used.
    pub fn to_rotate(
        vault: &Vault,
        requester: Requester,
        prompts: Prompts,
    ) -> Result<Self, DoorError> {
        let vault = vault.at_one_moment();
        let chosen = engine::for_rotation(&vault, &requester)?;
        Ok(Self::with(vault, requester, prompts, chosen))
    }

    /// The way to look at the vault. With a policy file that does not load, a
    /// person may still look, so that the file can be found; an agent may not,
    /// since a policy may have kept it from looking.
    ///
    /// # Errors
    ///
    /// That the vault's policies cannot be used.
    pub fn to_look(
        vault: &Vault,
        requester: Requester,
        prompts: Prompts,
    ) -> Result<Self, DoorError> {
        let vault = vault.at_one_moment();
        let chosen = engine::for_looking(&vault, &requester)?;
        Ok(Self::with(vault, requester, prompts, chosen))
    }

    fn with(
        vault: Snapshot,
        requester: Requester,
        prompts: Prompts,
        chosen: crate::policies::Chosen,
    ) -> Self {
        Self {
            settings: vault.settings(),
            vault,
            engine: chosen.engine,
            declared: chosen.declared,
            broken: chosen.broken,
            requester,
            prompts,
            reason: None,
            instead: None,
            at_last: None,
            old_identity: None,
            left: None,
            asked_by: Asking::default(),
        }
    }

    /// Carries the reason that the asker gives.
    #[must_use]
    pub fn because(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }

    /// Carries out `request`, which was left. A request that does not wait any more
    /// when the person has answered is not carried out.
    #[must_use]
    pub fn for_left(mut self, request: Pending) -> Self {
        self.left = Some(request);
        self
    }

    /// Asks `authenticator` in place of the prompts. What counts wrong and
    /// declined answers is then up to it.
    #[must_use]
    pub fn with_authenticator(mut self, authenticator: Arc<dyn Authenticator>) -> Self {
        // It may have taken a person a while to come to that.
        self.vault = self.vault.snapshot();
        self.instead = Some(authenticator);
        self
    }

    /// Asks `authenticator` where none of the prompts can ask, such as a person at another
    /// terminal. What counts the prompts counts it too.
    #[must_use]
    pub fn or_else_asking(mut self, authenticator: Arc<dyn Authenticator>) -> Self {
        self.at_last = Some(authenticator);
        self
    }

    /// Gives each question time until `until`, where the settings give it longer.
    #[must_use]
    pub fn at_most(mut self, until: Instant) -> Self {
        let left = until.saturating_duration_since(Instant::now());
        self.settings.timeout = self.settings.timeout.min(left);
        self
    }

    /// Takes the passphrase of the older identity.age in `file`, not of the
    /// vault's own.
    #[must_use]
    pub fn with_old_identity(mut self, file: PathBuf) -> Self {
        self.old_identity = Some(file);
        self
    }

    /// The vault, as it was when the door was opened.
    #[must_use]
    pub const fn vault(&self) -> &Snapshot {
        &self.vault
    }

    /// The settings that are in force.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The engine that decides.
    #[must_use]
    pub fn engine(&self) -> &PolicyEngine {
        &self.engine
    }

    /// The declaration `policies/NAME` with which the engine decides: what a person approved
    /// of it. `None` where there is none, where nobody approved any, and where the shipped
    /// policies alone decide.
    #[must_use]
    pub fn declaration(&self, name: &str) -> Option<&str> {
        policies::declaration(&self.declared, name)
    }

    /// Returns the error for which the shipped policies alone decide, where they do.
    #[must_use]
    pub const fn broken_policies(&self) -> Option<&VaultError> {
        self.broken.as_ref()
    }

    /// Returns the request: the asker, and the settings under which they ask.
    #[must_use]
    pub fn request(&self) -> Request {
        let request = self.vault.request_of(&self.requester);
        let mut request = request.because(self.reason.clone());
        request.attended = !self.prompts.is_unattended();
        request
    }

    /// Decides on `operation` by policy, before anybody is asked.
    pub fn decide(&self, operation: &Operation) -> Decision {
        self.engine.decide(operation)
    }

    /// Returns the factor that the settings let stand for a proof of `operation`: a
    /// y/N, or nothing at all. Returns `None` where the operation takes a proof.
    #[must_use]
    pub fn opt_out(&self, operation: &Operation) -> Option<AuthFactor> {
        let factor = if self.waives() {
            AuthFactor::Waived
        } else if self.confirms() {
            AuthFactor::Confirm
        } else {
            return None;
        };
        let taken = self.engine.decide_with(operation, factor).is_ok();
        taken.then_some(factor)
    }

    /// Makes the change that `proposal` described and `grant` permits.
    ///
    /// # Errors
    ///
    /// As [`Vault::commit`]; [`VaultError::Conflict`] if it is a request that
    /// was left and does not wait any more.
    pub fn commit(&self, grant: Grant, proposal: &Proposal) -> Result<(), DoorError> {
        if let Some(request) = &self.left {
            request.still_waits(&self.vault)?;
        }
        Ok(self.vault.commit(grant, proposal)?)
    }
}

//! One operation: who, what, on what, and every field's before and after.

mod change;
mod config_key;
mod difference;
pub(crate) mod digest;
mod field;
mod host;
mod power;
mod principal;
mod question;
mod request;
mod resource;
mod seals;
pub(crate) mod summary;
mod time;

pub use change::{After, Before, Direction, Effect, StateDigest};
pub use config_key::{ConfigKeyKind, ConfigValue, ROUTINE_KEYS};
pub use difference::Difference;
pub use digest::OperationDigest;
pub use field::FieldChange;
pub use host::{ByWhom, HostAction, OnWhat};
pub(crate) use host::{Fact, Own};
pub use power::{Power, Powers, Standing};
pub use principal::{AgentRef, Principal, Tier};
pub(crate) use question::Question;
pub use request::{Channel, Request};
pub use resource::{ApproverRef, AuthMethod, Resource, TokenRef};
pub use seals::Seals;
pub use time::{NoWallTime, WallTime};

use openpass_auth::SafeText;

use crate::Action;

/// The parts of an action's own context, beside the common context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Extra {
    None,
    Standing {
        before: Standing,
        after: Standing,
        gained: Powers,
    },
    Value {
        before: ConfigValue,
        after: ConfigValue,
    },
    Method {
        before: AuthMethod,
        after: AuthMethod,
    },
    Host(Own),
}

/// One operation, as a host asks for it and as a grant is bound to it.
///
/// It is built by the constructors of the catalogue, which choose the action by
/// the effect. It holds no secret.
///
/// There is no copy of one: what a store works out under its lock is another
/// operation, and the guard compares the two.
///
/// ```compile_fail,E0599
/// # fn twice(approved: openpass_policy::Operation) {
/// let under_the_lock: openpass_policy::Operation = approved.clone();
/// # }
/// ```
#[derive(Debug)]
pub struct Operation {
    question: Question,
    effect: Effect,
    parts: Vec<Self>,
    seals: Option<Seals>,
}

impl Operation {
    pub(crate) const fn new_of(
        request: Request,
        action: Action,
        resource: Resource,
        effect: Effect,
    ) -> Self {
        Self {
            question: Question {
                request,
                action,
                resource,
                extra: Extra::None,
            },
            effect,
            parts: Vec::new(),
            seals: None,
        }
    }

    pub(crate) fn with_extra(mut self, extra: Extra) -> Self {
        self.question.extra = extra;
        self
    }

    /// Makes this an operation that comes to what `parts` do. For example, to accept a
    /// profile that was raised outside the guard raises the profile.
    ///
    /// INVARIANT (two ways to the same change get the same decision): policy decides on
    /// each of them too, as asked for by the requester of the whole, and the strictest
    /// answer counts. The digest covers them.
    #[must_use]
    pub fn coming_to(mut self, parts: impl IntoIterator<Item = Self>) -> Self {
        for mut part in parts {
            part.question.request = self.question.request.clone();
            let inner = core::mem::take(&mut part.parts);
            self = self.coming_to(inner);
            self.parts.push(part);
        }
        self
    }

    /// The operations that this one comes to, beside what it is.
    #[must_use]
    pub fn parts(&self) -> &[Self] {
        &self.parts
    }

    /// The requester, the channel and the guard's settings.
    #[must_use]
    pub const fn request(&self) -> &Request {
        &self.question.request
    }

    /// The action.
    #[must_use]
    pub const fn action(&self) -> &Action {
        &self.question.action
    }

    /// The resource.
    #[must_use]
    pub const fn resource(&self) -> &Resource {
        &self.question.resource
    }

    /// Every field that changes.
    #[must_use]
    pub fn changes(&self) -> &[FieldChange] {
        &self.effect.changes
    }

    /// The digest of all this: what a grant is bound to.
    #[must_use]
    pub fn digest(&self) -> OperationDigest {
        OperationDigest::of(self)
    }

    /// The bytes of which the [digest](Self::digest) is the SHA-256: for who verifies an
    /// approval from what was approved. `docs/approvals.md` in the repository has their
    /// form. They hold what the operation holds, which is no secret.
    #[must_use]
    pub fn transcript(&self) -> Vec<u8> {
        digest::Transcript::whole(self)
    }

    /// The operation, as a verb phrase in lower case. It does not say who asks;
    /// see [`asked_by`](Self::asked_by).
    #[must_use]
    pub fn summary(&self) -> SafeText {
        let summary = summary::of(self);
        match summary::tally(self) {
            Some(tally) => SafeText::fill("{} ({})", &[&summary, &tally]),
            None => summary,
        }
    }

    /// Says who asks, such as `agent "hermes"` or `person "ada"`; `None` when the
    /// person whose vault it is asks.
    #[must_use]
    pub fn asked_by(&self) -> Option<SafeText> {
        match &self.question.request.principal {
            Principal::User => None,
            Principal::Agent(agent) => {
                let name = SafeText::quoted_whole(&agent.name);
                Some(SafeText::fill("agent {}", &[&name]))
            }
            Principal::Host(entity) => Some(entity.shown()),
        }
    }

    /// The part of the operation that policy sees.
    pub(crate) const fn question(&self) -> &Question {
        &self.question
    }

    pub(crate) const fn extra(&self) -> &Extra {
        &self.question.extra
    }

    /// Returns a copy of the operation, asked for in other circumstances: to decide on,
    /// and never to redeem.
    #[cfg(feature = "author")]
    pub(crate) fn asked_as(&self, request: Request) -> Self {
        let parts = self.parts.iter();
        Self {
            parts: parts.map(|part| part.asked_as(request.clone())).collect(),
            question: Question {
                request,
                ..self.question.clone()
            },
            effect: self.effect.clone(),
            seals: self.seals,
        }
    }

    /// The agent `name`, where the operation is on its profile, has
    /// canManageConfig: the agent that asks must not differ from its profile.
    #[cfg(feature = "author")]
    pub(crate) fn grant_can_manage_config(&mut self, name: &str) {
        if let Resource::AgentProfile { agent } = &mut self.question.resource
            && agent.name == name
        {
            agent.powers = agent.powers.with(Power::ManageConfig);
        }
        for part in &mut self.parts {
            part.grant_can_manage_config(name);
        }
    }

    pub(crate) const fn state(&self) -> &StateDigest {
        &self.effect.state
    }
}

//! Operations of a host's own, declared by its schema fragment.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde::Serialize;

use super::{
    After, Before, Channel, Direction, Effect, Extra, FieldChange, Operation, Principal, Request,
    Resource, StateDigest, WallTime, digest::Transcript,
};
use crate::{
    Action, Entity, GuardSettings, Value,
    entity::{self, room_of, room_of_all, sum},
};

/// An action that a host's schema fragment declares, by its id with the namespace,
/// such as `Backup::restore` for `Backup::Action::"restore"`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostAction(Cow<'static, str>);

impl HostAction {
    /// The id, with its namespace.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0
    }
}

/// An operation of which nobody has said yet who asks: [`by`](Self::by) says it. What is
/// said of an operation besides comes behind [`OnWhat::on`].
#[derive(Debug)]
#[must_use = "say who asks, and what it happens to"]
pub struct ByWhom(HostAction);

/// An operation of which nobody has said yet what it happens to: [`on`](Self::on) says it,
/// and gives the [`Operation`].
#[derive(Debug)]
#[must_use = "say what it happens to"]
pub struct OnWhat {
    action: HostAction,
    request: Request,
}

impl ByWhom {
    /// The principal that asks: an [`Entity`] of the host's own, or OpenPass's
    /// [`Principal`]. The host says it from what it knows, such as a session that it
    /// has checked; nothing that a client says about itself belongs here.
    pub fn by(self, principal: impl Into<Principal>) -> OnWhat {
        self.requested(Request::of_host(principal.into()))
    }

    /// All of the circumstances at once: for a host on an OpenPass vault, whose
    /// [`Request`] says them.
    pub fn requested(self, request: Request) -> OnWhat {
        OnWhat {
            action: self.0,
            request,
        }
    }
}

impl OnWhat {
    /// The resource.
    #[must_use]
    pub fn on(self, resource: Entity) -> Operation {
        let effect = Effect::new(Vec::new(), StateDigest::of(&[]));
        let mut operation = Operation::new_of(
            self.request,
            Action::Host(self.action),
            Resource::Host(resource),
            effect,
        );
        operation.question.extra = Extra::Host(Own::default());
        operation
    }
}

/// The parts of an operation of a host's own that OpenPass's operations do not have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Own {
    /// The action's context, beside the common part.
    pub(crate) context: BTreeMap<String, Value>,
    /// The names of the parts of the context that were given more than once.
    pub(crate) twice: Vec<String>,
    /// Optional parts of the context that are said not to be there.
    pub(crate) without: BTreeSet<String>,
    /// The verb phrase, where the host has one.
    pub(crate) phrase: Option<Cow<'static, str>>,
    /// The facts that a person is told beside the operation.
    pub(crate) facts: Vec<Fact>,
    /// Whether somebody said onto which state.
    pub(crate) onto: bool,
}

impl Own {
    /// The bytes of all its texts, and some for each of their parts.
    pub(super) fn room(&self) -> usize {
        let names = self.twice.iter().chain(&self.without);
        let facts = self.facts.iter();
        sum([
            room_of_all(&self.context),
            sum(names.map(|name| room_of(name))),
            self.phrase.as_deref().map_or(0, room_of),
            sum(facts.map(|fact| room_of(&fact.label).saturating_add(room_of(&fact.value)))),
        ])
    }
}

/// Something that a person is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: String,
    /// Whether nobody is asked where it cannot be shown whole.
    pub(crate) whole: bool,
}

impl Operation {
    /// An operation of the host's own: `action` by its id with the namespace, such as
    /// `Flags::set` for `Flags::Action::"set"` of a fragment that was given to
    /// [`EngineBuilder::host`](crate::EngineBuilder::host).
    ///
    /// ```
    /// use openpass_policy::{After, Before, Direction, Entity, Operation, StateDigest};
    ///
    /// let operation = Operation::new("Flags::set")
    ///     .by(Entity::new("Flags::Person", "ada"))
    ///     .on(Entity::new("Flags::Flag", "dark-mode").within("Flags::Environment", "prod"))
    ///     .with("percentAfter", 30)
    ///     .changing("percent", Before("0"), After("30"), Direction::Widens)
    ///     .onto(StateDigest::of(&[b"0", b"30"]));
    /// assert_eq!(
    ///     operation.summary().to_string(),
    ///     r#"set flag "dark-mode" in environment "prod""#
    /// );
    /// ```
    ///
    /// What is left out makes nothing easier: without a channel it came through
    /// [`Channel::Other`], without settings it is under the defaults, without a state
    /// nothing can be redeemed, and what the schema needs and is not there is an error
    /// ([`PolicyEngine::check`](crate::PolicyEngine::check)). All of it is bound by
    /// the digest.
    #[expect(
        clippy::new_ret_no_self,
        reason = "it is an operation once it is said who asks and what it happens to"
    )]
    pub fn new(action: impl Into<Cow<'static, str>>) -> ByWhom {
        ByWhom(HostAction(action.into()))
    }

    /// Adds a part of the context that the action declares. It changes nothing
    /// on an operation of OpenPass's own, whose constructor says everything.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        if let Extra::Host(own) = &mut self.question.extra {
            let name = name.into();
            if own.context.insert(name.clone(), value.into()).is_some() {
                own.twice.push(name);
            }
        }
        self
    }

    /// Says that the context has no part of this name, which the action declares as
    /// optional.
    #[must_use]
    pub fn without(mut self, name: impl Into<String>) -> Self {
        if let Extra::Host(own) = &mut self.question.extra {
            own.without.insert(name.into());
        }
        self
    }

    /// Adds a field that changes from one text to another.
    #[must_use]
    pub fn changing(
        self,
        field: impl Into<String>,
        Before(before): Before<impl Into<String>>,
        After(after): After<impl Into<String>>,
        direction: Direction,
    ) -> Self {
        let (before, after) = (Before(Some(before.into())), After(Some(after.into())));
        self.change(FieldChange::new(field, before, after, direction))
    }

    /// Adds a field that changes.
    #[must_use]
    pub fn change(mut self, change: FieldChange) -> Self {
        if let Extra::Host(_) = &self.question.extra {
            self.effect.changes.push(change);
        }
        self
    }

    /// Sets the state that the operation is worked out on: what the store read,
    /// and what it would write.
    #[must_use]
    pub fn onto(mut self, state: StateDigest) -> Self {
        if let Extra::Host(own) = &mut self.question.extra {
            own.onto = true;
            self.effect.state = state;
        }
        self
    }

    /// Sets the verb phrase that the person reads, in lower case, with `{}` for the
    /// resource's id, such as `restore the backup {}`. Without it, the person reads
    /// the names in the schema.
    #[must_use]
    pub fn saying(mut self, phrase: impl Into<Cow<'static, str>>) -> Self {
        if let Extra::Host(own) = &mut self.question.extra {
            own.phrase = Some(phrase.into());
        }
        self
    }

    /// Adds a fact that the person reads, such as `("host", "db-3")`. It must not
    /// be a secret. A long value is cut, with a count of the rest, and a prompt without
    /// room may leave it out: see [`showing`](Self::showing).
    #[must_use]
    pub fn telling(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        if let Extra::Host(own) = &mut self.question.extra {
            let (label, value) = (label.into(), value.into());
            let whole = false;
            own.facts.push(Fact {
                label,
                value,
                whole,
            });
        }
        self
    }

    /// Adds something that the person has to see to the last character, such as an
    /// argument of what is run. Where a prompt has no room for it, nobody is asked, and
    /// the operation is refused. It must not be a secret.
    #[must_use]
    pub fn showing(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        if let Extra::Host(own) = &mut self.question.extra {
            let (label, value, whole) = (label.into(), value.into(), true);
            own.facts.push(Fact {
                label,
                value,
                whole,
            });
        }
        self
    }

    /// Sets the channel through which the request came. You have to declare a
    /// channel of your own
    /// ([`EngineBuilder::channel`](crate::EngineBuilder::channel)).
    #[must_use]
    pub fn through(mut self, channel: Channel) -> Self {
        if let Extra::Host(_) = &self.question.extra {
            self.question.request.channel = channel;
        }
        self
    }

    /// Sets the guard's settings under which policy decides.
    #[must_use]
    pub const fn under(mut self, settings: GuardSettings) -> Self {
        if let Extra::Host(_) = &self.question.extra {
            self.question.request.settings = settings;
        }
        self
    }

    /// Says that a script asks, with nobody there.
    #[must_use]
    pub const fn unattended(mut self) -> Self {
        if let Extra::Host(_) = &self.question.extra {
            self.question.request.attended = false;
        }
        self
    }

    /// Sets the reason, in the requester's words.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        if let Extra::Host(_) = &self.question.extra {
            self.question.request.reason = Some(reason.into());
        }
        self
    }

    /// Sets the time of day at which policy decides.
    #[must_use]
    pub const fn at(mut self, time: WallTime) -> Self {
        if let Extra::Host(_) = &self.question.extra {
            self.question.request.time = Some(time);
        }
        self
    }

    /// Returns the parts that only an operation of a host's own has; `None` for
    /// OpenPass's.
    pub(crate) const fn own(&self) -> Option<&Own> {
        self.question.own()
    }
}

impl Own {
    pub(super) fn put_into(&self, transcript: &mut Transcript) {
        entity::put_all(&self.context, transcript);
        transcript.flag(self.phrase.is_some());
        transcript.text(self.phrase.as_deref().unwrap_or_default());
        transcript.count(self.facts.len());
        for fact in &self.facts {
            transcript.text(&fact.label);
            transcript.text(&fact.value);
            transcript.flag(fact.whole);
        }
        transcript.flag(self.onto);
    }
}

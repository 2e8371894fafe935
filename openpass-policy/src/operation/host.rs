//! Operations of a host's own, declared by its schema fragment.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};

use super::{Effect, Extra, Operation, Request, Resource, digest::Transcript};
use crate::Action;

/// An action that a host's schema fragment declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostAction {
    id: &'static str,
    phrase: &'static str,
}

impl HostAction {
    /// The action `id`, with its namespace, such as `Backup::restore` for
    /// `Backup::Action::"restore"`. `phrase` is what a person is asked, as a
    /// short verb phrase in lower case with `{}` for the resource's id, such
    /// as `restore the backup {}`.
    ///
    /// Policy refuses an operation whose action is in no fragment.
    #[must_use]
    pub const fn new(id: &'static str, phrase: &'static str) -> Self {
        Self { id, phrase }
    }

    /// The id, with its namespace.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.id
    }

    /// The verb phrase.
    #[must_use]
    pub const fn phrase(self) -> &'static str {
        self.phrase
    }
}

/// A value of an attribute that a host's schema fragment declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum HostValue {
    /// Cedar's `Bool`.
    Bool(bool),
    /// Cedar's `Long`.
    Long(i64),
    /// Cedar's `String`.
    Text(String),
    /// Cedar's `Set<String>`.
    TextSet(BTreeSet<String>),
}

/// What a host's own operation happens to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HostResource {
    entity: &'static str,
    id: String,
    #[serde(serialize_with = "as_map")]
    attributes: Vec<(&'static str, HostValue)>,
}

fn as_map<S: Serializer>(
    attributes: &[(&'static str, HostValue)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(attributes.iter().map(|(name, value)| (name, value)))
}

impl HostResource {
    /// The entity `id` of the type `entity`, with its namespace, such as
    /// `Backup::Archive`.
    pub fn new(entity: &'static str, id: impl Into<String>) -> Self {
        Self {
            entity,
            id: id.into(),
            attributes: Vec::new(),
        }
    }

    /// The same, with an attribute. Every attribute that the fragment declares
    /// is needed.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: HostValue) -> Self {
        self.attributes.push((name, value));
        self
    }

    /// The entity's type, with its namespace.
    #[must_use]
    pub const fn entity(&self) -> &'static str {
        self.entity
    }

    /// The entity's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The attributes, as they were given.
    #[must_use]
    pub fn attributes(&self) -> &[(&'static str, HostValue)] {
        &self.attributes
    }
}

impl Operation {
    /// An operation of the host's own, which a fragment given to
    /// [`EngineBuilder::extend_schema`](crate::EngineBuilder::extend_schema)
    /// declares. `context` is what its action's context holds beside the
    /// common part. All of it is bound by the digest.
    ///
    /// It is critical unless the fragment puts its action in `routine` or
    /// `config`. An engine without that fragment denies it.
    #[must_use]
    pub fn host(
        request: Request,
        action: HostAction,
        resource: HostResource,
        context: Vec<(&'static str, HostValue)>,
        effect: Effect,
    ) -> Self {
        let (action, resource) = (Action::Host(action), Resource::Host(resource));
        Self::new(request, action, resource, effect).with_extra(Extra::Host(context))
    }
}

impl Transcript {
    pub(super) fn attributes(&mut self, attributes: &[(&'static str, HostValue)]) {
        self.count(attributes.len());
        for (name, value) in attributes {
            self.text(name);
            match value {
                HostValue::Bool(value) => {
                    self.text("bool");
                    self.flag(*value);
                }
                HostValue::Long(value) => {
                    self.text("long");
                    self.bytes(&value.to_be_bytes());
                }
                HostValue::Text(value) => {
                    self.text("text");
                    self.text(value);
                }
                HostValue::TextSet(values) => {
                    self.text("set");
                    self.count(values.len());
                    values.iter().for_each(|value| self.text(value));
                }
            }
        }
    }
}

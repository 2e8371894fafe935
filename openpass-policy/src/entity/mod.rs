//! A host's own principals and resources, with what policies look at.

mod value;

use std::collections::{BTreeMap, BTreeSet};

use openpass_auth::SafeText;
use serde::Serialize;

use crate::operation::digest::Transcript;

pub use value::Value;
pub(crate) use value::{put_all, room_of, room_of_all, sum};

/// A principal, a resource or something that one of them refers to, as a host
/// declares it in its schema fragment: a type, an id, attributes, parents and tags.
///
/// Everything that the schema declares has to be said: an attribute that is left
/// out, an optional one too, and a type of parents of which nothing was said, are errors
/// ([`PolicyEngine::check`](crate::PolicyEngine::check)), since a `forbid` that
/// looks at them would not apply. Which tags there are, and the optional fields of a
/// record within a value, the schema does not say: there the host has to be whole.
///
/// ```
/// use openpass_policy::Entity;
///
/// let flag = Entity::new("Flags::Flag", "dark-mode")
///     .with("owner", Entity::new("Flags::Team", "web"))
///     .within("Flags::Environment", "prod");
/// # assert_eq!(flag.id(), "dark-mode");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entity {
    #[serde(rename = "entity")]
    entity_type: String,
    id: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parents: Vec<Self>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, Value>,
    /// Said in so many words that it has no other parent.
    #[serde(skip)]
    in_nothing_else: bool,
    /// Optional attributes that it is said not to have.
    #[serde(skip)]
    without: BTreeSet<String>,
    /// Said in so many words that it has no tag.
    #[serde(skip)]
    untagged: bool,
    /// Attributes and tags that were given more than once.
    #[serde(skip)]
    twice: Vec<String>,
}

impl Entity {
    /// The entity `id` of the type `entity_type`, which is named with its namespace,
    /// such as `Flags::Person`.
    pub fn new(entity_type: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            entity_type: entity_type.into(),
            id: id.into(),
            attributes: BTreeMap::new(),
            parents: Vec::new(),
            tags: BTreeMap::new(),
            in_nothing_else: false,
            without: BTreeSet::new(),
            untagged: false,
            twice: Vec::new(),
        }
    }

    /// Adds an attribute.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        if self.attributes.insert(name.clone(), value.into()).is_some() {
            self.twice.push(name);
        }
        self
    }

    /// Adds the entity `id` of the type `entity_type` as a parent, with no
    /// attributes, tags or parents of its own.
    #[must_use]
    pub fn within(self, entity_type: impl Into<String>, id: impl Into<String>) -> Self {
        self.inside(Self::new(entity_type, id))
    }

    /// Adds `parent` as a parent, with its own attributes, tags and parents.
    #[must_use]
    pub fn inside(mut self, parent: Self) -> Self {
        self.parents.push(parent);
        self
    }

    /// Says that the entity has no other parents, although its type could have
    /// some.
    #[must_use]
    pub const fn in_nothing_else(mut self) -> Self {
        self.in_nothing_else = true;
        self
    }

    /// Says that the entity has no attribute of this name, although its type could
    /// have it.
    #[must_use]
    pub fn without(mut self, name: impl Into<String>) -> Self {
        self.without.insert(name.into());
        self
    }

    /// Adds a tag.
    #[must_use]
    pub fn tagged(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        if self.tags.insert(name.clone(), value.into()).is_some() {
            self.twice.push(name);
        }
        self
    }

    /// Says that the entity has no tags, although its type could have some.
    #[must_use]
    pub const fn untagged(mut self) -> Self {
        self.untagged = true;
        self
    }

    /// The type, with its namespace.
    #[must_use]
    pub fn entity_type(&self) -> &str {
        &self.entity_type
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The attributes, by name.
    #[must_use]
    pub const fn attributes(&self) -> &BTreeMap<String, Value> {
        &self.attributes
    }

    /// The parents.
    #[must_use]
    pub fn parents(&self) -> &[Self] {
        &self.parents
    }

    /// The tags, by name.
    #[must_use]
    pub const fn tags(&self) -> &BTreeMap<String, Value> {
        &self.tags
    }

    pub(crate) const fn is_said_to_be_in_nothing_else(&self) -> bool {
        self.in_nothing_else
    }

    pub(crate) const fn said_without(&self) -> &BTreeSet<String> {
        &self.without
    }

    pub(crate) const fn is_said_to_be_untagged(&self) -> bool {
        self.untagged
    }

    pub(crate) fn given_twice(&self) -> &[String] {
        &self.twice
    }

    /// Whether it names an entity, and says nothing of it.
    pub(crate) fn is_bare(&self) -> bool {
        let silent = !self.in_nothing_else && !self.untagged && self.without.is_empty();
        silent && self.attributes.is_empty() && self.parents.is_empty() && self.tags.is_empty()
    }

    /// As people see it, such as `flag "dark-mode"`.
    pub(crate) fn shown(&self) -> SafeText {
        let kind = self.kind();
        SafeText::fill("{} {}", &[&kind, &SafeText::quoted_whole(&self.id)])
    }

    /// Its type in words, without the namespace.
    pub(crate) fn kind(&self) -> SafeText {
        SafeText::escape(&in_words(last(&self.entity_type)))
    }

    /// The room that it takes: the bytes of its texts, and at least one for each part.
    pub(crate) fn room(&self) -> usize {
        let said = self.without.iter().chain(&self.twice);
        sum([
            room_of(&self.entity_type),
            room_of(&self.id),
            room_of_all(&self.attributes),
            room_of_all(&self.tags),
            sum(self.parents.iter().map(Self::room)),
            sum(said.map(|name| room_of(name))),
        ])
    }

    pub(crate) fn put_into(&self, transcript: &mut Transcript) {
        transcript.text(&self.entity_type);
        transcript.text(&self.id);
        value::put_all(&self.attributes, transcript);
        transcript.count(self.parents.len());
        self.parents.iter().for_each(|one| one.put_into(transcript));
        value::put_all(&self.tags, transcript);
    }
}

/// The last part of a name with its namespace.
pub(crate) fn last(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

/// `FeatureFlag` or `setFlag` as `feature flag`, `set flag`.
pub(crate) fn in_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut before_is_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && before_is_lower {
            words.push(' ');
        }
        before_is_lower = letter.is_lowercase() || letter.is_numeric();
        match letter {
            '_' => words.push(' '),
            letter => words.extend(letter.to_lowercase()),
        }
    }
    words
}

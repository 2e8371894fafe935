//! The declarations of a host's schema fragments, as far as an operation has to fit
//! them.
//!
//! Cedar checks a request against its schema and says little of what is wrong. This
//! says it by name, and Cedar still has the last word: an operation that fits here
//! and not there is denied.

mod fit;
mod read;
mod told;
#[cfg(feature = "author")]
mod types;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use read::{COMMON, model, record_of, whole};
pub(super) use told::told;
#[cfg(feature = "author")]
pub(crate) use types::Types;

/// The types and actions of a host's own.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    /// The entity types, by name with the namespace.
    pub(super) entities: BTreeMap<String, EntityShape>,
    /// The actions, by id with the namespace, such as `Flags::set`.
    pub(super) actions: BTreeMap<String, ActionShape>,
}

/// The parts of an entity type.
#[derive(Debug, Clone, Default)]
pub(super) struct EntityShape {
    pub(super) fields: Fields,
    /// The types that it can be in, and the types that those can be in.
    parents: BTreeSet<String>,
    tags: Option<Shape>,
    /// Its ids, where they are a closed list.
    pub(super) words: Option<BTreeSet<String>>,
}

/// The principals, the resources and the context that an action takes.
#[derive(Debug, Clone, Default)]
pub(super) struct ActionShape {
    principals: BTreeSet<String>,
    resources: BTreeSet<String>,
    /// Beside the common part.
    pub(super) context: Fields,
    /// Whether it gives no power: it is in `routine`, and not in `config`.
    is_look: bool,
}

pub(super) type Fields = BTreeMap<String, Field>;

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) shape: Shape,
    required: bool,
}

/// One of Cedar's types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    Bool,
    Long,
    Text,
    Decimal,
    Ip,
    Datetime,
    Duration,
    Entity(String),
    Set(Box<Self>),
    Record(BTreeMap<String, (Self, bool)>),
}

impl Model {
    /// Whether any principal of a host's own can ask for something.
    pub(super) fn principals(&self) -> BTreeSet<&str> {
        let all = self.actions.values();
        all.flat_map(|action| action.principals.iter().map(String::as_str))
            .collect()
    }
}

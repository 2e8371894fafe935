//! The mistakes of a programmer about an operation.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::policy_error::escaped;

/// An operation that does not fit the schema: a programmer's mistake, and no
/// decision of policy. It says all that is wrong, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(transparent)]
#[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct OperationError {
    problems: Vec<OperationProblem>,
}

impl OperationError {
    pub(crate) const fn new(problems: Vec<OperationProblem>) -> Self {
        Self { problems }
    }

    /// Makes an error of what Cedar found.
    pub(crate) fn of_cedar(detail: impl fmt::Display) -> Self {
        let detail = escaped(&detail.to_string());
        Self::new(vec![OperationProblem::Other { detail }])
    }

    /// Everything that is wrong; never empty.
    #[must_use]
    pub fn problems(&self) -> &[OperationProblem] {
        &self.problems
    }
}

/// A part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "an action takes these two")]
pub enum Part {
    /// The principal: the person or the program that asks.
    Principal,
    /// The resource that the action happens to.
    Resource,
}

/// One thing that is wrong with an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "problem", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OperationProblem {
    /// No fragment declares the action.
    #[error("no fragment declares the action {}; {}", escaped(.action), there_is(.known))]
    UnknownAction {
        /// The action, with its namespace.
        action: String,
        /// The actions that there are.
        known: Vec<String>,
    },
    /// No fragment declares the type.
    #[error("no fragment declares the type {}; {}", escaped(.name), there_is(.known))]
    UnknownType {
        /// The type, with its namespace.
        name: String,
        /// The types that there are.
        known: Vec<String>,
    },
    /// The action takes another principal or resource.
    #[error("{} takes no {} of the type {}; {}", escaped(.action), match .part { Part::Principal => "principal", Part::Resource => "resource" }, escaped(.given), it_takes(.known))]
    NotTaken {
        /// The part that the action does not take.
        part: Part,
        /// Its type.
        given: String,
        /// The action.
        action: String,
        /// The types that it takes.
        known: Vec<String>,
    },
    /// An attribute, or a part of the context, that the schema needs is not there.
    #[error("{} ({kind}) is missing in {}", escaped(.name), escaped(.of))]
    Missing {
        /// The entity or the context in which it is missing.
        of: String,
        /// Its name.
        name: String,
        /// Its type.
        kind: String,
    },
    /// It could have an attribute, or a part of the context, and nobody said whether it
    /// has.
    #[error("nobody said whether {} has {}; say `.with(…)`, or `.without(…)`", escaped(.of), escaped(.name))]
    Unsaid {
        /// The entity or the context that could have it.
        of: String,
        /// Its name.
        name: String,
    },
    /// The schema has no such attribute.
    #[error("{} is not in {}; {}", escaped(.name), escaped(.of), it_has(.known))]
    UnknownAttribute {
        /// The entity or the context that was said to have it.
        of: String,
        /// Its name.
        name: String,
        /// The attributes that there are.
        known: Vec<String>,
    },
    /// A value of another type.
    #[error("{} of {} is {wanted}, and not {}", escaped(.name), escaped(.of), escaped(.given))]
    WrongType {
        /// The entity or the context that was said to have it.
        of: String,
        /// The attribute's name.
        name: String,
        /// The type in the schema.
        wanted: String,
        /// The type that was given.
        given: String,
    },
    /// An attribute, or a part of the context, was given twice.
    #[error("{} of {} is given twice", escaped(.name), escaped(.of))]
    Twice {
        /// The entity or the context that was said to have it.
        of: String,
        /// Its name.
        name: String,
    },
    /// The type is a closed list of ids, and this is none.
    #[error("{} is not one of its type's ids; {}", escaped(.of), there_is(.known))]
    UnknownId {
        /// The entity.
        of: String,
        /// The ids that there are.
        known: Vec<String>,
    },
    /// It cannot be in something of that type.
    #[error("{} cannot be in {}; {}", escaped(.of), escaped(.parent), it_can_be_in(.can))]
    NoSuchParent {
        /// The entity.
        of: String,
        /// The parent's type.
        parent: String,
        /// The types that it can be in.
        can: Vec<String>,
    },
    /// It could be in something of these types, and nobody said whether it is.
    #[error("nobody said what {} is in; say `.within(…)`, or `.in_nothing_else()` ({})", escaped(.of), it_can_be_in(.can))]
    ParentsUnsaid {
        /// The entity.
        of: String,
        /// The types that it can be in.
        can: Vec<String>,
    },
    /// It could have tags, and nobody said whether it has.
    #[error("nobody said which tags {} has; say `.tagged(…)`, or `.untagged()`", escaped(.of))]
    TagsUnsaid {
        /// The entity.
        of: String,
    },
    /// Its type has no tags.
    #[error("{} can have no tag, and {} is one", escaped(.of), escaped(.tag))]
    NoTags {
        /// The entity.
        of: String,
        /// The tag.
        tag: String,
    },
    /// One entity was told in two ways.
    #[error("{} is described in two ways that differ", escaped(.of))]
    ToldTwice {
        /// The entity.
        of: String,
    },
    /// A field gives power, and the action is in `routine` alone.
    #[error("{} asks for no factor, and a field of it gives power; put the action in `critical`", escaped(.action))]
    WidensUnasked {
        /// The action.
        action: String,
    },
    /// Nobody said onto which state it is to be made.
    #[error(
        "nobody said onto which state it is; say `.onto(…)` with what was read and what would be written"
    )]
    NoState,
    /// Values or entities nest too deep.
    #[error("its values nest too deep")]
    TooDeep,
    /// Something else, in Cedar's words.
    #[error("{detail}")]
    Other {
        /// Cedar's words.
        detail: String,
    },
}

fn listed(known: &[String]) -> String {
    let known: Vec<String> = known.iter().map(|one| escaped(one)).collect();
    known.join(", ")
}

fn there_is(known: &[String]) -> String {
    match known {
        [] => "there is none".to_owned(),
        known => format!("there is {}", listed(known)),
    }
}

fn it_takes(known: &[String]) -> String {
    match known {
        [] => "it takes none".to_owned(),
        known => format!("it takes {}", listed(known)),
    }
}

fn it_has(known: &[String]) -> String {
    match known {
        [] => "it has none".to_owned(),
        known => format!("it has {}", listed(known)),
    }
}

fn it_can_be_in(can: &[String]) -> String {
    match can {
        [] => "it can be in nothing".to_owned(),
        can => format!("it can be in {}", listed(can)),
    }
}

//! The catalogue of operations: what there is to say of each action, once.
//!
//! One [`Row`] an action, beside the constructor that chooses it. What people
//! are asked, the samples of a matrix, the operations of a test suite and those
//! of a host's tests come from here, and the schema is checked against it.
//! `CONTRIBUTING.md` says how to add one.
//!
//! An enforcing build has the samples too, without their words: the tests of a
//! host need an operation of each kind ([`Operation::sample`]).

pub(crate) mod agents;
pub(crate) mod approvers;
pub(crate) mod config;
pub(crate) mod credentials;
pub(crate) mod guardrails;
pub(crate) mod looks;
mod sample;
pub(crate) mod tokens;
mod words;

use openpass_auth::SafeText;

use crate::{Action, Operation, vocabulary::vocabulary};

pub use config::MisplacedConfigKey;
#[cfg(any(test, feature = "author"))]
pub(crate) use sample::unspecific;
pub(crate) use sample::{Sample, SampleParts};
#[cfg(feature = "author")]
pub(crate) use words::Each;

vocabulary! {
    /// A group of the schema, of which policies and guards speak.
    pub enum Group: "group of actions" {
        /// Every change.
        Config = "config",
        /// Every change that needs a person. It is in `config`.
        Critical = "critical",
        /// Guard, policy and audit. It is in `critical`.
        Guardrails = "guardrails",
        /// Auth method, passphrase, recipients, devices and approvers. It is in `critical`.
        Credentials = "credentials",
        /// Actions that put the guard right again.
        Repair = "repair",
        /// Actions that give no power.
        Routine = "routine",
    }
}

impl Group {
    /// The group that this one is in, if it is in one.
    #[must_use]
    pub const fn parent(self) -> Option<Self> {
        match self {
            Self::Critical => Some(Self::Config),
            Self::Guardrails | Self::Credentials => Some(Self::Critical),
            Self::Config | Self::Repair | Self::Routine => None,
        }
    }
}

/// All that is said of one action.
pub(crate) struct Row {
    /// The groups that it is in by its own declaration.
    pub(crate) groups: &'static [Group],
    /// The words of the question to a person.
    pub(crate) phrase: Phrase,
    /// The operation of this action, on what a test or a sample says.
    pub(crate) build: fn(SampleParts<'_>) -> Result<Operation, String>,
    /// The samples of the action that a matrix shows.
    pub(crate) samples: &'static [Sample],
}

/// A verb phrase in lower case without a full stop: it is read after "… is
/// trying to".
pub(crate) enum Phrase {
    /// These words, with the resource's id for `{}`.
    Words(&'static str),
    /// The words that a function makes from the operation and its resource's id.
    Of(fn(&Operation, &SafeText) -> SafeText),
}

impl Action {
    /// The groups that policies and guards know this action by, each with those
    /// that it is in. A host's own action says so in its schema fragment, so it
    /// has none here.
    pub fn groups(&self) -> impl Iterator<Item = Group> + use<> {
        let declared = self.row().map(|row| row.groups).unwrap_or_default();
        let up = |group: &Group| std::iter::successors(Some(*group), |group| group.parent());
        declared.iter().flat_map(up)
    }

    /// Returns whether the action is in `group`, directly or through another group.
    #[must_use]
    pub fn is_in(&self, group: Group) -> bool {
        self.groups().any(|it| it == group)
    }
}

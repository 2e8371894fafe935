//! The facts that are known of a request at one place of a policy.

use std::collections::BTreeMap;

use super::{choice::Choice, ranges::Ranges};

/// The most values, and the most conditions, that are remembered at one place. What is
/// forgotten may be anything.
const MOST: usize = 64;

/// The values that something may have. They are never fewer than the real ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum May {
    Long(Ranges),
    Word(Choice),
    Anything,
}

impl May {
    pub(super) fn is_nothing(&self) -> bool {
        match self {
            Self::Long(ranges) => ranges.is_empty(),
            Self::Word(choice) => choice.is_empty(),
            Self::Anything => false,
        }
    }

    pub(super) fn meet(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Long(a), Self::Long(b)) => Self::Long(a.meet(b)),
            (Self::Word(a), Self::Word(b)) => Self::Word(a.meet(b)),
            (Self::Anything, it) | (it, _) => it.clone(),
        }
    }

    pub(super) fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Long(a), Self::Long(b)) => Self::Long(a.join(b)),
            (Self::Word(a), Self::Word(b)) => Self::Word(a.join(b)),
            _ => Self::Anything,
        }
    }

    /// Returns these values, without everything that `other` certainly is.
    pub(super) fn without(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Long(a), Self::Long(b)) => match b.single() {
                Some(number) => Self::Long(a.without(number)),
                None => self.clone(),
            },
            (Self::Word(a), Self::Word(b)) => match b.single() {
                Some(word) => Self::Word(a.without(word)),
                None => self.clone(),
            },
            _ => self.clone(),
        }
    }
}

/// The facts that are known where one part of a policy is evaluated.
#[derive(Debug, Clone, Default)]
pub(super) struct State<'n> {
    /// The values that paths may have, where more is known than their types say.
    values: BTreeMap<&'n str, May>,
    /// Conditions that hold, or do not.
    facts: BTreeMap<&'n str, bool>,
}

impl<'n> State<'n> {
    pub(super) fn value(&self, key: &str) -> Option<&May> {
        self.values.get(key)
    }

    pub(super) fn fact(&self, key: &str) -> Option<bool> {
        self.facts.get(key).copied()
    }

    /// Returns the state with a value known better; `None` where there is no such
    /// request.
    pub(super) fn with(&self, key: &'n str, value: May) -> Option<Self> {
        if value.is_nothing() {
            return None;
        }
        let mut state = self.clone();
        if state.values.len() < MOST || state.values.contains_key(key) {
            state.values.insert(key, value);
        }
        Some(state)
    }

    /// Returns the state where a condition holds, or does not.
    pub(super) fn knowing(&self, key: &'n str, holds: bool) -> Self {
        let mut state = self.clone();
        if state.facts.len() < MOST {
            state.facts.insert(key, holds);
        }
        state
    }

    /// Returns what is known at a place where one of the two states holds.
    fn join(mut self, other: &Self) -> Self {
        self.facts
            .retain(|key, holds| other.facts.get(key) == Some(holds));
        self.values.retain(|key, value| {
            let there = other.values.get(key);
            there.is_some_and(|there| {
                *value = value.join(there);
                true
            })
        });
        self
    }
}

/// Returns what is known at a place where one of the two states holds. `None` is a
/// place that nothing reaches.
pub(super) fn either<'n>(a: Option<State<'n>>, b: Option<State<'n>>) -> Option<State<'n>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.join(&b)),
        (one, None) | (None, one) => one,
    }
}

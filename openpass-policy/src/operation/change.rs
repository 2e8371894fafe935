//! The effect of an operation on the state.

use super::FieldChange;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// Whether a change gives power or takes it.
    pub enum Direction: "direction" {
        /// Gives power, or nobody can tell.
        Widens = "widens",
        /// Takes power.
        Narrows = "narrows",
        /// Changes no power.
        Neutral = "neutral",
    }
}

/// A value as it is before a change. It cannot be mistaken for the one after:
///
/// ```compile_fail,E0308
/// use openpass_policy::{After, Before, Direction, FieldChange};
///
/// let tier = |word: &str| Some(word.to_owned());
/// let (old, new) = (Before(tier("standard")), After(tier("admin")));
/// FieldChange::new("tier", new, old, Direction::Widens);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it is its one field")]
pub struct Before<T>(pub T);

/// A value as it will be after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it is its one field")]
pub struct After<T>(pub T);

/// A SHA-256 over all that the host's store read to compute a change, and over
/// all that it would write. Two operations with the same state digest start
/// from the same bytes and end with the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StateDigest([u8; 32]);

impl StateDigest {
    /// The digest of the parts, in order, each with its length.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut transcript = super::digest::Transcript::new("openpass state 1");
        transcript.count(parts.len());
        for part in parts {
            transcript.bytes(part);
        }
        Self(transcript.finish())
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Every field that an operation changes, and the state it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effect {
    /// Every field that changes.
    pub changes: Vec<FieldChange>,
    /// The digest of what the store read and would write.
    pub state: StateDigest,
}

impl Effect {
    /// An effect.
    #[must_use]
    pub const fn new(changes: Vec<FieldChange>, state: StateDigest) -> Self {
        Self { changes, state }
    }

    /// Whether any field gives power, or nobody can tell. Nobody can tell of
    /// an effect that names no field: what changes was left out.
    #[must_use]
    pub fn widens(&self) -> bool {
        self.changes.is_empty()
            || self
                .changes
                .iter()
                .any(|change| change.direction == Direction::Widens)
    }
}

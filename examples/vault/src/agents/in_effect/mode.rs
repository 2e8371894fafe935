//! The approval mode that two approval modes meet in.

use crate::agents::{Profile, Value};

/// An approval mode in effect, and whether the file or the tier says so. Where
/// nobody wrote a mode, one version of the product makes `none` of that and
/// another `deny`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Mode {
    word: Value,
    is_set: bool,
}

impl Mode {
    pub(super) const fn new(word: Value, is_set: bool) -> Self {
        Self { word, is_set }
    }

    pub(super) fn of(profile: &Profile) -> Self {
        Self::new(profile.get("approvalMode").clone(), profile.approval_is_set)
    }

    pub(super) const fn word(&self) -> &Value {
        &self.word
    }

    /// The stricter of both. A mode that nobody wrote is read in two ways, so
    /// that only `deny` is surely no laxer than it.
    pub(super) fn meet(&self, other: &Self) -> Value {
        if self == other {
            return self.word.clone();
        }
        let comparable = self.is_set == other.is_set;
        let mode = match (rank(&self.word), rank(&other.word)) {
            (Some(a), Some(b)) if comparable => a.min(b),
            _ => 0,
        };
        let word = MODES.get(mode).copied().unwrap_or("deny");
        Value::Text(word.to_owned())
    }
}

/// The strictest first.
const MODES: [&str; 3] = ["deny", "prompt", "none"];

fn rank(word: &Value) -> Option<usize> {
    match word {
        Value::Text(word) => MODES.iter().position(|mode| mode == word),
        _ => None,
    }
}

//! An operation without an outcome.

use serde::{Deserialize, Serialize};

use super::line::{Field, Prepared, Who};

/// An operation that was granted and has no outcome yet.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Open {
    pub(crate) digest: String,
    pub(super) action: Option<String>,
    pub(super) by: Option<Who>,
    pub(super) changes: Vec<Field>,
    /// The agent whose fields the operation changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<String>,
    /// The factor that a person proved with, or that proves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) factor: Option<String>,
    /// The approval that an approver signed for the operation, as the line has
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) approval: Option<serde_json::Value>,
    #[serde(default)]
    pub(crate) prepared: Option<Prepared>,
    /// Whether its process had replaced every file.
    #[serde(default)]
    pub(crate) unconfirmed: bool,
    /// The number of the line that said what the operation was about to do; 0 is
    /// none.
    #[serde(default)]
    pub(super) prepared_at: u64,
    /// The number of genuine lines behind the line `prepared_at`.
    #[serde(default)]
    pub(super) followed: u64,
    /// Whether a line that was written behind it is missing or damaged: it may
    /// have been the outcome.
    #[serde(skip)]
    pub(crate) misses_a_line: bool,
}

impl Open {
    /// Whether it is a host's own operation, whose effect is outside the vault: its
    /// action has its namespace before it.
    pub(crate) fn is_of_a_host(&self) -> bool {
        self.action.as_ref().is_some_and(|it| it.contains("::"))
    }

    /// Notes one more genuine line.
    pub(super) const fn is_followed(&mut self) {
        if self.prepared_at > 0 {
            self.followed = self.followed.saturating_add(1);
        }
    }

    /// Notes whether it misses a line, while `anchored` is the number of the line
    /// that was written last: the anchor is signed, and no text behind the last
    /// line makes it higher.
    pub(super) const fn look_for_an_outcome(&mut self, anchored: u64) {
        let behind = anchored.saturating_sub(self.prepared_at);
        self.misses_a_line = self.prepared_at > 0 && behind > self.followed;
    }
}

//! Who may do what, at a glance.

mod diff;
mod effect;
mod html;
mod sample;
mod text;

use core::fmt;

use openpass_auth::{Factor, FactorSet};
use serde::{Serialize, Serializer};

use crate::{Decision, GuardSettings, PolicyEngine, WallTime};
pub use diff::{MatrixChange, MatrixDiff};

/// What policy says of sample operations, for each kind of principal.
///
/// It shows; it does not prove: a rule about one agent's name, or about an hour
/// of the day, shows only if a sample meets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Matrix {
    /// The guard's settings that it was made under.
    pub settings: GuardSettings,
    /// The time of day that it was made for, if any policy looks at it.
    pub time: Option<WallTime>,
    /// Who asks: the columns.
    pub principals: Vec<&'static str>,
    /// What for: the rows.
    pub rows: Vec<MatrixRow>,
}

/// One sample operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MatrixRow {
    /// The action's id.
    pub action: &'static str,
    /// What it does, in words.
    pub what: &'static str,
    /// The answers, in the principals' order.
    pub cells: Vec<Cell>,
}

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new answer must break the builds that draw answers"
)]
pub enum Cell {
    /// Without asking anybody.
    Allow,
    /// By biometry or by the passphrase.
    Either,
    /// By biometry alone.
    Biometry,
    /// By the passphrase alone.
    Passphrase,
    /// Not at all.
    Deny,
}

impl Cell {
    /// The answer's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Either => "biometry or passphrase",
            Self::Biometry => "biometry",
            Self::Passphrase => "passphrase",
            Self::Deny => "deny",
        }
    }

    pub(crate) const fn of(decision: &Decision) -> Self {
        match decision {
            Decision::Allow { .. } => Self::Allow,
            Decision::RequireBiometry { accepts, .. } => Self::of_factors(*accepts),
            Decision::Deny(_) => Self::Deny,
        }
    }

    const fn of_factors(accepts: FactorSet) -> Self {
        match (
            accepts.contains(Factor::Biometry),
            accepts.contains(Factor::Passphrase),
        ) {
            (true, true) => Self::Either,
            (true, false) => Self::Biometry,
            (false, true) => Self::Passphrase,
            (false, false) => Self::Deny,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Matrix {
    /// What `engine` says under `settings`. `time` counts where a policy looks
    /// at it.
    #[must_use]
    pub fn of(engine: &PolicyEngine, settings: GuardSettings, time: Option<WallTime>) -> Self {
        let rows = sample::ROWS.iter().map(|row| {
            let answer = |principal: &sample::Principal| {
                let request = (principal.request)(settings).at(time);
                Cell::of(&engine.decide(&(row.operation)(request)))
            };
            MatrixRow {
                action: row.action.as_str(),
                what: row.what,
                cells: sample::PRINCIPALS.iter().map(answer).collect(),
            }
        });
        Self {
            settings,
            time: time.filter(|_| engine.needs_time()),
            principals: sample::PRINCIPALS.iter().map(|p| p.name).collect(),
            rows: rows.collect(),
        }
    }

    /// What changes from this matrix to `after`.
    #[must_use]
    pub fn diff(&self, after: &Self) -> MatrixDiff {
        diff::of(self, after)
    }

    /// A table for a terminal, `colour`ed or not.
    #[must_use]
    pub fn to_text(&self, colour: bool) -> String {
        text::table(self, colour)
    }

    /// A table in Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        text::markdown(self)
    }

    /// One page of HTML that needs nothing else.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::page(self)
    }

    /// Under which circumstances it was made, in words.
    fn circumstances(&self) -> String {
        let time = self
            .time
            .map_or_else(String::new, |time| format!(", {time}"));
        format!(
            "step_up: {}, unattended: {}{time}",
            self.settings.step_up.as_str(),
            self.settings.unattended.as_str(),
        )
    }
}

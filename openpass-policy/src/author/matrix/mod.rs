//! Who may do what, at a glance.

mod between;
mod cell;
mod diff;
mod effect;
mod html;
mod own;
mod sample;
mod text;

use serde::Serialize;

use crate::{GuardSettings, PolicyEngine, PolicyId, WallTime};
pub use cell::Cell;
pub use diff::{MatrixChange, MatrixDiff};
pub use own::OwnSamples;

/// What policy says of sample operations, for each kind of principal.
///
/// It shows; it does not prove: a rule about an agent's name, or about an hour
/// of the day, shows only if a sample meets it. The vault's own agents and
/// tokens are samples where the host [gives them](Self::with_own).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Matrix {
    /// The guard's settings that it was made under.
    pub settings: GuardSettings,
    /// The time of day that it was made for, if any policy looks at it.
    pub time: Option<WallTime>,
    /// Who asks: the columns.
    pub principals: Vec<String>,
    /// What for: the rows.
    pub rows: Vec<MatrixRow>,
    /// The vault's agents and tokens that are not sampled, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_sampled: Option<String>,
    /// The policies that could not be evaluated for a sample, which denies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<PolicyId>,
    /// How many columns, at the end, are of the vault's own agents.
    #[serde(skip)]
    own: usize,
}

/// One sample operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MatrixRow {
    /// The action's id.
    pub action: &'static str,
    /// What it does, in words. Escaped.
    pub what: String,
    /// The answers, in the principals' order.
    pub cells: Vec<Cell>,
    /// The row that this is the same as, but for one of the vault's own.
    #[serde(skip)]
    sample: Option<usize>,
}

impl Matrix {
    /// What `engine` says under `settings`. `time` counts where a policy looks
    /// at it.
    #[must_use]
    pub fn of(engine: &PolicyEngine, settings: GuardSettings, time: Option<WallTime>) -> Self {
        Self::with_own(engine, settings, time, &OwnSamples::default())
    }

    /// The same, with the vault's `own` agents and tokens among the samples.
    #[must_use]
    pub fn with_own(
        engine: &PolicyEngine,
        settings: GuardSettings,
        time: Option<WallTime>,
        own: &OwnSamples,
    ) -> Self {
        let principals = sample::principals(own);
        let mut failing = Vec::new();
        let rows = sample::rows(own).into_iter().map(|row| {
            let mut cell = |principal: &sample::Principal| {
                let operation = row.asked_by(principal, settings, time);
                between::answer(engine, &operation, &mut failing)
            };
            MatrixRow {
                action: row.action.shipped_id(),
                cells: principals.iter().map(&mut cell).collect(),
                what: row.what,
                sample: row.sample,
            }
        });
        let rows = rows.collect();
        failing.sort();
        failing.dedup();
        Self {
            settings,
            time: time.filter(|_| engine.needs_time()),
            rows,
            own: principals.iter().filter(|it| it.own).count(),
            principals: principals.into_iter().map(|it| it.name).collect(),
            not_sampled: own.left_out(),
            failing,
        }
    }

    /// What changes from this matrix to `after`.
    #[must_use]
    pub fn diff(&self, after: &Self) -> MatrixDiff {
        diff::of(self, after)
    }

    /// For a terminal of 80 columns, `colour`ed or not: operations with the same
    /// answers together, and who gets which, by name.
    #[must_use]
    pub fn to_text(&self, colour: bool) -> String {
        text::grouped(self, colour)
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

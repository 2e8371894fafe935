//! The matrix: who may do what, at a glance.

mod account;
mod between;
mod cell;
mod circumstances;
mod columns;
mod diff;
mod dims;
mod effect;
mod html;
mod moments;
mod named;
mod names;
mod otherwise;
mod own;
mod point;
mod pools;
mod sample;
mod search;
mod text;
mod trial;

use serde::Serialize;

use crate::{GuardSettings, PolicyEngine, PolicyId, SealGrade, WallTime, engine::Compared};
use circumstances::Circumstances;
use sample::Samples;

pub use account::{Unshown, Why};
pub use cell::Cell;
pub use diff::{MatrixChange, MatrixDiff};
pub use otherwise::MatrixOtherwise;
pub use own::OwnSamples;

/// The answers of policy to sample operations, for each kind of principal.
///
/// It shows; it does not prove. What the policies name is among the samples: agents,
/// tokens, keys, files; and so are the vault's own agents and tokens where the host
/// [gives them](Self::with_own). The table is of one time;
/// [`otherwise`](Self::otherwise) says what is answered otherwise at another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Matrix {
    /// The guard's settings that it was made under.
    pub settings: GuardSettings,
    /// The time of day that it was made for, if any policy looks at it.
    pub time: Option<WallTime>,
    /// The requesters: the columns.
    pub principals: Vec<String>,
    /// The sample operations: the rows.
    pub rows: Vec<MatrixRow>,
    /// The answers that are different at other times and under other settings, where a
    /// policy tells one from another.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<MatrixOtherwise>,
    /// The vault's agents and tokens that are not sampled, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_sampled: Option<String>,
    /// The policies that could not be evaluated for a sample, which denies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<PolicyId>,
}

/// One sample operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MatrixRow {
    /// The action's id.
    pub action: &'static str,
    /// The operation, in words. Escaped.
    pub what: String,
    /// The answers, in the principals' order.
    pub cells: Vec<Cell>,
}

impl Matrix {
    /// The answers of `engine` under `settings`. `time` counts where a policy
    /// looks at it.
    #[must_use]
    pub fn of(engine: &PolicyEngine, settings: GuardSettings, time: Option<WallTime>) -> Self {
        Self::with_own(engine, settings, time, &OwnSamples::default())
    }

    /// Like [`of`](Self::of), but with the vault's `own` agents and tokens
    /// among the samples.
    #[must_use]
    pub fn with_own(
        engine: &PolicyEngine,
        settings: GuardSettings,
        time: Option<WallTime>,
        own: &OwnSamples,
    ) -> Self {
        let compared = Compared::watching(engine, |looks| {
            looks.looks_within("context.time") || looks.looks_within("context.guard")
        });
        let looks = compared.looks();
        let samples = Samples::of(&looks, own);
        let mut failing = Vec::new();
        let rows = samples.rows.iter().map(|row| {
            let mut cell = |principal: &columns::Principal| {
                let operation = between::operation(&row.asked_by(principal, settings, time));
                between::answer(engine, &operation, &mut failing)
            };
            MatrixRow {
                action: row.action.shipped_id(),
                cells: samples.principals.iter().map(&mut cell).collect(),
                what: row.what.clone(),
            }
        });
        let rows: Vec<MatrixRow> = rows.collect();
        let circumstances = Circumstances::of(&looks, settings, time);
        let otherwise = otherwise::of(&compared, &samples, &circumstances, &rows, &mut failing);
        failing.sort();
        failing.dedup();
        let principals = samples.principals.into_iter();
        Self {
            settings,
            time: time.filter(|_| engine.needs_time()),
            rows,
            otherwise,
            principals: principals.map(|it| it.name).collect(),
            not_sampled: own.left_out(),
            failing,
        }
    }

    /// Writes the matrix for a terminal of 80 columns, `colour`ed or not: operations
    /// with the same answers together, and who gets which, by name.
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

    /// Names the circumstances under which the matrix was made, in words.
    fn circumstances(&self) -> String {
        let time = self
            .time
            .map_or_else(String::new, |time| format!(", {time}"));
        let sealed = match self.settings.sealed {
            SealGrade::None => String::new(),
            grade => format!(", sealed: {grade}"),
        };
        format!(
            "step_up: {}, unattended: {}{sealed}{time}",
            self.settings.step_up.as_str(),
            self.settings.unattended.as_str(),
        )
    }
}

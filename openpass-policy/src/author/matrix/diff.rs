//! What a change of policy changes.

use serde::Serialize;

use super::{Cell, Matrix, text::in_cell};
use crate::PolicyId;

/// Every answer that differs between two matrices.
///
/// An agent or token of the vault that is treated as its sample is not listed
/// apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MatrixDiff {
    /// The answers that differ.
    pub changes: Vec<MatrixChange>,
    /// The vault's agents and tokens that are not sampled, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_sampled: Option<String>,
    /// The policies that cannot be evaluated for a sample, and could before or
    /// were not there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<PolicyId>,
    /// Everybody who may ask.
    #[serde(skip)]
    pub(super) principals: Vec<String>,
    /// How many of them, at the end, are the vault's own agents.
    #[serde(skip)]
    pub(super) own: usize,
}

/// One answer that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MatrixChange {
    /// The action's id.
    pub action: &'static str,
    /// What it does, in words. Escaped.
    pub what: String,
    /// Who asks. Escaped.
    pub principal: String,
    /// The answer before.
    pub before: Cell,
    /// The answer after.
    pub after: Cell,
}

impl MatrixDiff {
    /// What the person at the command line could do, and cannot do any more
    /// whatever is proved. A host that applies policies says so before anybody
    /// answers. [Repair](crate::Action::is_repair) is never among it.
    pub fn locked(&self) -> impl Iterator<Item = &MatrixChange> {
        let person = self.principals.first();
        self.changes
            .iter()
            .filter(move |change| Some(&change.principal) == person && change.after == Cell::Deny)
    }

    /// One line for each answer that differs.
    #[must_use]
    pub fn to_text(&self, colour: bool) -> String {
        let lines = self.changes.iter().map(|change| {
            let before = super::text::painted(change.before, change.before.as_str(), colour);
            let after = super::text::painted(change.after, change.after.as_str(), colour);
            format!(
                "{:<30} {:<22} {before} → {after}\n",
                change.what, change.principal
            )
        });
        let mut text: String = lines.collect();
        if text.is_empty() {
            text.push_str("No sample operation gets another answer.\n");
        }
        if let Some(left_out) = &self.not_sampled {
            text += &format!("Of this vault, {left_out} are not sampled.\n");
        }
        text
    }

    /// A table in Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut table = "| what | who | before | after |\n|---|---|---|---|\n".to_owned();
        for change in &self.changes {
            let cells = [
                in_cell(&change.what),
                in_cell(&change.principal),
                change.before.to_string(),
                change.after.to_string(),
            ];
            table += &format!("| {} |\n", cells.join(" | "));
        }
        table
    }

    /// One page of HTML that needs nothing else.
    #[must_use]
    pub fn to_html(&self) -> String {
        super::html::diff_page(self)
    }
}

/// A row of samples, with what each is answered before and after; `None` where
/// the two cannot differ.
pub(super) struct Pairs<'a> {
    pub(super) action: &'static str,
    pub(super) what: &'a str,
    pub(super) sample: Option<usize>,
    pub(super) cells: Vec<Option<(Cell, Cell)>>,
}

/// The answers that differ, of rows with the same columns.
pub(super) fn changes(rows: &[Pairs<'_>], principals: &[String]) -> Vec<MatrixChange> {
    let mut changes = Vec::new();
    for row in rows.iter().filter(|row| !follows_its_sample(row, rows)) {
        for (cell, principal) in row.cells.iter().zip(principals) {
            if let Some((before, after)) = *cell
                && before != after
            {
                changes.push(MatrixChange {
                    action: row.action,
                    what: row.what.to_owned(),
                    principal: principal.clone(),
                    before,
                    after,
                });
            }
        }
    }
    changes
}

/// Both have the same rows and columns: they come from one list of samples.
pub(super) fn of(before: &Matrix, after: &Matrix) -> MatrixDiff {
    let rows: Vec<Pairs<'_>> = before
        .rows
        .iter()
        .zip(&after.rows)
        .map(|(old, new)| Pairs {
            action: new.action,
            what: &new.what,
            sample: new.sample,
            cells: old
                .cells
                .iter()
                .zip(&new.cells)
                .map(|(before, after)| Some((*before, *after)))
                .collect(),
        })
        .collect();
    let failing = after.failing.iter();
    let failing = failing.filter(|policy| !before.failing.contains(policy));
    MatrixDiff {
        changes: changes(&rows, &after.principals),
        not_sampled: after.not_sampled.clone(),
        failing: failing.cloned().collect(),
        principals: after.principals.clone(),
        own: after.own,
    }
}

/// Whether a row of one of the vault's own says nothing that its sample does
/// not. What is denied before and after may differ from the sample: an agent
/// never widens itself.
fn follows_its_sample(row: &Pairs<'_>, rows: &[Pairs<'_>]) -> bool {
    let Some(sample) = row.sample.and_then(|number| rows.get(number)) else {
        return false;
    };
    row.cells.iter().zip(&sample.cells).all(|(own, sample)| {
        let stays =
            |cell: &Option<(Cell, Cell)>| cell.is_none_or(|(before, after)| before == after);
        let is_denied = *own == Some((Cell::Deny, Cell::Deny));
        own == sample || (stays(own) && (stays(sample) || is_denied))
    })
}

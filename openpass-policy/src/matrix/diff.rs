//! What a change of policy changes.

use serde::Serialize;

use super::{Cell, Matrix, MatrixRow, text::in_cell};
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

/// Both have the same rows and columns: they come from one list of samples.
pub(super) fn of(before: &Matrix, after: &Matrix) -> MatrixDiff {
    let mut changes = Vec::new();
    for (old, new) in before.rows.iter().zip(&after.rows) {
        if follows_its_sample(before, after, (old, new)) {
            continue;
        }
        let cells = old.cells.iter().zip(&new.cells);
        for ((before, after), principal) in cells.zip(&after.principals) {
            if before != after {
                changes.push(MatrixChange {
                    action: new.action,
                    what: new.what.clone(),
                    principal: principal.clone(),
                    before: *before,
                    after: *after,
                });
            }
        }
    }
    let failing = after.failing.iter();
    let failing = failing.filter(|policy| !before.failing.contains(policy));
    MatrixDiff {
        changes,
        not_sampled: after.not_sampled.clone(),
        failing: failing.cloned().collect(),
        principals: after.principals.clone(),
        own: after.own,
    }
}

/// Whether a row of one of the vault's own says nothing that its sample does
/// not. What is denied before and after may differ from the sample: an agent
/// never widens itself.
fn follows_its_sample(
    before: &Matrix,
    after: &Matrix,
    (old, new): (&MatrixRow, &MatrixRow),
) -> bool {
    let sample = new
        .sample
        .and_then(|number| Some((before.rows.get(number)?, after.rows.get(number)?)));
    let Some((old_sample, new_sample)) = sample else {
        return false;
    };
    let own = old.cells.iter().zip(&new.cells);
    let samples = old_sample.cells.iter().zip(&new_sample.cells);
    own.zip(samples).all(|(own, sample)| {
        let stays = |(before, after): (&Cell, &Cell)| before == after;
        own == sample || (stays(own) && (stays(sample) || *own.0 == Cell::Deny))
    })
}

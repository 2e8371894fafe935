//! What a change of policy changes.

use serde::Serialize;

use super::{Cell, Matrix};

/// Every answer that differs between two matrices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MatrixDiff {
    /// The answers that differ.
    pub changes: Vec<MatrixChange>,
}

/// One answer that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MatrixChange {
    /// The action's id.
    pub action: &'static str,
    /// What it does, in words.
    pub what: &'static str,
    /// Who asks.
    pub principal: &'static str,
    /// The answer before.
    pub before: Cell,
    /// The answer after.
    pub after: Cell,
}

impl MatrixDiff {
    /// One line for each answer that differs.
    #[must_use]
    pub fn to_text(&self, colour: bool) -> String {
        if self.changes.is_empty() {
            return "No sample operation gets another answer.\n".to_owned();
        }
        let lines = self.changes.iter().map(|change| {
            let before = super::text::painted(change.before, change.before.as_str(), colour);
            let after = super::text::painted(change.after, change.after.as_str(), colour);
            format!(
                "{:<30} {:<22} {before} → {after}\n",
                change.what, change.principal
            )
        });
        lines.collect()
    }

    /// A table in Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut table = "| what | who | before | after |\n|---|---|---|---|\n".to_owned();
        for change in &self.changes {
            let cells = [
                change.what,
                change.principal,
                change.before.as_str(),
                change.after.as_str(),
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
        let cells = old.cells.iter().zip(&new.cells);
        for ((before, after), principal) in cells.zip(&after.principals) {
            if before != after {
                changes.push(MatrixChange {
                    action: new.action,
                    what: new.what,
                    principal,
                    before: *before,
                    after: *after,
                });
            }
        }
    }
    MatrixDiff { changes }
}

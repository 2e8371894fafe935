//! The difference that a change of policy makes.

use openpass_auth::{Line, SafeText};
use serde::Serialize;

use super::{
    Cell,
    account::Unshown,
    circumstances::{Answers, Circumstances},
    columns::Principal,
    sample::Samples,
    text::in_cell,
};
use crate::{FieldChange, PolicyId};

/// Every answer that differs between two engines, and the policies of which none
/// shows.
///
/// An agent or token of the vault that is treated as its sample is not listed
/// apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MatrixDiff {
    /// The answers that differ.
    pub changes: Vec<MatrixChange>,
    /// The policies that come or go, and of which no sample shows what they do.
    pub unshown: Vec<Unshown>,
    /// The part that was too much to be tried, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_tried: Option<String>,
    /// The vault's agents and tokens that are not sampled, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_sampled: Option<String>,
    /// The policies that cannot be evaluated for a sample, and could before or
    /// were not there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<PolicyId>,
    /// The files that come, go or change, with their lines.
    #[serde(skip)]
    pub(super) files: Vec<FieldChange>,
    /// Everybody who may ask.
    #[serde(skip)]
    pub(super) principals: Vec<String>,
    /// The number of principals, at the end of the list, that are the vault's own
    /// agents.
    #[serde(skip)]
    pub(super) own: usize,
}

/// One answer that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MatrixChange {
    /// The action's id.
    pub action: &'static str,
    /// The operation, in words. Escaped.
    pub what: String,
    /// The requester. Escaped.
    pub principal: String,
    /// The answer before.
    pub before: Cell,
    /// The answer after.
    pub after: Cell,
    /// The times and settings at which the answer differs so; `None` where it always
    /// does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
}

impl MatrixChange {
    /// The operation, and the time at which this is the answer.
    #[must_use]
    pub fn what_and_when(&self) -> String {
        match &self.when {
            None => self.what.clone(),
            Some(when) => format!("{}, {when}", self.what),
        }
    }
}

impl MatrixDiff {
    /// The operations that the person at the command line could do before, and
    /// cannot do any more with any proof. A host that applies policies says so
    /// before anybody answers. [Repair](crate::Action::is_repair) is never
    /// among it.
    pub fn locked(&self) -> impl Iterator<Item = &MatrixChange> {
        let person = self.principals.first();
        self.changes
            .iter()
            .filter(move |change| Some(&change.principal) == person && change.after == Cell::Deny)
    }

    /// Adds the policy files that come, go or change, with their lines, which Markdown
    /// and HTML show. They are not part of [`fields`](Self::fields).
    #[must_use]
    pub fn beside(mut self, files: Vec<FieldChange>) -> Self {
        self.files = files;
        self
    }

    /// The files that it was put [beside](Self::beside).
    #[must_use]
    pub fn files(&self) -> &[FieldChange] {
        &self.files
    }

    /// The lines of the files, by file. Escaped.
    pub(super) fn lines(&self) -> Vec<(String, String)> {
        let line = |line: &Line<SafeText>| match line {
            Line::Added(text) => format!("+ {text}\n"),
            Line::Removed(text) => format!("- {text}\n"),
            Line::Kept(text) => format!("  {text}\n"),
            Line::Unchanged(count) => format!("  ({count} lines stay)\n"),
            Line::NotShown(count) => format!("  ({count} lines are not shown)\n"),
        };
        let files = self.files.iter().map(|file| {
            let shown = file.shown();
            let lines: String = shown.lines.iter().map(line).collect();
            (shown.field.to_string(), lines)
        });
        files.collect()
    }

    /// Writes a line for each answer that differs, and for each policy that no answer
    /// shows.
    #[must_use]
    pub fn to_text(&self, colour: bool) -> String {
        let lines = self.changes.iter().map(|change| {
            let before = super::text::painted(change.before, change.before.as_str(), colour);
            let after = super::text::painted(change.after, change.after.as_str(), colour);
            let when = change.when.as_deref();
            let when = when.map_or_else(String::new, |when| format!("  [{when}]"));
            format!(
                "{:<30} {:<22} {before} → {after}{when}\n",
                change.what, change.principal
            )
        });
        let mut text: String = lines.collect();
        if text.is_empty() {
            text.push_str(NOTHING);
            text.push('\n');
        }
        for line in self.remarks() {
            text += &line;
            text.push('\n');
        }
        text
    }

    /// Returns the lines about what the changes do not say.
    fn remarks(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.named().into_iter().map(|group| group.line()).collect();
        if let Some(not_tried) = &self.not_tried {
            lines.push(format!("Not tried: {not_tried}."));
        }
        if let Some(left_out) = &self.not_sampled {
            lines.push(format!("Not sampled in this vault: {left_out}."));
        }
        lines
    }

    /// A table in Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut table =
            "| what | who | when | before | after |\n|---|---|---|---|---|\n".to_owned();
        for change in &self.changes {
            let cells = [
                in_cell(&change.what),
                in_cell(&change.principal),
                in_cell(change.when.as_deref().unwrap_or("always")),
                change.before.to_string(),
                change.after.to_string(),
            ];
            table += &format!("| {} |\n", cells.join(" | "));
        }
        for line in self.remarks() {
            table += &format!("\n{line}\n");
        }
        for (file, lines) in self.lines() {
            // No line of the text ends the block: each is indented.
            table += &format!("\n{file}\n\n");
            table.extend(lines.lines().map(|line| format!("    {line}\n")));
        }
        table
    }

    /// One page of HTML that needs nothing else.
    #[must_use]
    pub fn to_html(&self) -> String {
        super::html::diff_page(self, &self.remarks())
    }
}

/// The text of a difference in which no answer differs.
const NOTHING: &str = "No sample operation gets a different answer.";

/// Every row of samples and every column, with what each is answered in each of the
/// circumstances.
pub(super) struct Rows<'a> {
    samples: &'a Samples,
    cells: Vec<Vec<Answers>>,
    /// The columns that say something of their own.
    shown: Vec<bool>,
}

impl<'a> Rows<'a> {
    pub(super) fn of(samples: &'a Samples, cells: Vec<Vec<Answers>>) -> Self {
        let shown = vec![true; samples.principals.len()];
        Self {
            samples,
            cells,
            shown,
        }
    }

    /// Leaves out the columns that are like another, where both get the same answers.
    pub(super) fn leave_out_columns(&mut self) {
        for (number, principal) in self.samples.principals.iter().enumerate() {
            let Some(like) = principal.like else {
                continue;
            };
            let is_alike = self.cells.iter().all(|row| {
                let both = row.get(number).zip(row.get(like));
                both.is_none_or(|(own, other)| follows(own, other))
            });
            if is_alike && let Some(shown) = self.shown.get_mut(number) {
                *shown = false;
            }
        }
    }

    fn columns(&self) -> impl Iterator<Item = &Principal> {
        let all = self.samples.principals.iter().zip(&self.shown);
        all.filter(|(_, shown)| **shown).map(|(column, _)| column)
    }

    pub(super) fn principals(&self) -> Vec<String> {
        self.columns().map(|column| column.name.clone()).collect()
    }

    pub(super) fn own(&self) -> usize {
        self.columns().filter(|column| column.own).count()
    }

    /// The answers that differ.
    pub(super) fn changes(&self, circumstances: &Circumstances) -> Vec<MatrixChange> {
        let mut changes = Vec::new();
        for (row, cells) in self.samples.rows.iter().zip(&self.cells) {
            let sample = row.sample.and_then(|number| self.cells.get(number));
            if sample.is_some_and(|sample| row_follows(cells, sample)) {
                continue;
            }
            let columns = self.samples.principals.iter().zip(&self.shown).zip(cells);
            for ((column, _), answers) in columns.filter(|((_, shown), _)| **shown) {
                for (before, after, when) in circumstances.changes(answers) {
                    changes.push(MatrixChange {
                        action: row.action.shipped_id(),
                        what: row.what.clone(),
                        principal: column.name.clone(),
                        before,
                        after,
                        when,
                    });
                }
            }
        }
        changes
    }
}

/// Whether a row of something that has a name says nothing that its sample does not.
fn row_follows(own: &[Answers], sample: &[Answers]) -> bool {
    own.iter()
        .zip(sample)
        .all(|(own, sample)| follows(own, sample))
}

/// Whether some answers say nothing that the others do not. What is denied before and
/// after may differ from the sample: an agent never widens itself.
fn follows(own: &Answers, sample: &Answers) -> bool {
    own.iter().zip(sample).all(|(own, sample)| {
        let stays =
            |cell: &Option<(Cell, Cell)>| cell.is_none_or(|(before, after)| before == after);
        let is_denied = *own == Some((Cell::Deny, Cell::Deny));
        own == sample || (stays(own) && (stays(sample) || is_denied))
    })
}

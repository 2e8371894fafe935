//! The difference that a change of policy makes, as fields of the operation
//! that makes it.

use std::collections::BTreeMap;

use openpass_auth::Line;

use super::{Cell, MatrixChange, MatrixDiff, named::Named};
use crate::{After, Before, Direction, FieldChange};

impl MatrixDiff {
    /// One field for each sample operation and each way in which its answer
    /// changes, with everybody who gets it.
    ///
    /// A store that adds them to an operation has them shown in the prompt,
    /// bound to the grant and logged.
    #[must_use]
    pub fn fields(&self) -> Vec<FieldChange> {
        let mut groups: Vec<(&MatrixChange, Vec<&str>)> = Vec::new();
        let mut known = BTreeMap::new();
        for change in &self.changes {
            let cells = (change.before.as_str(), change.after.as_str());
            let number = known.entry((&change.what, cells, &change.when));
            let number = *number.or_insert_with(|| {
                groups.push((change, Vec::new()));
                groups.len().saturating_sub(1)
            });
            if let Some((_, who)) = groups.get_mut(number) {
                who.push(&change.principal);
            }
        }
        let fields = groups
            .into_iter()
            .map(|(change, who)| field(change, &self.names(&who)));
        bounded(fields.collect())
            .into_iter()
            .chain(self.remarked())
            .collect()
    }

    /// Returns what the samples do not show, as fields.
    fn remarked(&self) -> Vec<FieldChange> {
        let mut fields: Vec<FieldChange> = self.named().iter().map(Named::field).collect();
        let widens = self.unshown.iter().any(|policy| policy.widens);
        if let Some(not_tried) = &self.not_tried {
            let direction = if widens {
                Direction::Widens
            } else {
                Direction::Neutral
            };
            fields.push(said("not tried", not_tried.clone(), direction));
        }
        if let Some(left_out) = &self.not_sampled {
            let field = "of this vault, not sampled";
            fields.push(said(field, left_out.clone(), Direction::Neutral));
        }
        fields
    }

    /// Names the requesters among `who` in words: `everybody`, and the vault's own
    /// agents together where all of them are among `who`.
    fn names(&self, who: &[&str]) -> String {
        // A search finds others, who are in no column.
        if self
            .principals
            .iter()
            .all(|name| who.contains(&name.as_str()))
        {
            return "everybody".to_owned();
        }
        let own = self.principals.len().saturating_sub(self.own);
        let own = self.principals.get(own..).unwrap_or_default();
        let is_own = |name: &&str| own.iter().any(|own| own == name);
        let mut names = who.to_vec();
        if self.own > 1 && names.iter().filter(|name| is_own(name)).count() == self.own {
            names.retain(|name| !is_own(name));
            names.push("every agent of this vault");
        }
        names.join(" / ")
    }
}

/// The most fields that give power and stay fields of their own.
const MOST: usize = 60;

/// The fields; of those that are too many to be bound one by one, a line each.
///
/// INVARIANT (what widens is shown whole): none is counted away.
fn bounded(fields: Vec<FieldChange>) -> Vec<FieldChange> {
    let mut widening = 0_usize;
    let (mut kept, mut lines) = (Vec::new(), Vec::new());
    for field in fields {
        let widens = field.direction == Direction::Widens;
        widening = widening.saturating_add(usize::from(widens));
        if !widens || widening <= MOST {
            kept.push(field);
            continue;
        }
        let answer = |answer: Option<String>| answer.unwrap_or_default();
        let (before, after) = (answer(field.before), answer(field.after));
        lines.push(format!("{}: {before} → {after}", field.field));
    }
    if !lines.is_empty() {
        let count = format!("{} more sample operations", lines.len());
        kept.push(listed("answered otherwise, with more power", count, lines));
    }
    kept
}

/// Puts what gives power into one field, a line each: lines are shown whole.
fn listed(field: &str, count: String, lines: Vec<String>) -> FieldChange {
    let lines = lines.into_iter().map(Line::Added).collect();
    FieldChange::text(
        field,
        Before(None),
        After(Some(count)),
        lines,
        Direction::Widens,
    )
}

fn said(field: &str, text: String, direction: Direction) -> FieldChange {
    FieldChange::new(field, Before(None), After(Some(text)), direction)
}

impl Named<'_> {
    fn field(&self) -> FieldChange {
        match self.widens {
            true if self.is_long() => {
                let names: Vec<String> = self.names().collect();
                listed(&self.head(), format!("{} policies", names.len()), names)
            }
            true => said(&self.head(), self.list(), Direction::Widens),
            false => said(&self.head(), self.list(), Direction::Narrows),
        }
    }
}

fn field(change: &MatrixChange, who: &str) -> FieldChange {
    let answer = |cell: Cell| Some(cell.as_str().to_owned());
    let when = change.when.as_deref();
    let when = when.map_or_else(String::new, |when| format!(", {when}"));
    FieldChange::new(
        format!("{} ({who}){when}", change.what),
        Before(answer(change.before)),
        After(answer(change.after)),
        direction(change.before, change.after),
    )
}

/// An answer that opens a way which was closed widens, whatever it closes.
const fn direction(before: Cell, after: Cell) -> Direction {
    if opens(before, after) {
        Direction::Widens
    } else {
        Direction::Narrows
    }
}

/// Whether a way to a yes is there after, and was not before.
pub(super) const fn opens(before: Cell, after: Cell) -> bool {
    ways(after) & !ways(before) != 0
}

/// Whether a way to a yes was there before, and is not after.
pub(super) const fn closes(before: Cell, after: Cell) -> bool {
    opens(after, before)
}

/// The ways to a yes, a bit each: by the passphrase, by biometry, by a y/N, by a waiver,
/// without anybody, by a factor of another kind; by the passphrase, biometry and another
/// kind where an approver signs, which goes wherever it goes unsigned; and by the
/// system's own check, which counts under its setting alone.
const fn ways(cell: Cell) -> u16 {
    const PASSPHRASE: u16 = 0b00_1000001;
    const BIOMETRY: u16 = 0b01_0000010;
    const ANOTHER: u16 = 0b10_0100000;
    const SIGNED: u16 = 0b11_1000000;
    const SYSTEM_LOGIN: u16 = 0b100_0000000 | BIOMETRY | PASSPHRASE;
    match cell {
        Cell::Allow => 0b111_1111111,
        Cell::Waived => 0b0001000 | BIOMETRY | PASSPHRASE,
        Cell::Confirm => 0b0000100 | BIOMETRY | PASSPHRASE,
        Cell::SystemLogin => SYSTEM_LOGIN,
        Cell::Either => BIOMETRY | PASSPHRASE,
        Cell::EitherSigned => (BIOMETRY | PASSPHRASE) & SIGNED,
        Cell::BiometryOrSigned => BIOMETRY | (PASSPHRASE & SIGNED),
        Cell::PassphraseOrSigned => (BIOMETRY & SIGNED) | PASSPHRASE,
        Cell::Biometry => BIOMETRY,
        Cell::BiometrySigned => BIOMETRY & SIGNED,
        Cell::Passphrase => PASSPHRASE,
        Cell::PassphraseSigned => PASSPHRASE & SIGNED,
        Cell::Another => ANOTHER,
        Cell::AnotherSigned => ANOTHER & SIGNED,
        Cell::Deny => 0,
    }
}

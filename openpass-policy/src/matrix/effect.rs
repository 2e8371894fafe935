//! What a change of policy changes, as fields of the operation that makes it.

use super::{Cell, MatrixChange, MatrixDiff};
use crate::{Direction, FieldChange};

impl MatrixDiff {
    /// One field for each sample operation and each way in which its answer
    /// changes, with everybody who gets it.
    ///
    /// A store that adds them to an operation has them shown in the prompt,
    /// bound to the grant and logged.
    #[must_use]
    pub fn fields(&self) -> Vec<FieldChange> {
        let mut groups: Vec<(&MatrixChange, Vec<&str>)> = Vec::new();
        for change in &self.changes {
            let group = groups.iter_mut().find(|(first, _)| is_alike(first, change));
            match group {
                Some((_, who)) => who.push(change.principal),
                None => groups.push((change, vec![change.principal])),
            }
        }
        groups
            .into_iter()
            .map(|(change, who)| field(change, &who))
            .collect()
    }
}

fn is_alike(a: &MatrixChange, b: &MatrixChange) -> bool {
    (a.what, a.before, a.after) == (b.what, b.before, b.after)
}

fn field(change: &MatrixChange, who: &[&str]) -> FieldChange {
    let who = if who.len() == super::sample::PRINCIPALS.len() {
        "everybody".to_owned()
    } else {
        who.join(" / ")
    };
    let answer = |cell: Cell| Some(cell.as_str().to_owned());
    FieldChange::new(
        format!("{} ({who})", change.what),
        answer(change.before),
        answer(change.after),
        direction(change.before, change.after),
    )
}

/// An answer that opens a way which was closed widens, whatever it closes.
const fn direction(before: Cell, after: Cell) -> Direction {
    if ways(after) & !ways(before) == 0 {
        Direction::Narrows
    } else {
        Direction::Widens
    }
}

/// The ways to a yes: without anybody, by biometry, by the passphrase.
const fn ways(cell: Cell) -> u8 {
    match cell {
        Cell::Allow => 0b111,
        Cell::Either => 0b110,
        Cell::Biometry => 0b100,
        Cell::Passphrase => 0b010,
        Cell::Deny => 0,
    }
}

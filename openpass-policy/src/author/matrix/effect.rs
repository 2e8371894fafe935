//! What a change of policy changes, as fields of the operation that makes it.

use super::{Cell, MatrixChange, MatrixDiff};
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
        for change in &self.changes {
            let group = groups.iter_mut().find(|(first, _)| is_alike(first, change));
            match group {
                Some((_, who)) => who.push(&change.principal),
                None => groups.push((change, vec![&change.principal])),
            }
        }
        let fields = groups
            .into_iter()
            .map(|(change, who)| field(change, &self.names(&who)));
        let left_out = self.not_sampled.clone().map(|left_out| {
            let field = "of this vault, not sampled";
            FieldChange::new(
                field,
                Before(None),
                After(Some(left_out)),
                Direction::Neutral,
            )
        });
        fields.chain(left_out).collect()
    }

    /// Those of `who` in words: `everybody`, and the vault's own agents
    /// together where it is all of them.
    fn names(&self, who: &[&str]) -> String {
        if who.len() == self.principals.len() {
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

fn is_alike(a: &MatrixChange, b: &MatrixChange) -> bool {
    (&a.what, a.before, a.after) == (&b.what, b.before, b.after)
}

fn field(change: &MatrixChange, who: &str) -> FieldChange {
    let answer = |cell: Cell| Some(cell.as_str().to_owned());
    FieldChange::new(
        format!("{} ({who})", change.what),
        Before(answer(change.before)),
        After(answer(change.after)),
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

/// The ways to a yes: by a factor of another kind, without anybody, by a waiver, by a y/N, by biometry, by
/// the passphrase.
const fn ways(cell: Cell) -> u8 {
    match cell {
        Cell::Allow => 0b111111,
        Cell::Waived => 0b01011,
        Cell::Confirm => 0b00111,
        Cell::Either => 0b00011,
        Cell::Biometry => 0b00010,
        Cell::Passphrase => 0b00001,
        Cell::Another => 0b100000,
        Cell::Deny => 0,
    }
}

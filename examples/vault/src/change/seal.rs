//! The change that seals what is approved, and nothing else.

use openpass_policy::{After, Before, Direction, FieldChange, Operation};

use super::{Plan, repair::with_power_now};
use crate::{
    Grade, Vault, VaultError,
    approved::{Baseline, ItemKind, Observed, differing},
};

impl Vault {
    /// Seals the state as it is approved. The first seal shows what it adopts, and who has
    /// power by it; one behind others that nobody signed, what they changed since the last
    /// that somebody did.
    pub(super) fn plan_seal(&self, baseline: &Baseline<'_>) -> Result<Plan, VaultError> {
        // What nobody can read, or others may have written, is put right first.
        drop(self.baseline()?);
        let seals = &baseline.state().seals;
        let before = match baseline.state().sealed() {
            None => "not sealed".to_owned(),
            Some(sealed) if sealed.grade == Grade::Signed => {
                return Err(VaultError::NothingToChange);
            }
            Some(sealed) => format!("seal {}, which nobody signed", sealed.number),
        };
        let next = seals.last.as_ref().map_or(0, |last| last.number);
        let after = format!("seal {}", next.saturating_add(1));
        let mut changes = vec![FieldChange::new(
            "what is approved",
            Before(Some(before)),
            After(Some(after)),
            Direction::Widens,
        )];
        changes.extend(match baseline.since_signed() {
            Some(changed) => changed,
            None => with_power_now(baseline),
        });
        Ok(Plan::new(changes, Vec::new(), Operation::seal_state))
    }
}

impl Baseline<'_> {
    /// Adds to what a change gives what the log has that gives power and that nobody signed.
    ///
    /// INVARIANT (13): who signs the next seal signs that too, so it is shown. A change that
    /// gives nothing takes no signature.
    pub(super) fn show_what_nobody_signed(&self, changes: &mut Vec<FieldChange>) {
        let widens = |change: &FieldChange| change.direction == Direction::Widens;
        let is_logged = self
            .state()
            .sealed()
            .is_some_and(|it| it.grade == Grade::Logged);
        if !is_logged || !changes.iter().any(widens) {
            return;
        }
        for change in self.since_signed().into_iter().flatten().filter(widens) {
            if !changes.iter().any(|shown| shown.field == change.field) {
                changes.push(change);
            }
        }
    }

    /// Returns the changes that the log says were approved since somebody signed. `None`
    /// where nobody did, or where the state that they signed cannot be had any more.
    fn since_signed(&self) -> Option<Vec<FieldChange>> {
        let signed = self.state().signed()?;
        let now = self.state().approved.as_ref()?;
        let mut all = Vec::new();
        for kind in ItemKind::ALL {
            if signed.get(kind) == now.get(kind) {
                continue;
            }
            let then = self.kept(signed, kind)?;
            let part = self.kept(now, kind)?;
            let now = Observed {
                part,
                ..Observed::default()
            };
            let items = differing(kind, &then, &now).into_iter();
            all.extend(items.flat_map(|item| item.changes));
        }
        Some(all)
    }
}

//! The change of the key that signs the guard's log.

use openpass_policy::{After, Before, Direction, FieldChange, Operation};

use super::{Plan, plan::Accepts, repair::in_doubt};
use crate::{Flaw, GuardLog, Vault, VaultError, Verification, approved::Baseline};

impl Vault {
    /// The log itself is no file of the change: its lines say what was done.
    ///
    /// What is shown does not depend on how much is wrong with the log, since
    /// the line that says that this was granted sets a damaged file aside.
    pub(super) fn plan_log_key(&self, baseline: &Baseline<'_>) -> Result<Plan, VaultError> {
        let found = GuardLog::of(self).verify()?;
        let mut changes = vec![FieldChange::new(
            "guard/log.key",
            Before(Some("the key that signs the log".to_owned())),
            After(Some(
                "a new one; the files so far are closed as they are".to_owned(),
            )),
            Direction::Widens,
        )];
        if !found.is_whole() {
            changes.push(FieldChange::new(
                "what is wrong with the log",
                Before(Some("shown by `openpass audit verify`".to_owned())),
                After(Some(
                    "closed with the files, and no longer shown".to_owned(),
                )),
                Direction::Widens,
            ));
            changes.extend(exchanged(&found));
            changes.extend(in_doubt(baseline));
        }
        let mut plan = Plan::new(changes, Vec::new(), Operation::rotate_log_key);
        // What is closed is told no more; what it left in doubt is.
        plan.accepts = Some(Accepts {
            damaged_lines: baseline.state().damaged,
            ..Accepts::default()
        });
        Ok(plan)
    }
}

/// The closed files that are not as they were, by name.
fn exchanged(found: &Verification) -> Option<FieldChange> {
    let problems = found.problems.iter();
    let names: Vec<String> = problems
        .filter(|problem| problem.what == Flaw::ClosedAltered)
        .map(|problem| problem.file.clone())
        .collect();
    (!names.is_empty()).then(|| {
        let field = "closed files that are gone or were edited";
        FieldChange::list(field, Before(None), After(Some(names)), Direction::Widens)
    })
}

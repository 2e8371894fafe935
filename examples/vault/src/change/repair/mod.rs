//! Repair: the closed list of what a person can always do.
//!
//! No policy of one's own decides on it, and nothing that a file says, or is,
//! takes it away. What it puts back was approved once; it approves nothing of
//! its own, but for settings that go back to the defaults.

mod aside;
mod config;
mod effect;
mod files;
mod restore;
mod tokens;

pub(super) use aside::{in_doubt, with_power_now};

use openpass_policy::{After, Before, Direction, FieldChange, Operation};

use super::{Change, FileChange, Plan};
use crate::{
    Settings, Vault, VaultError,
    approved::{Baseline, Held, ItemKind, Touch},
    settings,
};

/// The most lines of one file that come and go and are shown.
const MOST_LINES: usize = 200;
/// The most such lines of all files together.
const MOST_LINES_OF_ALL: usize = 1_000;

impl Change {
    /// Whether it is on the closed list of repairs. The operation of each is
    /// one on which policies of one's own do not decide.
    #[must_use]
    pub const fn is_repair(&self) -> bool {
        matches!(
            self,
            Self::Restore {}
                | Self::ResetSettings {}
                | Self::SetLogAside {}
                | Self::RemovePolicy { .. }
                | Self::RenewApprover {}
        )
    }
}

impl Vault {
    /// Every setting at its default: the file goes, and so does what was
    /// approved of it.
    pub(super) fn plan_settings_reset(&self, baseline: &Baseline<'_>) -> Result<Plan, VaultError> {
        let now = self.settings_given(baseline);
        let before = self.read_or_describe(&self.settings_path())?;
        let defaults = Settings::default();
        let mut readable = now.counts.clone();
        readable.problem = None;
        let mut changes = settings::changes(&readable, &defaults);
        if before.is_none() && changes.is_empty() && now.approved == defaults && now.is_known {
            return Err(VaultError::NothingToChange);
        }
        changes.push(FieldChange::new(
            settings::FILE,
            Before(Some(match (&before, &now.found.problem) {
                (None, _) => "no file".to_owned(),
                (Some(_), None) => "a file".to_owned(),
                (Some(_), Some(_)) => "a file that cannot be used".to_owned(),
            })),
            After(Some("no file: every setting has its default".to_owned())),
            Direction::Widens,
        ));
        let file = before.map(|before| FileChange {
            name: settings::FILE.to_owned(),
            before: Some(before),
            after: None,
        });
        let files = file.into_iter().collect();
        let mut plan = Plan::new(changes, files, Operation::reset_guard_settings);
        plan.touches = defaults
            .values()
            .into_iter()
            .map(|(key, value)| Touch {
                kind: ItemKind::Settings,
                item: String::new(),
                field: Some((key.to_owned(), value.map(Held::Text))),
            })
            .collect();
        plan.resets_settings = true;
        Ok(plan)
    }
}

/// A repair's changes with as many lines as somebody reads: of a longer one, and
/// of all beyond, what describes it. No size or number of files leaves a repair
/// without a prompt.
pub(super) fn bounded(changes: Vec<FieldChange>) -> Vec<FieldChange> {
    let mut left = MOST_LINES_OF_ALL;
    let one = |change: FieldChange| {
        let difference = &change.difference;
        let lines = difference.added().chain(difference.removed()).count();
        match left.checked_sub(lines).filter(|_| lines <= MOST_LINES) {
            Some(rest) => {
                left = rest;
                change
            }
            None => FieldChange::new(
                change.field,
                Before(change.before),
                After(change.after),
                change.direction,
            ),
        }
    };
    changes.into_iter().map(one).collect()
}

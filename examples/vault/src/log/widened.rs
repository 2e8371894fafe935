//! The changes that gave power of late: ten small changes in a row come to a
//! large one.

use core::time::Duration;
use std::collections::BTreeSet;

use jiff::Timestamp;
use openpass_auth::SafeText;
use openpass_policy::Direction;
use serde::{Deserialize, Serialize};

use super::{GuardLog, line::Field, open::Open};
use crate::{Vault, VaultError};

/// The most fields that are kept.
const MOST: usize = 64;
/// The most fields that are told one by one.
const TOLD: usize = 3;
/// A single change is what the prompt itself shows.
const FEWEST: usize = 3;
const OF_LATE: Duration = Duration::from_secs(24 * 60 * 60);

/// A field that was changed and gave power, as it was changed last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Widened {
    /// The change's digest.
    change: String,
    /// The time at which the change was made, as RFC 3339.
    when: String,
    /// The agent that has the field, if an agent has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<String>,
    field: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

/// Notes the fields of a change that was made, as far as they gave power.
pub(super) fn note(all: &mut Vec<Widened>, open: &Open, when: &str) {
    let widens = Some(Direction::Widens.as_str());
    let is_wider = |field: &&Field| field.direction.as_deref() == widens;
    for field in open.changes.iter().filter(is_wider) {
        all.retain(|old| (&old.of, &old.field) != (&open.of, &field.field));
        all.push(Widened {
            change: open.digest.clone(),
            when: when.to_owned(),
            of: open.of.clone(),
            field: field.field.clone(),
            after: field.after.clone(),
        });
    }
    let surplus = all.len().saturating_sub(MOST);
    all.drain(..surplus);
}

impl Vault {
    /// Returns what the changes of the last day come to, where several gave
    /// power.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn widened_of_late(&self) -> Result<Option<SafeText>, VaultError> {
        let all = GuardLog::of(self).state()?.widened;
        let now = Timestamp::now();
        let recent: Vec<&Widened> = all.iter().filter(|it| it.is_of_late(now)).collect();
        let changes: BTreeSet<&str> = recent.iter().map(|it| it.change.as_str()).collect();
        Ok((changes.len() >= FEWEST).then(|| told(changes.len(), &recent)))
    }
}

fn told(changes: usize, fields: &[&Widened]) -> SafeText {
    let mut named: Vec<String> = fields.iter().rev().take(TOLD).map(|it| it.told()).collect();
    if let Some(more) = fields.len().checked_sub(TOLD).filter(|more| *more > 0) {
        named.push(format!("{more} more"));
    }
    SafeText::composed(&format!(
        "{changes} changes gave power within a day, in total: {}",
        named.join("; ")
    ))
}

impl Widened {
    /// A time that nobody can read, or that is still to come, is of late.
    fn is_of_late(&self, now: Timestamp) -> bool {
        let Ok(when) = self.when.parse::<Timestamp>() else {
            return true;
        };
        let age: Result<Duration, _> = now.duration_since(when).try_into();
        age.map_or(true, |age| age <= OF_LATE)
    }

    fn told(&self) -> String {
        let after = self.after.as_deref().unwrap_or("(not set)");
        match &self.of {
            Some(of) => format!("{of} {} {after}", self.field),
            None => format!("{} {after}", self.field),
        }
    }
}

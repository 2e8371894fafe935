//! Repairs that were done.

use openpass_auth::SafeText;
use openpass_policy::Action;
use serde::{Deserialize, Serialize};

use super::{GuardLog, recent};
use crate::{Vault, VaultError};

/// The most repairs that are kept and told one by one.
const MOST: usize = 8;

/// A repair, or several that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Repair {
    /// The action's id.
    action: String,
    /// The policy file that was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    what: Option<String>,
    /// The time at which it was done last, as RFC 3339.
    when: String,
}

/// Notes an operation that was done, if it was a repair.
pub(super) fn note(repairs: &mut Vec<Repair>, action: &str, what: Option<&str>, when: &str) {
    let Some(known) = Action::named(action).filter(|action| action.is_repair()) else {
        return;
    };
    let what = what.filter(|_| known == Action::RemovePolicy);
    let new = Repair {
        action: action.to_owned(),
        what: what.map(str::to_owned),
        when: when.to_owned(),
    };
    repairs.retain(|old| (&old.action, &old.what) != (&new.action, &new.what));
    repairs.push(new);
    let surplus = repairs.len().saturating_sub(MOST);
    repairs.drain(..surplus);
}

impl Repair {
    fn told(&self) -> SafeText {
        let day = SafeText::escape(self.when.get(..10).unwrap_or("?"));
        let what = match Action::named(&self.action) {
            Some(Action::RemovePolicy) => {
                let file = self.what.as_deref().unwrap_or("a policy file");
                format!("{file} was removed")
            }
            Some(Action::ResetGuardSettings) => {
                "the settings of the guard were reset to the defaults".to_owned()
            }
            Some(Action::RenewApprover) => {
                "the passphrase's key was enrolled again as an approver".to_owned()
            }
            Some(Action::SetLogAside) => "a damaged guard log was set aside".to_owned(),
            _ => "the approved state was put back on disk".to_owned(),
        };
        SafeText::fill("Repair on {}: {}", &[&day, &SafeText::escape(&what)])
    }
}

impl Vault {
    /// Returns what every prompt tells of repairs for seven days.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn repair_notices(&self) -> Result<Vec<SafeText>, VaultError> {
        let repairs = GuardLog::of(self).state()?.repairs;
        let recent = repairs.iter().filter(|it| recent::is_told(&it.when));
        Ok(recent.map(Repair::told).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_52_every_kind_of_repair_is_noted_once_and_nothing_else() {
        let mut repairs = Vec::new();
        note(&mut repairs, "widenAgent", None, "2026-03-01T12:00:00Z");
        assert!(repairs.is_empty());
        for _ in 0..2 {
            for action in Action::repairs() {
                note(&mut repairs, action.as_str(), None, "2026-03-01T12:00:00Z");
            }
        }
        assert_eq!(repairs.len(), Action::repairs().count());
        for number in 0..20 {
            let file = format!("policies/{number}.cedar");
            note(
                &mut repairs,
                "removePolicy",
                Some(&file),
                "2026-03-02T12:00:00Z",
            );
        }
        assert_eq!(repairs.len(), MOST);
        let last = repairs.last().map(|it| it.told().to_string());
        let told = "Repair on 2026-03-02: policies/19.cedar was removed";
        assert_eq!(last.as_deref(), Some(told));
    }
}

//! The settings and permits of one's own that the first change with a real
//! factor takes for good beside itself. They would not count without it.

use openpass_policy::{
    After, Before, Channel, ConfigKeyKind, Direction, FieldChange, Principal, Request, Tier,
};

use super::Change;
use crate::{
    Vault,
    approved::{Baseline, Held, ItemKind},
    policies::{self, FOLDER},
};

impl Vault {
    /// Returns what `change` adopts, or `None` where it may adopt nothing.
    ///
    /// Only a person's own change at a prompt adopts anything, as the first
    /// change that the guard knows of this vault. A change that is asked for on
    /// an agent's behalf alters neither settings nor policies, and a passphrase
    /// from a file descriptor is no sign that anybody has read what it takes.
    pub(super) fn adoption(
        &self,
        baseline: &Baseline<'_>,
        request: &Request,
        change: &Change,
        changes: &[FieldChange],
    ) -> Option<Vec<FieldChange>> {
        let person = request.principal == Principal::User && request.channel == Channel::Cli;
        let may = person && request.attended && is_critical(change, changes);
        // No size or count of what waits takes repair away: it adopts nothing.
        if baseline.exists() || !may || change.is_repair() {
            return None;
        }
        let named: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
        let mut all = self.not_approved(baseline);
        // What the change itself says is not said twice.
        all.retain(|adopted| !named.contains(&adopted.field.as_str()));
        Some(all)
    }

    /// The settings and permits of one's own that do not count, because nobody
    /// has approved anything yet.
    pub(crate) fn not_approved(&self, baseline: &Baseline<'_>) -> Vec<FieldChange> {
        let mut all = self.settings_given(baseline).not_in_effect();
        let observed = baseline.observed(ItemKind::Policies);
        let approved = self.approved_policies(baseline).ok();
        for (name, fields) in &observed.part {
            let text = fields.get("text");
            let counts = approved.as_ref().zip(text.and_then(Held::as_text));
            let counts = counts.is_some_and(|(approved, text)| approved.permits(name, text));
            if !counts && policies::may_permit(name, text) {
                all.push(FieldChange::new(
                    format!("{FOLDER}/{name}"),
                    Before(Some("only what it forbids counts".to_owned())),
                    After(text.map(Held::to_string)),
                    Direction::Widens,
                ));
            }
        }
        all
    }
}

/// Whether the change takes a real factor: the constructors of operations
/// decide by the same.
fn is_critical(change: &Change, changes: &[FieldChange]) -> bool {
    let widens = || changes.iter().any(|it| it.direction == Direction::Widens);
    match change {
        Change::SetTier { .. } | Change::EditAgent { .. } => widens(),
        Change::AddAgent { tier, .. } => *tier != Tier::ReadOnly || widens(),
        Change::SetConfigKey { key, .. } => ConfigKeyKind::of(key) != ConfigKeyKind::Routine,
        _ => true,
    }
}

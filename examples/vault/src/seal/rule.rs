//! The setting `seal: signed`: what nobody signed gives no power.

use openpass_policy::{Direction, FieldChange, Grant, Operation};

use crate::{
    Grade, Proposal, SealRule, Vault, VaultError,
    approved::{
        Approved, Baseline, ItemKind, Observed, Part, differing, put, settings_of, widening_fields,
    },
};

impl Vault {
    /// Whether `operation` counts only with an approver's signature.
    ///
    /// Repair stands apart: it puts back what was approved, and no key that is lost takes
    /// it away.
    pub(crate) fn takes_signatures_alone(&self, operation: &Operation) -> bool {
        let mut changes = operation.changes().iter();
        let widens = changes.any(|change| change.direction == Direction::Widens);
        let is_under_it = self.settings().seal == SealRule::Signed;
        (is_under_it && widens && !operation.action().is_repair()) || begins(operation)
    }

    /// Refuses what would have to be signed and is not.
    ///
    /// INVARIANT: a host may have asked without the [`Door`](crate::Door); the store does
    /// not rely on it.
    pub(crate) fn is_signed_enough(&self, grant: &Grant, now: &Proposal) -> Result<(), VaultError> {
        let is_signed = grant.approval().is_some();
        match is_signed || !self.takes_signatures_alone(now.operation()) {
            true => Ok(()),
            false => Err(VaultError::NotSigned),
        }
    }
}

/// Whether it puts the rule in force: without a signature to begin with, there would be
/// nothing that counts under it.
fn begins(operation: &Operation) -> bool {
    let signed = SealRule::Signed.as_str();
    let mut changes = operation.changes().iter();
    changes.any(|change| change.field == "seal" && change.after.as_deref() == Some(signed))
}

impl Baseline<'_> {
    /// `part`, which is approved as the log says, without what gives more power than was
    /// signed, where only what is signed gives any.
    ///
    /// INVARIANT: who can write the log can write a seal that nobody signed. Under the rule
    /// such a seal takes power and gives none.
    ///
    /// # Errors
    ///
    /// Why that cannot be told: what was signed cannot be had any more.
    pub(crate) fn as_signed(&self, kind: ItemKind, mut part: Part) -> Result<Part, String> {
        let sealed = self.state().sealed();
        let is_signed = sealed.is_some_and(|it| it.grade == Grade::Signed);
        if is_signed {
            return Ok(part);
        }
        let Some(signed) = self.state().signed() else {
            return self.without_a_signature(part);
        };
        let is_same =
            self.state().approved.as_ref().map(|it| it.get(kind)) == Some(signed.get(kind));
        let lost = || "what was signed last is no longer available".to_owned();
        if is_same || !self.is_under_the_rule(signed).ok_or_else(lost)? {
            return Ok(part);
        }
        let then = self.kept(signed, kind).ok_or_else(lost)?;
        let now = Observed {
            part: part.clone(),
            ..Observed::default()
        };
        for item in differing(kind, &then, &now) {
            let widens = |it: &FieldChange| it.direction == Direction::Widens;
            match (item.before, part.get_mut(&item.name)) {
                // What was narrowed beside it stays so.
                (Some(before), Some(fields)) => {
                    for field in widening_fields(kind, &before, fields) {
                        put(fields, &field, before.get(&field));
                    }
                }
                _ if !item.changes.iter().any(widens) => {}
                (Some(before), None) => drop(part.insert(item.name, before)),
                (None, _) => drop(part.remove(&item.name)),
            }
        }
        Ok(part)
    }

    /// `part`, of a state of which nothing was signed, or is not any more.
    fn without_a_signature(&self, part: Part) -> Result<Part, String> {
        let now = self.state().approved.as_ref();
        match now.and_then(|now| self.says_so(now)) {
            // The rule begins with a signature, so one is missing.
            Some(true) => Err("what was signed of it is missing".to_owned()),
            _ => Ok(part),
        }
    }

    /// Whether the settings that were signed, or those that the log has since, say so;
    /// `None` where neither can be read.
    fn is_under_the_rule(&self, signed: &Approved) -> Option<bool> {
        let now = self.state().approved.as_ref();
        match now.and_then(|now| self.says_so(now)) {
            Some(true) => Some(true),
            _ => self.says_so(signed),
        }
    }

    /// Whether its settings put the rule in force; `None` where they cannot be read.
    fn says_so(&self, approved: &Approved) -> Option<bool> {
        let part = self.kept(approved, ItemKind::Settings)?;
        let settings = settings_of(part.get("")?).ok()?;
        Some(settings.seal == SealRule::Signed)
    }
}

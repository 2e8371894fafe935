//! The guard's own state: settings, enrolment, what was changed outside.

use std::collections::BTreeSet;

use openpass_auth::SafeText;
use openpass_policy::{Direction, FieldChange, Operation, Request};

use super::{FileChange, Plan, plan::Accepts};
use crate::{
    Settings, Vault, VaultError,
    approved::{Baseline, Held, Kind, Known, Part, Touch, differing},
    files, hash, settings,
    yaml::{Document, Edit, NewValue},
};

/// The pin that tells the enrolled fingers or faces from others.
const ENROLMENT: &str = "guard/enrolment";

impl Vault {
    /// The enrolment that was last taken for good; `None` when none was.
    ///
    /// # Errors
    ///
    /// That the file cannot be read.
    pub fn enrolment_pin(&self) -> Result<Option<String>, VaultError> {
        let bytes = files::read_own(&self.dir().join(ENROLMENT))?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()))
    }

    pub(super) fn plan_setting(
        &self,
        key: &str,
        value: Option<&str>,
        baseline: &Baseline<'_>,
    ) -> Result<Plan, VaultError> {
        let refused = |problem| VaultError::RefusedValue {
            key: SafeText::quoted(key),
            problem,
        };
        settings::accepts(key, value).map_err(refused)?;
        let now = self.settings_given(baseline);
        let bytes = files::read_or_describe(&self.settings_path())?;
        let text = match &bytes {
            Some(bytes) if now.found.problem.is_none() => edited(bytes, key, value)?,
            // What nobody can read gives way to a file with this one setting;
            // every other has its default then.
            _ => edited(b"", key, value)?,
        };
        let found = Settings::parse(&text).map_err(refused)?;
        let then = now.after_setting(key, found);
        let file = FileChange {
            name: settings::FILE.to_owned(),
            before: bytes,
            after: Some(text.into_bytes()),
        };
        let mut changes = settings::changes(&now.counts, &then.counts);
        // What the file says already and does not count is approved by this.
        let approves = now.approved.value(key) != then.approved.value(key) || !baseline.exists();
        let is_written = file.before == file.after;
        if is_written && changes.is_empty() && !approves {
            return Err(VaultError::NothingToChange);
        }
        if changes.is_empty() {
            let same = Some("as it is in effect, written out".to_owned());
            changes.push(FieldChange::new(key, None, same, Direction::Neutral));
        }
        let files = if is_written { Vec::new() } else { vec![file] };
        let mut plan = Plan::new(changes, files, Operation::change_guard_settings);
        plan.touches.push(Touch {
            kind: Kind::Settings,
            item: String::new(),
            field: Some((key.to_owned(), then.found.value(key).map(Held::Text))),
        });
        Ok(plan)
    }

    pub(super) fn plan_enrolment(&self, pin: &str) -> Result<Plan, VaultError> {
        if hash::unhex::<32>(pin.as_bytes()).is_none() {
            return Err(VaultError::RefusedValue {
                key: SafeText::literal("enrolment"),
                problem: "it takes 64 hexadecimal digits".to_owned(),
            });
        }
        let before = files::read_own(&self.dir().join(ENROLMENT))?;
        let after = format!("{pin}\n").into_bytes();
        if before.as_ref() == Some(&after) {
            return Err(VaultError::NothingToChange);
        }
        let change = FieldChange::new(
            "enrolment",
            self.enrolment_pin()?,
            Some(pin.to_owned()),
            Direction::Widens,
        );
        let file = FileChange {
            name: ENROLMENT.to_owned(),
            before,
            after: Some(after),
        };
        Ok(Plan::new(
            vec![change],
            vec![file],
            Operation::change_guard_settings,
        ))
    }

    /// Takes what was changed outside the guard for good, every field shown.
    ///
    /// What makes the guard itself easier is accepted at a prompt alone: a
    /// passphrase from a file descriptor is no sign that anybody has read it.
    pub(super) fn plan_acceptance(
        &self,
        request: &Request,
        baseline: &Baseline<'_>,
    ) -> Result<Plan, VaultError> {
        // What nobody can read, or others may have written, is put right first.
        drop(self.baseline()?);
        let (drift, differing) = self.drift_from(baseline);
        let mut kinds = BTreeSet::new();
        let mut changes = Vec::new();
        let mut unreadable = None;
        for (kind, one) in differing {
            match &one.unreadable {
                Some(problem) => {
                    let what = SafeText::escape(&one.item);
                    let problem = problem.clone();
                    unreadable.get_or_insert(VaultError::NotAcceptable { what, problem });
                }
                None if request.attended || !decides(kind) => {
                    kinds.insert(kind);
                    changes.extend(one.changes);
                }
                None => {}
            }
        }
        for kind in self.lost(baseline) {
            if request.attended || !decides(kind) {
                kinds.insert(kind);
                changes.extend(self.as_found(kind));
            }
        }
        if drift.log_is_damaged {
            let lines = Some(format!("{} damaged lines", drift.damaged_lines));
            changes.push(FieldChange::new(
                "guard/log.jsonl",
                None,
                lines,
                Direction::Widens,
            ));
        }
        if changes.is_empty() && drift.only_the_identity() {
            // It has a way of its own: nothing else is washed with it.
            return Err(VaultError::OnlyTheIdentity);
        }
        if changes.is_empty() {
            let waits = !baseline.exists() && !self.not_approved(baseline).is_empty();
            return match unreadable {
                Some(error) => Err(error),
                // The first baseline adopts them.
                None if waits && request.attended => Ok(acceptance(changes, kinds, 0)),
                None if !drift.is_empty() || waits => Err(VaultError::NeedsAPrompt),
                None => Err(VaultError::NothingToChange),
            };
        }
        Ok(acceptance(changes, kinds, drift.damaged_lines))
    }

    /// The kinds of which the log says that there was something, and whose
    /// values are lost.
    fn lost(&self, baseline: &Baseline<'_>) -> Vec<Kind> {
        let lost = |kind: &Kind| {
            let observed = self.observed(*kind);
            let known = baseline.of(*kind, &observed);
            // Settings and policies are never taken as found without a word.
            let unsaid = matches!(known, Known::Nothing) && baseline.exists() && decides(*kind);
            (matches!(known, Known::Lost(_)) || unsaid) && !observed.is_dark()
        };
        Kind::ALL.into_iter().filter(lost).collect()
    }

    /// All of a kind, of which nothing is known, as it is found.
    fn as_found(&self, kind: Kind) -> Vec<FieldChange> {
        let nothing = match kind {
            Kind::Settings => kind.read(settings::FILE, None).unwrap_or_default(),
            _ => Part::new(),
        };
        let mut changes = vec![FieldChange::new(
            kind.file(),
            Some("what was approved is lost".to_owned()),
            Some("as it is found".to_owned()),
            Direction::Widens,
        )];
        let all = differing(kind, &nothing, &self.observed(kind));
        changes.extend(all.into_iter().flat_map(|one| one.changes));
        changes
    }
}

/// Whether the kind says what the guard itself asks for.
const fn decides(kind: Kind) -> bool {
    matches!(kind, Kind::Settings | Kind::Policies)
}

fn acceptance(changes: Vec<FieldChange>, kinds: BTreeSet<Kind>, damaged_lines: u64) -> Plan {
    let mut plan = Plan::new(changes, Vec::new(), Operation::accept_drift);
    plan.accepts = Some(Accepts {
        kinds,
        damaged_lines,
    });
    plan
}

fn edited(bytes: &[u8], key: &str, value: Option<&str>) -> Result<String, VaultError> {
    let edit = match value {
        Some(value) => Edit::set([key], NewValue::Text(value.to_owned())),
        None => Edit::remove([key]),
    };
    Document::parse(bytes)
        .and_then(|document| document.apply(&[edit]))
        .map_err(|source| VaultError::Yaml {
            path: SafeText::literal(settings::FILE),
            source,
        })
}

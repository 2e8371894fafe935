//! The guard's own state: settings, enrolment, what was changed outside.

use openpass_auth::SafeText;
use openpass_policy::{Direction, FieldChange, Operation};

use super::{FileChange, Plan, plan::Accepts};
use crate::{
    Settings, Vault, VaultError, files, hash, settings,
    vault::IDENTITY,
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

    pub(super) fn plan_setting(&self, key: &str, value: Option<&str>) -> Result<Plan, VaultError> {
        settings::accepts(key, value).map_err(|problem| VaultError::RefusedValue {
            key: SafeText::quoted(key),
            problem,
        })?;
        let before = self.settings();
        let path = self.settings_path();
        let bytes = files::read_or_describe(&path)?;
        let text = match &bytes {
            Some(bytes) if before.problem.is_none() => edited(bytes, key, value)?,
            // What nobody can read gives way to a file with this one setting;
            // every other has its default then.
            _ => edited(b"", key, value)?,
        };
        let after = Settings::parse(&text).map_err(|problem| VaultError::RefusedValue {
            key: SafeText::quoted(key),
            problem,
        })?;
        let file = FileChange {
            name: settings::FILE.to_owned(),
            before: bytes,
            after: Some(text.into_bytes()),
        };
        if file.before == file.after {
            return Err(VaultError::NothingToChange);
        }
        let mut changes = settings::changes(&before, &after);
        if changes.is_empty() {
            let same = Some("as it is in effect, written out".to_owned());
            changes.push(FieldChange::new(key, None, same, Direction::Neutral));
        }
        Ok(Plan::new(
            changes,
            vec![file],
            Operation::change_guard_settings,
        ))
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

    pub(super) fn plan_acceptance(&self) -> Result<Plan, VaultError> {
        let mut drift = self.drift()?;
        if drift.is_empty() {
            return Err(VaultError::NothingToChange);
        }
        // It has a way of its own: nothing else is washed with it.
        drift.items.retain(|item| item.name != IDENTITY);
        if drift.is_empty() {
            return Err(VaultError::OnlyTheIdentity);
        }
        let mut changes: Vec<FieldChange> = drift
            .items
            .iter()
            .map(|item| {
                let (before, after) = (item.before.clone(), item.after.clone());
                FieldChange::new(item.name.clone(), before, after, Direction::Widens)
            })
            .collect();
        if drift.log_is_damaged {
            let lines = Some(format!("{} damaged lines", drift.damaged_lines));
            changes.push(FieldChange::new(
                "guard/log.jsonl",
                None,
                lines,
                Direction::Widens,
            ));
        }
        let mut plan = Plan::new(changes, Vec::new(), Operation::accept_drift);
        plan.accepts = Some(Accepts {
            items: drift
                .items
                .into_iter()
                .map(|item| (item.name, item.after))
                .collect(),
            damaged_lines: drift.damaged_lines,
        });
        Ok(plan)
    }
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

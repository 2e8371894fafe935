//! The guard's own state: settings and enrolment.

use openpass_auth::SafeText;
use openpass_policy::{After, Before, Direction, FieldChange, Operation};

use super::{FileChange, Plan};
use crate::{
    Settings, Vault, VaultError,
    approved::{Baseline, Held, ItemKind, Touch},
    hash, settings,
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
        let bytes = self.read_own(&self.dir().join(ENROLMENT))?;
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
        let bytes = self.read_or_describe(&self.settings_path())?;
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
        let bytes = |file: &Option<Vec<u8>>| file.clone().unwrap_or_default();
        let is_written = bytes(&file.before) == bytes(&file.after);
        if is_written && changes.is_empty() && !approves {
            return Err(VaultError::NothingToChange);
        }
        if changes.is_empty() {
            let same = |it: &Settings| it.value(key).map(|it| format!("{it}, as it is in effect"));
            let (before, after) = (same(&now.found), same(&then.found));
            changes.push(FieldChange::new(
                key,
                Before(before),
                After(after),
                Direction::Neutral,
            ));
        }
        let files = if is_written { Vec::new() } else { vec![file] };
        let mut plan = Plan::new(changes, files, Operation::change_guard_settings);
        plan.touches.push(Touch {
            kind: ItemKind::Settings,
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
        let before = self.read_own(&self.dir().join(ENROLMENT))?;
        let after = format!("{pin}\n").into_bytes();
        if before.as_ref() == Some(&after) {
            return Err(VaultError::NothingToChange);
        }
        let change = FieldChange::new(
            "enrolment",
            Before(self.enrolment_pin()?),
            After(Some(pin.to_owned())),
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
}

/// The settings' text with one of them set, or gone.
pub(super) fn edited(bytes: &[u8], key: &str, value: Option<&str>) -> Result<String, VaultError> {
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

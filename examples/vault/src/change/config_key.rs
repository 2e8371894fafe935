//! Keys of config.yaml.

use openpass_auth::SafeText;
use openpass_policy::{
    After, Before, ConfigKeyKind, Direction, FieldChange, Operation, Principal, Request,
};

use super::{Change, FieldEdit, Plan, auth::auth_plan};
use crate::{
    Vault, VaultError, names, parse_tier,
    product::{self, ValueKind},
    yaml::{Edit, decode},
};

/// The one form of `change`, for all ways in which it can be asked for.
///
/// INVARIANT (two ways to the same change get the same decision): a key of
/// config.yaml that has a change of its own becomes that change here, before
/// anything else looks at it.
pub(super) fn normalised(change: Change) -> Result<Change, VaultError> {
    match change {
        Change::SetConfigKey { key, value } => of_key(key, value),
        Change::EditAgent { agent, edits } => of_edits(agent, edits),
        other => Ok(other),
    }
}

fn of_key(key: String, value: String) -> Result<Change, VaultError> {
    match ConfigKeyKind::of(&key) {
        ConfigKeyKind::Agents => match parts(&key)?.as_slice() {
            [_, agent, field] => of_edits(
                (*agent).to_owned(),
                vec![FieldEdit {
                    field: (*field).to_owned(),
                    value,
                }],
            ),
            _ => Err(refused(&key, "name one field, as in agents.NAME.canWrite")),
        },
        ConfigKeyKind::AuthMethod if key == "authMethod" => crate::parse_auth_method(&value)
            .map(|method| Change::SetAuthMethod { method })
            .ok_or_else(|| {
                let shown = SafeText::quoted(&value);
                refused(
                    &key,
                    &format!("it takes passphrase or touchid, not {shown}"),
                )
            }),
        _ => Ok(Change::SetConfigKey { key, value }),
    }
}

fn of_edits(agent: String, edits: Vec<FieldEdit>) -> Result<Change, VaultError> {
    match edits.as_slice() {
        [] => Err(VaultError::NothingToChange),
        [FieldEdit { field, value }] if field == "tier" => parse_tier(value)
            .map(|tier| Change::SetTier { agent, tier })
            .map_err(|unknown| refused("tier", &unknown.to_string())),
        _ => Ok(Change::EditAgent { agent, edits }),
    }
}

impl Vault {
    pub(super) fn plan_config_key(
        &self,
        request: &Request,
        (key, value): (&str, &str),
    ) -> Result<Plan, VaultError> {
        let path = parts(key)?;
        let kind = product::key(&path);
        if kind.is_none() {
            may_be_unknown(request, &path)?;
        }
        let new = product::value(key, kind, value).map_err(|problem| refused(key, &problem))?;
        let edit = self.edit_config(|now| {
            sections_lead_to(now, &path)?;
            Ok(vec![Edit::set(path.iter().copied(), new)])
        })?;
        if edit.file.before == edit.file.after {
            return Err(VaultError::NothingToChange);
        }
        let (before, after) = (edit.before.text_of(&path), edit.after.text_of(&path));
        if ConfigKeyKind::of(key) == ConfigKeyKind::AuthMethod {
            return auth_plan(key, (before, after), edit);
        }
        let direction = match ConfigKeyKind::of(key) {
            ConfigKeyKind::Routine => Direction::Neutral,
            _ => Direction::Widens,
        };
        let shown = |text: &Option<String>| text.as_ref().map(|it| product::shown_value(key, it));
        let mut change =
            FieldChange::new(key, Before(shown(&before)), After(shown(&after)), direction);
        if let Some(seen) = after.and_then(|text| Some(product::seen_value(key, &text)?.to_owned()))
        {
            change = change.seen_as(seen);
        }
        // The kinds that have no such operation were turned into theirs.
        let name = key.to_owned();
        let texts = (edit.before.text_of(&path), edit.after.text_of(&path));
        let values = (Before(None), After(None));
        let placed = Operation::set_config_key(self.request(), &name, values, nothing()).is_ok();
        if !placed {
            return Err(refused(
                key,
                "another command changes it; see `openpass --help`",
            ));
        }
        Ok(Plan::new(
            vec![change],
            vec![edit.file],
            move |request, effect| {
                let (before, after) = &texts;
                let values = (before.as_deref(), after.as_deref());
                config_operation(request, &name, values, effect)
            },
        ))
    }
}

fn nothing() -> openpass_policy::Effect {
    openpass_policy::Effect::new(Vec::new(), openpass_policy::StateDigest::of(&[]))
}

/// The operation of a key that is known to have one. If it had none after all,
/// a change of the guard's own settings is at least as hard to get.
pub(super) fn config_operation(
    request: openpass_policy::Request,
    name: &str,
    (before, after): (Option<&str>, Option<&str>),
    effect: openpass_policy::Effect,
) -> Operation {
    let values = (Before(before), After(after));
    Operation::set_config_key(request.clone(), name, values, effect.clone())
        .unwrap_or_else(|_| Operation::change_guard_settings(request, effect))
}

/// Whether a key that the product does not know may be set: not in another
/// spelling of a known one, and not for an agent, which may bet on what a later
/// version makes of it.
fn may_be_unknown(request: &Request, path: &[&str]) -> Result<(), VaultError> {
    let agent = matches!(request.principal, Principal::Agent(_));
    if agent || product::respelt(path).is_some() {
        return Err(refused(&path.join("."), &product::no_key(path)));
    }
    Ok(())
}

/// Whether what is above the key holds keys, as far as the product knows it.
fn sections_lead_to(now: &crate::Config, path: &[&str]) -> Result<(), VaultError> {
    for length in 1..path.len() {
        let above = path.get(..length).unwrap_or_default();
        match product::key(above) {
            None | Some(ValueKind::Section) => {}
            Some(_) => return Err(refused(&path.join("."), "the key above it holds one value")),
        }
        let written = now.document().tree().get(above);
        if written.is_some_and(|tree| decode::members(tree).is_err()) {
            return Err(refused(&above.join("."), "it holds one value, and no keys"));
        }
    }
    Ok(())
}

/// The parts of a key, each of which can be one.
fn parts(key: &str) -> Result<Vec<&str>, VaultError> {
    let parts: Vec<&str> = key.split('.').collect();
    for part in &parts {
        names::key_part(part)?;
    }
    Ok(parts)
}

fn refused(key: &str, problem: &str) -> VaultError {
    VaultError::RefusedValue {
        key: SafeText::quoted(key),
        problem: problem.to_owned(),
    }
}

//! Changes of the auth method, by which the vault is unlocked.

use openpass_policy::{After, AuthMethod, Before, Direction, FieldChange, Operation};

use super::{Plan, profile::ConfigEdit};
use crate::{
    Vault, VaultError,
    yaml::{Edit, NewValue},
};

/// The field that says how the vault is unlocked, whatever key says so.
pub(super) const IN_EFFECT: &str = "auth method in effect";

impl Vault {
    pub(super) fn plan_auth_method(&self, method: AuthMethod) -> Result<Plan, VaultError> {
        let edit = self.edit_config(|_| {
            let value = NewValue::Text(method.as_str().to_owned());
            Ok(vec![Edit::set(["authMethod"], value)])
        })?;
        let written = |config: &crate::Config| config.text_of(&["authMethod"]);
        let change = (written(&edit.before), written(&edit.after));
        auth_plan("authMethod", change, edit)
    }
}

/// A change of one of the keys that say how the vault is unlocked. It is
/// critical either way: one method may be weaker than the other for this
/// vault, and nobody can tell from here.
pub(super) fn auth_plan(
    key: &str,
    (written_before, written_after): (Option<String>, Option<String>),
    edit: ConfigEdit,
) -> Result<Plan, VaultError> {
    if edit.file.before == edit.file.after {
        return Err(VaultError::NothingToChange);
    }
    let (before, after) = (edit.before.auth_method(), edit.after.auth_method());
    let mut changes = vec![FieldChange::new(
        key,
        Before(written_before),
        After(written_after),
        Direction::Widens,
    )];
    if before != after {
        changes.push(FieldChange::new(
            IN_EFFECT,
            Before(Some(before.to_string())),
            After(Some(after.to_string())),
            Direction::Widens,
        ));
    }
    Ok(Plan::new(
        changes,
        vec![edit.file],
        move |request, effect| {
            Operation::set_auth_method(request, Before(before), After(after), effect)
        },
    ))
}

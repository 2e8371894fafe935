//! Keys of config.yaml that have no operation of their own.

use super::{Group, Phrase, Row, Sample, SampleParts};
use crate::{
    Action, After, Before, ConfigKeyKind, ConfigValue, Direction, Effect, Operation, Request,
    Resource, operation::Extra,
};

pub(crate) const CHANGE_AUDIT_SETTINGS: Row = Row {
    groups: &[Group::Guardrails],
    phrase: Phrase::Words("change the audit settings"),
    build: |asked| key_set(asked.widens(), "audit.maxBackups", asked),
    samples: &[Sample::that("change the audit")],
};

pub(crate) const SET_CONFIG_KEY: Row = Row {
    groups: &[Group::Critical],
    phrase: Phrase::Words("set {} in the configuration"),
    // As a store has it: a routine key gives no power, and is the other action.
    build: |asked| match ConfigKeyKind::of(asked.id) {
        ConfigKeyKind::Routine => key_set((asked.effect)(Direction::Neutral), asked.id, asked),
        _ => key_set(asked.widens(), asked.id, asked),
    },
    samples: &[
        Sample::that("set security.*, vault.path").on("vault.path"),
        Sample::that("set an unknown key").on("unknown"),
        Sample::that("set mcp.bind")
            .on("mcp.bind")
            .to_value("0.0.0.0"),
    ],
};

pub(crate) const SET_ROUTINE_CONFIG_KEY: Row = Row {
    groups: &[Group::Config, Group::Routine],
    phrase: Phrase::Words("set {} in the configuration"),
    build: |asked| key_set((asked.effect)(Direction::Neutral), asked.id, asked),
    samples: &[
        Sample::that("set logging.level").on("logging.level"),
        Sample::that("set clipboard.*").on("clipboard.auto_clear_duration"),
    ],
};

fn key_set(effect: Effect, key: &str, asked: SampleParts<'_>) -> Result<Operation, String> {
    let request = asked.request;
    let values = (Before(None), After(asked.value));
    Operation::set_config_key(request, key, values, effect).map_err(|why| format!("`{key}`: {why}"))
}

/// A key of config.yaml that has a constructor of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} is not plain configuration: its action is {}, which `{}` builds", .0.about(), .0.actions(), .0.constructor())]
#[expect(clippy::exhaustive_structs, reason = "it is its one field")]
pub struct MisplacedConfigKey(pub ConfigKeyKind);

impl Operation {
    /// Sets the key `name` of config.yaml, from one value to another. Critical but for
    /// the keys of [`ROUTINE_KEYS`](crate::ROUTINE_KEYS), and for those too if any field
    /// widens. Of the values, policy learns what [`ConfigValue`] says; they are kept
    /// nowhere.
    ///
    /// # Errors
    ///
    /// [`MisplacedConfigKey`] for the keys of agents and of the auth method:
    /// two ways to the same change must get the same decision.
    pub fn set_config_key(
        request: Request,
        name: &str,
        (Before(before), After(after)): (Before<Option<&str>>, After<Option<&str>>),
        effect: Effect,
    ) -> Result<Self, MisplacedConfigKey> {
        let (action, resource) = match ConfigKeyKind::of(name) {
            kind @ (ConfigKeyKind::Agents | ConfigKeyKind::AuthMethod) => {
                return Err(MisplacedConfigKey(kind));
            }
            ConfigKeyKind::Audit => (Action::ChangeAuditSettings, Resource::AuditSettings),
            ConfigKeyKind::Routine if !effect.widens() => (Action::SetRoutineConfigKey, key(name)),
            ConfigKeyKind::Routine | ConfigKeyKind::Credential | ConfigKeyKind::Other => {
                (Action::SetConfigKey, key(name))
            }
        };
        let has_values = action != Action::ChangeAuditSettings;
        let operation = Self::new_of(request, action, resource, effect);
        if !has_values {
            return Ok(operation);
        }
        let (before, after) = (ConfigValue::of(name, before), ConfigValue::of(name, after));
        Ok(operation.with_extra(Extra::Value { before, after }))
    }
}

fn key(name: &str) -> Resource {
    let name = name.to_owned();
    Resource::ConfigKey { name }
}

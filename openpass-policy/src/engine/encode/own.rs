//! A host's own entities and values, as Cedar's.

use std::collections::{BTreeMap, HashMap, HashSet};

use cedar_policy::{Entity as CedarEntity, EntityUid, RestrictedExpression};

use super::entity_uid;
use crate::{Denial, Entity, Operation, OperationError, Value, engine::model};

/// Every entity that `operation` tells of.
pub(super) fn entities(operation: &Operation) -> Result<Vec<CedarEntity>, OperationError> {
    let (told, problems) = model::told(operation);
    if !problems.is_empty() {
        return Err(OperationError::new(problems));
    }
    told.into_values().map(entity).collect()
}

fn entity(entity: &Entity) -> Result<CedarEntity, OperationError> {
    let attributes: HashMap<_, _> = pairs(entity.attributes())?.into_iter().collect();
    let parents = entity.parents().iter().map(uid);
    let parents = parents.collect::<Result<HashSet<EntityUid>, _>>()?;
    let tags = pairs(entity.tags())?;
    CedarEntity::new_with_tags(uid(entity)?, attributes, parents, tags)
        .map_err(OperationError::of_cedar)
}

fn uid(entity: &Entity) -> Result<EntityUid, OperationError> {
    entity_uid(entity).map_err(|denial| match denial {
        Denial::InvalidRequest { problems: error } => error,
        other => OperationError::of_cedar(other),
    })
}

/// Named values.
pub(super) fn pairs(
    values: &BTreeMap<String, Value>,
) -> Result<Vec<(String, RestrictedExpression)>, OperationError> {
    let pairs = values.iter();
    pairs
        .map(|(name, value)| Ok((name.clone(), expression(value)?)))
        .collect()
}

fn expression(value: &Value) -> Result<RestrictedExpression, OperationError> {
    Ok(match value {
        Value::Bool(value) => RestrictedExpression::new_bool(*value),
        Value::Long(value) => RestrictedExpression::new_long(*value),
        Value::Text(text) => RestrictedExpression::new_string(text.clone()),
        Value::Decimal(text) => RestrictedExpression::new_decimal(text),
        Value::Ip(text) => RestrictedExpression::new_ip(text),
        Value::Datetime(text) => RestrictedExpression::new_datetime(text),
        Value::Duration(text) => RestrictedExpression::new_duration(text),
        Value::Entity(entity) => RestrictedExpression::new_entity_uid(uid(entity)?),
        Value::Set(values) => {
            let values = values.iter().map(expression);
            RestrictedExpression::new_set(values.collect::<Result<Vec<_>, _>>()?)
        }
        Value::Record(fields) => {
            RestrictedExpression::new_record(pairs(fields)?).map_err(OperationError::of_cedar)?
        }
    })
}

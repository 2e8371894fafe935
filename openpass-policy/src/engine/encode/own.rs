//! A host's own entities and values, as Cedar's.

use std::collections::{BTreeMap, HashMap, HashSet};

use cedar_policy::{Entity as CedarEntity, EntityUid, RestrictedExpression};

use super::Uids;
use crate::{Denial, Entity, OperationError, Value, engine::model, operation::Question};

/// Every entity that `question` tells of.
pub(super) fn entities(
    uids: &Uids,
    question: &Question,
) -> Result<Vec<CedarEntity>, OperationError> {
    let (told, problems) = model::told(question);
    if !problems.is_empty() {
        return Err(OperationError::new(problems));
    }
    told.into_values().map(|it| entity(uids, it)).collect()
}

fn entity(uids: &Uids, entity: &Entity) -> Result<CedarEntity, OperationError> {
    let attributes: HashMap<_, _> = pairs(uids, entity.attributes())?.into_iter().collect();
    let parents = entity.parents().iter().map(|it| uid(uids, it));
    let parents = parents.collect::<Result<HashSet<EntityUid>, _>>()?;
    let tags = pairs(uids, entity.tags())?;
    CedarEntity::new_with_tags(uid(uids, entity)?, attributes, parents, tags)
        .map_err(OperationError::of_cedar)
}

fn uid(uids: &Uids, entity: &Entity) -> Result<EntityUid, OperationError> {
    uids.entity(entity).map_err(|denial| match denial {
        Denial::InvalidRequest { problems: error } => error,
        other => OperationError::of_cedar(other),
    })
}

/// Named values.
pub(super) fn pairs(
    uids: &Uids,
    values: &BTreeMap<String, Value>,
) -> Result<Vec<(String, RestrictedExpression)>, OperationError> {
    let pairs = values.iter();
    pairs
        .map(|(name, value)| Ok((name.clone(), expression(uids, value)?)))
        .collect()
}

fn expression(uids: &Uids, value: &Value) -> Result<RestrictedExpression, OperationError> {
    Ok(match value {
        Value::Bool(value) => RestrictedExpression::new_bool(*value),
        Value::Long(value) => RestrictedExpression::new_long(*value),
        Value::Text(text) => RestrictedExpression::new_string(text.clone()),
        Value::Decimal(text) => RestrictedExpression::new_decimal(text),
        Value::Ip(text) => RestrictedExpression::new_ip(text),
        Value::Datetime(text) => RestrictedExpression::new_datetime(text),
        Value::Duration(text) => RestrictedExpression::new_duration(text),
        Value::Entity(entity) => RestrictedExpression::new_entity_uid(uid(uids, entity)?),
        Value::Set(values) => {
            let values = values.iter().map(|it| expression(uids, it));
            RestrictedExpression::new_set(values.collect::<Result<Vec<_>, _>>()?)
        }
        Value::Record(fields) => RestrictedExpression::new_record(pairs(uids, fields)?)
            .map_err(OperationError::of_cedar)?,
    })
}

//! The facts about a policy that its JSON form shows.

use std::collections::BTreeSet;

use serde_json::Value;

use super::expression::{Expression, Found, conditions};

/// Returns the depth to which the operators of a policy nest. Cedar joins a policy's
/// conditions, each by one operator more.
pub(super) fn levels(policy: &Value) -> usize {
    let conditions = conditions(policy);
    let (count, deepest) = conditions.fold((0_usize, 0), |(count, deepest), condition| {
        let nests = condition.map_or(0, nesting);
        (count.saturating_add(1), nests.max(deepest))
    });
    count.saturating_add(deepest)
}

/// Returns the depth to which the operators of an expression nest:
/// `{"&&": {"left": …, "right": …}}` is one, above its operands.
fn nesting(expression: Expression<'_>) -> usize {
    if !matches!(expression.operands, Value::Object(_) | Value::Array(_)) {
        return 0;
    }
    let inner = expression.inner().flatten().map(nesting);
    inner.max().unwrap_or_default().saturating_add(1)
}

/// The first entity that a policy names and looks into: at an attribute, a tag, or what
/// it is in.
///
/// INVARIANT (15): an operation tells what it is about, and no more. Of an entity that it
/// does not tell, Cedar answers that it has nothing and is in nothing, and a forbid that
/// asks would not apply.
pub(super) fn looks_into(policy: &Value) -> Option<String> {
    conditions(policy).flatten().find_map(looked_into)
}

fn looked_into(expression: Expression<'_>) -> Option<String> {
    let looks = match expression.operator {
        "." | "has" | "hasTag" | "getTag" | "in" => true,
        "is" => expression.operands.get("in").is_some(),
        _ => false,
    };
    let named = expression.left().filter(|_| looks).and_then(entity_in);
    named.or_else(|| expression.inner().flatten().find_map(looked_into))
}

/// An entity that is named in an expression, but for actions, which are always there.
fn entity_in(expression: Expression<'_>) -> Option<String> {
    if expression.operator == "Value" {
        return entity_of(expression.operands);
    }
    expression.inner().flatten().find_map(entity_in)
}

fn entity_of(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => {
            if let Some(entity) = fields.get("__entity") {
                let part = |key| entity.get(key).and_then(Value::as_str).unwrap_or_default();
                let (name, id) = (part("type"), part("id"));
                let is_action = name == "Action" || name.ends_with("::Action");
                return (!is_action).then(|| format!("{name}::\"{id}\""));
            }
            fields.values().find_map(entity_of)
        }
        Value::Array(items) => items.iter().find_map(entity_of),
        _ => None,
    }
}

/// Stands for every tag, where a policy computes which one it looks at. No attribute
/// is called so.
pub(super) const ANY_TAG: &str = "\0any tag";

/// The names of the attributes and tags that a policy looks at, of whatever has them.
pub(super) fn attributes(policy: &Value, found: &mut BTreeSet<String>) {
    for condition in conditions(policy).flatten() {
        condition.each(&mut |expression| {
            let operands = expression.operands;
            match expression.operator {
                "." | "has" => found.extend(path(operands).map(str::to_owned)),
                "getTag" | "hasTag" => {
                    let tag = operands.get("right").and_then(|it| it.get("Value"));
                    let literal = tag.and_then(Value::as_str);
                    found.insert(literal.unwrap_or(ANY_TAG).to_owned());
                }
                _ => {}
            }
        });
    }
}

/// The attributes that an access names: one, or those of `has a.b.c`.
fn path(access: &Value) -> impl Iterator<Item = &str> {
    let names = match access.get("attr") {
        Some(Value::Array(names)) => names.as_slice(),
        Some(name) => core::slice::from_ref(name),
        None => &[],
    };
    names.iter().filter_map(Value::as_str)
}

/// Whether a policy may look at a part of the context, such as `time`. In doubt, yes.
pub(super) fn looks_at_context(policy: &Value, part: &str) -> bool {
    let looks = |expression: Expression<'_>| match expression.operator {
        "." | "has"
            if expression
                .left()
                .is_some_and(|it| it.is_variable("context")) =>
        {
            match path(expression.operands).next() {
                Some(attribute) if attribute != part => Found::No,
                _ => Found::Yes,
            }
        }
        _ if expression.is_variable("context") => Found::Yes,
        _ => Found::Inside,
    };
    conditions(policy).any(|it| it.is_none_or(|it| it.any(&looks)))
}

/// Whether a policy's conditions compute something that can be out of range:
/// nothing else that fits the schema can fail.
#[cfg(feature = "author")]
pub(super) fn computes(policy: &Value) -> bool {
    let computes = |expression: Expression<'_>| match expression.operator {
        "+" | "-" | "*" | "neg" | "offset" | "durationSince" | "toDate" => Found::Yes,
        _ => Found::Inside,
    };
    conditions(policy).any(|it| it.is_none_or(|it| it.any(&computes)))
}

#[cfg(test)]
mod tests;

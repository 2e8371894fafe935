//! The facts about a policy that its JSON form shows.

use std::collections::BTreeSet;

use serde_json::Value;

/// Returns the depth to which the operators of a policy nest. Cedar joins a policy's
/// conditions, each by one operator more.
pub(super) fn levels(policy: &Value) -> usize {
    let conditions = policy.get("conditions").and_then(Value::as_array);
    let conditions = conditions.map(Vec::as_slice).unwrap_or_default();
    let bodies = conditions.iter().filter_map(|one| one.get("body"));
    let deepest = bodies.map(nesting).max().unwrap_or_default();
    conditions.len().saturating_add(deepest)
}

/// Returns the depth to which the operators of an expression nest:
/// `{"&&": {"left": …, "right": …}}` is one, above its operands.
fn nesting(expression: &Value) -> usize {
    let Value::Object(fields) = expression else {
        return 0;
    };
    let operator = fields.iter().map(|(name, operands)| match operands {
        _ if name == "Var" => 0,
        Value::Object(operands) => 1 + operands.values().map(nesting).max().unwrap_or_default(),
        Value::Array(operands) => 1 + operands.iter().map(nesting).max().unwrap_or_default(),
        _ => 0,
    });
    operator.max().unwrap_or_default()
}

/// The first entity that a policy names and looks into: at an attribute, a tag, or what
/// it is in.
///
/// INVARIANT (15): an operation tells what it is about, and no more. Of an entity that it
/// does not tell, Cedar answers that it has nothing and is in nothing, and a forbid that
/// asks would not apply.
pub(super) fn looks_into(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => fields.iter().find_map(|(operator, inner)| {
            let looks = [".", "has", "hasTag", "getTag", "in"].contains(&operator.as_str())
                || (operator == "is" && inner.get("in").is_some());
            let named = inner.get("left").filter(|_| looks).and_then(entity_in);
            named.or_else(|| looks_into(inner))
        }),
        Value::Array(items) => items.iter().find_map(looks_into),
        _ => None,
    }
}

/// An entity that is named in an expression, but for actions, which are always there.
fn entity_in(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => {
            if let Some(entity) = fields.get("__entity") {
                let part = |key| entity.get(key).and_then(Value::as_str).unwrap_or_default();
                let (name, id) = (part("type"), part("id"));
                let is_action = name == "Action" || name.ends_with("::Action");
                return (!is_action).then(|| format!("{name}::\"{id}\""));
            }
            fields.values().find_map(entity_in)
        }
        Value::Array(items) => items.iter().find_map(entity_in),
        _ => None,
    }
}

/// Stands for every tag, where a policy computes which one it looks at. No attribute
/// is called so.
pub(super) const ANY_TAG: &str = "\0any tag";

/// The names of the attributes and tags that a policy looks at, of whatever has them.
pub(super) fn attributes(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                if let ("." | "has", Some(Value::String(attribute))) =
                    (name.as_str(), inner.get("attr"))
                {
                    found.insert(attribute.clone());
                }
                if let ("getTag" | "hasTag", Some(tag)) = (name.as_str(), inner.get("right")) {
                    let literal = tag.get("Value").and_then(Value::as_str);
                    found.insert(literal.unwrap_or(ANY_TAG).to_owned());
                }
                attributes(inner, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| attributes(item, found)),
        _ => {}
    }
}

/// Whether a policy may look at a part of the context, such as `time`. In doubt, yes.
pub(super) fn looks_at_context(value: &Value, part: &str) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(name, inner)| match name.as_str() {
            "Var" => inner == "context",
            "." | "has" if is_context(inner.get("left")) => {
                inner.get("attr").is_none_or(|attribute| attribute == part)
            }
            _ => looks_at_context(inner, part),
        }),
        Value::Array(items) => items.iter().any(|item| looks_at_context(item, part)),
        _ => false,
    }
}

/// Whether a policy's conditions compute something that can be out of range:
/// nothing else that fits the schema can fail.
#[cfg(feature = "author")]
pub(super) fn computes(value: &Value) -> bool {
    const OPERATORS: [&str; 7] = ["+", "-", "*", "neg", "offset", "durationSince", "toDate"];
    match value {
        Value::Object(fields) => fields
            .iter()
            .any(|(name, inner)| OPERATORS.contains(&name.as_str()) || computes(inner)),
        Value::Array(items) => items.iter().any(computes),
        _ => false,
    }
}

fn is_context(value: Option<&Value>) -> bool {
    value.and_then(|left| left.get("Var")) == Some(&Value::from("context"))
}

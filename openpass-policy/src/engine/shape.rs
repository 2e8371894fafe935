//! What a policy's JSON form shows of it.

use serde_json::Value;

/// How deep the JSON form may nest: two levels for each operator. Cedar's
/// evaluator gives up on a deep one when the stack is short, which would deny
/// everything on one machine and not on another. An unoptimised build decides
/// 64 on a thread of 2 MiB, and not 96.
const DEPTH: usize = 64;

/// Whether a policy's conditions nest deeper than may be.
pub(super) fn is_too_deep(policy: &Value) -> bool {
    exceeds(policy, DEPTH)
}

fn exceeds(value: &Value, left: usize) -> bool {
    let Some(left) = left.checked_sub(1) else {
        return true;
    };
    match value {
        Value::Object(fields) => fields.values().any(|inner| exceeds(inner, left)),
        Value::Array(items) => items.iter().any(|inner| exceeds(inner, left)),
        _ => false,
    }
}

/// Whether a policy may look at `context.time`. In doubt, yes: an operation
/// without a time is then denied, whichever way the rule is written.
pub(super) fn looks_at_time(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(name, inner)| match name.as_str() {
            "Var" => inner == "context",
            "." | "has" if is_context(inner.get("left")) => inner
                .get("attr")
                .is_none_or(|attribute| attribute == "time"),
            _ => looks_at_time(inner),
        }),
        Value::Array(items) => items.iter().any(looks_at_time),
        _ => false,
    }
}

/// Whether a policy's conditions compute something that can be out of range:
/// nothing else that fits the schema can fail.
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

//! What a policy's JSON form shows of it.

use serde_json::Value;

/// How deep the operators of a policy nest. Cedar joins its conditions, each by
/// one operator more.
pub(super) fn levels(policy: &Value) -> usize {
    let conditions = policy.get("conditions").and_then(Value::as_array);
    let conditions = conditions.map(Vec::as_slice).unwrap_or_default();
    let bodies = conditions.iter().filter_map(|one| one.get("body"));
    let deepest = bodies.map(nesting).max().unwrap_or_default();
    conditions.len().saturating_add(deepest)
}

/// How deep the operators of an expression nest: `{"&&": {"left": …, "right": …}}`
/// is one, above its operands.
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

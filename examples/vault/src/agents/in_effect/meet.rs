//! The value that two values of one field meet in: it gives what both of them give. The
//! table is in `docs/direction.md`.

use super::InEffect;
use crate::agents::{Value, class::Class};

/// Returns the value that `a` and `b` meet in, as values of `field`: it gives no more
/// than either. The approval mode and the tier have rules of their own.
///
/// INVARIANT (drift acts): two values without an order meet in what gives nothing. If one
/// of them counted, the person who edits the file could choose it.
pub(super) fn meet(field: &str, a: &Value, b: &Value) -> InEffect {
    if a == b {
        return InEffect::Value(a.clone());
    }
    let met = match Class::of(field) {
        Class::Tools => tools(a, b),
        Class::Allowed => common(a, b),
        Class::Hidden => hidden(a, b),
        Class::Quota => quota(a, b),
        // Of two powers that differ, only `false` is surely none.
        Class::Power | Class::Approval | Class::RequireApproval | Class::Other => None,
    };
    met.map_or_else(|| InEffect::nothing_of(field), InEffect::Value)
}

/// Returns the tools that both lists allow. No list, or an empty one, is every tool.
fn tools(a: &Value, b: &Value) -> Option<Value> {
    let is_every = |value: &Value| match value {
        Value::Unset => true,
        Value::List(tools) => tools.is_empty(),
        _ => false,
    };
    match (is_every(a), is_every(b)) {
        (true, true) => Some(Value::Unset),
        (true, false) => is_list(b).then(|| b.clone()),
        (false, true) => is_list(a).then(|| a.clone()),
        (false, false) => common(a, b),
    }
}

const fn is_list(value: &Value) -> bool {
    matches!(value, Value::List(_))
}

/// The entries that both lists have. None in common is nothing, and not an
/// empty list, which means all or nothing by the product's version.
fn common(a: &Value, b: &Value) -> Option<Value> {
    let (Value::List(a), Value::List(b)) = (a, b) else {
        return None;
    };
    let kept = |from: &[String], by: &[String]| -> Vec<String> {
        let kept = from.iter().filter(|entry| by.contains(entry));
        kept.cloned().collect()
    };
    // In one order, whichever of the two is the first.
    let common = kept(a, b).min(kept(b, a));
    (!common.is_empty()).then_some(Value::List(common))
}

/// Returns all entries that either list hides.
fn hidden(a: &Value, b: &Value) -> Option<Value> {
    let entries = |value: &Value| match value {
        Value::List(entries) => Some(entries.clone()),
        Value::Unset => Some(Vec::new()),
        _ => None,
    };
    let (a, b) = (entries(a)?, entries(b)?);
    let with = |mut first: Vec<String>, second: &[String]| {
        let more = second.iter().filter(|entry| !first.contains(entry));
        let more: Vec<String> = more.cloned().collect();
        first.extend(more);
        first
    };
    Some(Value::List(with(a.clone(), &b).min(with(b, &a))))
}

/// The smaller limit; 0, less than 0 or none at all is no limit.
fn quota(a: &Value, b: &Value) -> Option<Value> {
    let limit = |value: &Value| match value {
        Value::Int(limit) if *limit > 0 => Some(*limit),
        Value::Int(_) | Value::Unset => Some(i64::MAX),
        _ => None,
    };
    match limit(a)?.min(limit(b)?) {
        i64::MAX => Some(Value::Unset),
        limit => Some(Value::Int(limit)),
    }
}

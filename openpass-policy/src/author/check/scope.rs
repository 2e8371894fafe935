//! The facts about requests that follow from a policy's scope.

use serde_json::Value;

use super::{
    choice::Choice,
    state::{May, State},
};
use crate::engine::{RequestKind, uid};

/// The keys of the variables that a scope can name, as conditions have them.
const PRINCIPAL: &str = r#"{"Var":"principal"}"#;
const RESOURCE: &str = r#"{"Var":"resource"}"#;

/// Returns what is known of the requests of a kind that a policy's scope lets through;
/// `None` if there are no such requests.
pub(super) fn first<'n>(policy: &Value, kind: &RequestKind) -> Option<State<'n>> {
    let part = |name: &str| policy.get(name).unwrap_or(&Value::Null);
    if !may_be(part("principal"), &kind.principal)
        || !may_be(part("resource"), &kind.resource)
        || !takes(part("action"), kind)
    {
        return None;
    }
    let mut state = State::default();
    for (name, key) in [("principal", PRINCIPAL), ("resource", RESOURCE)] {
        if let Some(id) = named(part(name)) {
            state = state.with(key, May::Word(Choice::one(id)))?;
        }
    }
    Some(state)
}

/// Whether a policy's scope lets every request of a kind through.
pub(super) fn takes_all(policy: &Value, kind: &RequestKind) -> bool {
    let all_of = |name: &str, entity: &str| {
        let constraint = policy.get(name).unwrap_or(&Value::Null);
        match operator(constraint) {
            "All" => true,
            "is" => type_of(constraint) == Some(entity) && constraint.get("in").is_none(),
            _ => false,
        }
    };
    all_of("principal", &kind.principal)
        && all_of("resource", &kind.resource)
        && takes(policy.get("action").unwrap_or(&Value::Null), kind)
}

fn operator(constraint: &Value) -> &str {
    constraint
        .get("op")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn type_of(constraint: &Value) -> Option<&str> {
    constraint.get("entity_type").and_then(Value::as_str)
}

/// The only entity that a scope lets through.
fn named(constraint: &Value) -> Option<String> {
    (operator(constraint) == "==").then(|| constraint.get("entity").and_then(entity))?
}

/// An entity in a scope.
pub(super) fn entity(json: &Value) -> Option<String> {
    let json = json.get("__entity").unwrap_or(json);
    let part = |key| json.get(key).and_then(Value::as_str);
    Some(uid(part("type")?, part("id")?))
}

/// Whether an entity of this type may be let through.
fn may_be(constraint: &Value, entity_type: &str) -> bool {
    match operator(constraint) {
        "is" => type_of(constraint) == Some(entity_type),
        "==" => {
            let entity = constraint.get("entity");
            let named = entity.map(|entity| entity.get("__entity").unwrap_or(entity));
            named.and_then(|it| it.get("type")).and_then(Value::as_str) == Some(entity_type)
        }
        _ => true,
    }
}

/// Whether an action is let through.
fn takes(constraint: &Value, kind: &RequestKind) -> bool {
    let one = constraint.get("entity").and_then(entity);
    match operator(constraint) {
        "==" => one.is_some_and(|action| action == kind.action),
        "in" => {
            let more = constraint.get("entities").and_then(Value::as_array);
            let more = more.into_iter().flatten().filter_map(entity);
            one.into_iter()
                .chain(more)
                .any(|it| kind.groups.contains(&it))
        }
        _ => true,
    }
}

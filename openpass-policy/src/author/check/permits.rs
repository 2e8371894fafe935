//! Permits of what is permitted already.

use serde_json::Value;

use super::{FindingKind, Found, scope};
use crate::{PolicyEngine, engine::RequestKind, policy_error::escaped};

/// The shipped permits that ask for nothing: JSON forms.
pub(super) fn shipped(engine: &PolicyEngine) -> Vec<Value> {
    let mut all = engine.shipped_policies();
    all.retain(|policy| {
        let conditions = policy.get("conditions").and_then(Value::as_array);
        is_permit(policy) && conditions.is_some_and(Vec::is_empty)
    });
    all
}

fn is_permit(policy: &Value) -> bool {
    policy.get("effect").and_then(Value::as_str) == Some("permit")
}

/// Says so where a permit applies only to what the shipped ones permit, whatever the
/// request. `alive` is what it may apply to.
pub(super) fn tell(shipped: &[Value], alive: &[&RequestKind], found: &mut Found<'_>) {
    if found.info.forbids || alive.is_empty() {
        return;
    }
    let mut by = Vec::new();
    for kind in alive {
        let Some(permit) = shipped.iter().find(|it| scope::takes_all(it, kind)) else {
            return;
        };
        let id = permit.pointer("/annotations/id").and_then(Value::as_str);
        let id = escaped(id.unwrap_or("a shipped policy"));
        if !by.contains(&id) {
            by.push(id);
        }
    }
    by.sort();
    found.whole(
        FindingKind::PermitWithoutEffect,
        format!(
            "this permit permits nothing that is not permitted already, by {}",
            by.join(" and ")
        ),
        "remove it; no permit gives back what a `forbid` takes away: write the exception into \
         the `unless` of that `forbid`, if it is your own"
            .to_owned(),
    );
}

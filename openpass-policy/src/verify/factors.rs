//! Policies as they are once a factor has been given, signed or not.

use cedar_policy::{Policy, PolicySet};
use serde_json::{Value, json};

use super::{VerifyError, known::Known};
use crate::Authentication;

/// `policies` with what is `given` written in place of `context.authentication.factor`
/// and of `context.authentication.approver`.
///
/// `Err` with the reason when a policy uses the context in another way that these
/// could reach.
pub(super) fn given(
    policies: &PolicySet,
    given: Authentication,
) -> Result<Result<PolicySet, String>, VerifyError> {
    let mut all = PolicySet::new();
    for policy in policies.policies() {
        let mut json = policy.to_json().map_err(VerifyError::policies)?;
        // An annotation can have any name.
        let conditions = json.get_mut("conditions");
        if conditions.is_none_or(|it| substitute(it, given).is_err()) {
            return Ok(Err(format!(
                "{} uses the context other than by its attributes",
                crate::policy_error::escaped(policy.id().as_ref())
            )));
        }
        Known::default().fold(&mut json);
        let id = Some(policy.id().clone());
        let policy = Policy::from_json(id, json).map_err(VerifyError::policies)?;
        // An ignored error here would drop a forbid.
        all.add(policy).map_err(VerifyError::policies)?;
    }
    Ok(Ok(all))
}

/// Whether `policy` can be seen to apply to nothing: a condition of it is a plain `no`.
pub(super) fn applies_never(policy: &Policy) -> bool {
    let json = policy.to_json().unwrap_or_default();
    let conditions = json.get("conditions").and_then(Value::as_array);
    conditions.into_iter().flatten().any(|condition| {
        let holds = condition.pointer("/body/Value").and_then(Value::as_bool);
        let kind = condition.get("kind").and_then(Value::as_str);
        matches!(
            (kind, holds),
            (Some("when"), Some(false)) | (Some("unless"), Some(true))
        )
    })
}

/// The context is used as a whole.
struct Whole;

fn substitute(value: &mut Value, given: Authentication) -> Result<(), Whole> {
    let known = [
        ("factor", "OpenPass::AuthFactor", given.factor().as_str()),
        (
            "approver",
            "OpenPass::ApproverKind",
            given.approver().as_str(),
        ),
    ];
    for (attribute, entity_type, id) in known {
        if is_attribute(value, attribute, |left| {
            is_attribute(left, "authentication", is_context)
        }) {
            *value = json!({ "Value": { "__entity": { "type": entity_type, "id": id } } });
            return Ok(());
        }
    }
    if is_context(value) || is_attribute(value, "authentication", is_context) {
        return Err(Whole);
    }
    // Any other attribute of the context is no way to what is given.
    if let Some(access) = value.get(".").or_else(|| value.get("has"))
        && access.get("left").is_some_and(is_context)
    {
        return Ok(());
    }
    match value {
        Value::Object(fields) => {
            let mut fields = fields.values_mut();
            fields.try_for_each(|inner| substitute(inner, given))
        }
        Value::Array(items) => items
            .iter_mut()
            .try_for_each(|inner| substitute(inner, given)),
        _ => Ok(()),
    }
}

fn is_context(value: &Value) -> bool {
    value.get("Var") == Some(&Value::from("context"))
}

fn is_attribute(value: &Value, name: &str, left: impl Fn(&Value) -> bool) -> bool {
    let Some(access) = value.get(".") else {
        return false;
    };
    access.get("attr") == Some(&Value::from(name)) && access.get("left").is_some_and(left)
}

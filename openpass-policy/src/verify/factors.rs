//! Policies as they are once a factor has been given.

use cedar_policy::{Policy, PolicySet};
use serde_json::{Value, json};

use super::VerifyError;
use crate::AuthFactor;

/// `policies` with `factor` written in place of
/// `context.authentication.factor`.
///
/// `Err` with the reason when a policy uses the context in another way that the
/// factor could reach.
pub(super) fn given(
    policies: &PolicySet,
    factor: AuthFactor,
) -> Result<Result<PolicySet, String>, VerifyError> {
    let mut all = PolicySet::new();
    for policy in policies.policies() {
        let mut json = policy.to_json().map_err(VerifyError::policies)?;
        if substitute(&mut json, factor).is_err() {
            return Ok(Err(format!(
                "{} uses the context other than by its attributes",
                crate::policy_error::escaped(policy.id().as_ref())
            )));
        }
        let id = Some(policy.id().clone());
        let policy = Policy::from_json(id, json).map_err(VerifyError::policies)?;
        // An ignored error here would drop a forbid.
        all.add(policy).map_err(VerifyError::policies)?;
    }
    Ok(Ok(all))
}

/// The context is used as a whole.
struct Whole;

fn substitute(value: &mut Value, factor: AuthFactor) -> Result<(), Whole> {
    if is_attribute(value, "factor", |left| {
        is_attribute(left, "authentication", is_context)
    }) {
        *value = json!({ "Value": { "__entity": {
            "type": "OpenPass::AuthFactor", "id": factor.as_str()
        } } });
        return Ok(());
    }
    if is_context(value) || is_attribute(value, "authentication", is_context) {
        return Err(Whole);
    }
    // Any other attribute of the context is no way to the factor.
    if let Some(access) = value.get(".").or_else(|| value.get("has"))
        && access.get("left").is_some_and(is_context)
    {
        return Ok(());
    }
    match value {
        Value::Object(fields) => {
            let mut fields = fields.values_mut();
            fields.try_for_each(|inner| substitute(inner, factor))
        }
        Value::Array(items) => items
            .iter_mut()
            .try_for_each(|inner| substitute(inner, factor)),
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

//! The requests that a host can build.

use cedar_policy::{Policy, PolicyId as CedarPolicyId, PolicySet};
use serde_json::{Value, json};

use super::VerifyError;

const POSSIBLE: &str = include_str!("../../invariants/possible.cedar");

fn forbid() -> Result<Policy, VerifyError> {
    let id = Some(CedarPolicyId::new("possible"));
    Policy::parse(id, POSSIBLE).map_err(VerifyError::policies)
}

/// `policies`, that allow possible requests only.
pub(super) fn only(policies: &PolicySet) -> Result<PolicySet, VerifyError> {
    let mut all = policies.clone();
    all.add(forbid()?).map_err(VerifyError::policies)?;
    Ok(all)
}

/// Returns `policy`, limited to possible requests. Cedar evaluates a policy's
/// conditions in their order, and none after a condition that does not hold.
pub(super) fn only_for(policy: &Policy) -> Result<Policy, VerifyError> {
    let possible = forbid()?.to_json().map_err(VerifyError::policies)?;
    let body = possible.pointer("/conditions/0/body").cloned();
    let mut json = policy.to_json().map_err(VerifyError::policies)?;
    let conditions = json.get_mut("conditions").and_then(Value::as_array_mut);
    let (Some(body), Some(conditions)) = (body, conditions) else {
        return Err(VerifyError::policies(
            "a policy has another form than expected",
        ));
    };
    conditions.insert(0, json!({ "kind": "when", "body": body }));
    Policy::from_json(Some(policy.id().clone()), json).map_err(VerifyError::policies)
}

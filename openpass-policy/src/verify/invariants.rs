//! The statements of `invariants/`.

use core::str::FromStr as _;

use cedar_policy::{Effect, Policy, PolicyId as CedarPolicyId, PolicySet};

use super::VerifyError;

const CEILINGS: &str = include_str!("../../invariants/ceilings.cedar");
const FLOORS: &str = include_str!("../../invariants/floors.cedar");

/// What the guards promise.
pub(super) fn ceilings() -> Result<Vec<Policy>, VerifyError> {
    parsed(CEILINGS, Effect::Forbid)
}

/// What is always possible.
pub(super) fn floors() -> Result<Vec<Policy>, VerifyError> {
    parsed(FLOORS, Effect::Permit)
}

/// The policies of a file of invariants, by their `@id`, in order of it.
fn parsed(text: &str, effect: Effect) -> Result<Vec<Policy>, VerifyError> {
    let parsed = PolicySet::from_str(text).map_err(VerifyError::policies)?;
    let mut all: Vec<Policy> = Vec::new();
    for policy in parsed.policies() {
        let Some(id) = policy
            .annotation("id")
            .filter(|_| policy.effect() == effect)
        else {
            return Err(VerifyError::policies(
                "an invariant without `@id`, or of another effect",
            ));
        };
        all.push(policy.new_id(CedarPolicyId::new(id)));
    }
    if all.is_empty() {
        return Err(VerifyError::policies("there is no invariant"));
    }
    all.sort_by_key(|policy| policy.id().to_string());
    Ok(all)
}

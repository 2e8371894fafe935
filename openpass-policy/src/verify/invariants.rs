//! The statements of `invariants/`.

use core::str::FromStr as _;

use cedar_policy::{Effect, Policy, PolicyId as CedarPolicyId, PolicySet};

use super::VerifyError;
use crate::PolicySource;

const CEILINGS: &str = include_str!("../../invariants/ceilings.cedar");
const FLOORS: &str = include_str!("../../invariants/floors.cedar");

/// Reads the ceilings: what the guards promise.
pub(super) fn ceilings() -> Result<Vec<Policy>, VerifyError> {
    parsed(CEILINGS, Effect::Forbid)
}

/// Reads the floors: what is always possible.
pub(super) fn floors() -> Result<Vec<Policy>, VerifyError> {
    parsed(FLOORS, Effect::Permit)
}

/// Reads the promises that the author of a set makes of it.
pub(super) fn promised(source: &PolicySource) -> Result<Vec<Policy>, VerifyError> {
    let promises = parsed(&source.text, Effect::Forbid)?.into_iter();
    let named = |promise: Policy| {
        let id = format!("promise.{}", promise.id());
        promise.new_id(CedarPolicyId::new(id))
    };
    Ok(promises.map(named).collect())
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
                "an invariant has no `@id`, or another effect",
            ));
        };
        // Under one name the solver is told one set.
        let id = CedarPolicyId::new(id);
        if all.iter().any(|other| *other.id() == id) {
            return Err(VerifyError::policies(format!(
                "two invariants are called {id}"
            )));
        }
        all.push(policy.new_id(id));
    }
    if all.is_empty() {
        return Err(VerifyError::policies("there is no invariant"));
    }
    all.sort_by_key(|policy| policy.id().to_string());
    Ok(all)
}

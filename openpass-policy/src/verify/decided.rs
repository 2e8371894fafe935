//! The policies as the engine decides with them.

use cedar_policy::{Policy, PolicySet};
use serde_json::Value;

use super::VerifyError;
use crate::{Action, PolicyEngine, PolicyId};

/// One set that decides as the engine does: on the person's repair at the
/// command line, a user's own policies say nothing. Cedar evaluates conditions
/// in their order, so that there they cannot fail either.
pub(super) fn by(engine: &PolicyEngine) -> Result<PolicySet, VerifyError> {
    let but_repair = condition()?;
    let mut all = PolicySet::new();
    for policy in engine.cedar().policies() {
        let id: &str = policy.id().as_ref();
        let policy = if PolicyId::new(id).is_shipped() {
            policy.clone()
        } else {
            with_condition(policy, but_repair.clone())?
        };
        // An ignored error here would drop a forbid.
        all.add(policy).map_err(VerifyError::policies)?;
    }
    Ok(all)
}

fn with_condition(policy: &Policy, first: Value) -> Result<Policy, VerifyError> {
    let mut json = policy.to_json().map_err(VerifyError::policies)?;
    let conditions = json.get_mut("conditions").and_then(Value::as_array_mut);
    let conditions = conditions.ok_or_else(other_form)?;
    conditions.insert(0, first);
    Policy::from_json(Some(policy.id().clone()), json).map_err(VerifyError::policies)
}

/// `unless` it is repair by the person at the command line: what
/// `repair::is_the_persons` says.
fn condition() -> Result<Value, VerifyError> {
    let actions = Action::repairs();
    let actions: Vec<String> = actions
        .map(|action| format!("OpenPass::Action::\"{action}\""))
        .collect();
    let text = format!(
        "forbid (principal, action, resource) unless {{
             principal is OpenPass::User &&
             context.channel == OpenPass::Channel::\"cli\" &&
             action in [{}]
         }};",
        actions.join(", ")
    );
    let policy = Policy::parse(None, text).map_err(VerifyError::policies)?;
    let json = policy.to_json().map_err(VerifyError::policies)?;
    json.pointer("/conditions/0")
        .cloned()
        .ok_or_else(other_form)
}

fn other_form() -> VerifyError {
    VerifyError::policies("a policy has another form than expected")
}

//! The requests that a host's fragments add to OpenPass's own.
//!
//! Nothing that a fragment declares changes what a request for one of OpenPass's actions may
//! be: its namespace is another, an action's groups and a type's parents are named where these
//! are declared, and Cedar takes no second declaration. The tests of this crate hold the shipped
//! policies against those requests; a load holds them against the added ones alone.

use cedar_policy::{Policy, PolicySet, Schema, SchemaFragment, ValidationMode, Validator};
use serde_json::Value;

use super::{refusal, shipped_json};
use crate::PolicyLoadError;

/// Reads every attribute that the guards, or policies of a user's, may read
/// whatever the action: it fits the schema only if every action's context has
/// them all.
const COMMON_CONTEXT: &str = r#"
permit (principal, action, resource) when {
    context.authentication.factor == OpenPass::AuthFactor::"none" &&
    context.authentication.approver == OpenPass::ApproverKind::"none" &&
    context.requester == OpenPass::Requester::"person" &&
    context.channel == OpenPass::Channel::"cli" &&
    context.attended &&
    context.guard.stepUp == OpenPass::StepUp::"confirm" &&
    context.guard.unattended == OpenPass::Unattended::"waive" &&
    context.guard.sealed == OpenPass::SealGrade::"none" &&
    context.time.minuteOfDay == 0 &&
    context.time.weekday == 1
};"#;

/// The requests that fragments add, as a schema in which OpenPass's own actions apply to
/// nothing.
pub(in crate::engine) struct Added(Validator);

impl Added {
    /// Reads what `fragments` add. Without any there is nothing.
    pub(super) fn of(
        channels: &[String],
        fragments: &[SchemaFragment],
    ) -> Result<Option<Self>, PolicyLoadError> {
        if fragments.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self(Validator::new(schema(channels, fragments)?))))
    }

    /// Refuses a fragment with an action whose context lacks a part of the common one.
    pub(super) fn has_common_context(&self) -> Result<(), PolicyLoadError> {
        let policy = Policy::parse(None, COMMON_CONTEXT).map_err(PolicyLoadError::engine)?;
        let probe = PolicySet::from_policies([policy]).map_err(PolicyLoadError::engine)?;
        self.fit(&probe).map_err(|error| {
            let lacks = "an action's context lacks a part of `OpenPass::Context`";
            refusal("schema", &format!("{lacks}: {error}"))
        })
    }

    /// Refuses fragments with a request that one of the shipped policies does not fit.
    pub(in crate::engine) fn fits_shipped(
        &self,
        shipped: &PolicySet,
    ) -> Result<(), PolicyLoadError> {
        self.fit(shipped).map_err(|error| {
            let unfit = "a shipped policy does not fit what is declared";
            refusal("schema", &format!("{unfit}: {error}"))
        })
    }

    /// A policy that can match none of the added requests is no mistake.
    fn fit(&self, policies: &PolicySet) -> Result<(), String> {
        let result = self.0.validate(policies, ValidationMode::Strict);
        result
            .validation_errors()
            .next()
            .map_or(Ok(()), |error| Err(error.to_string()))
    }
}

fn schema(channels: &[String], fragments: &[SchemaFragment]) -> Result<Schema, PolicyLoadError> {
    let refuse = |why: &dyn core::fmt::Display| refusal("schema", why);
    let mut json = shipped_json(channels)?;
    let actions = json.pointer_mut("/OpenPass/actions");
    let Some(Value::Object(actions)) = actions else {
        return Err(PolicyLoadError::engine("the shipped schema has no actions"));
    };
    for fields in actions.values_mut().filter_map(Value::as_object_mut) {
        fields.remove("appliesTo");
    }
    let own = SchemaFragment::from_json_value(json).map_err(|error| refuse(&error))?;
    let all = core::iter::once(own).chain(fragments.iter().cloned());
    Schema::from_schema_fragments(all).map_err(|error| refuse(&error))
}

#[cfg(test)]
mod tests;

//! The tool that tells what a call would need, and why.

use openpass_policy::{Decision, PolicyId};
use rmcp::model::JsonObject;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{fields::Fields, text::Name};
use crate::{
    changed::Field,
    tool::{About, Failure, Look, Looked, Plan, Reads, Requested, Site},
};

/// `explain_decision`.
pub(super) struct ExplainDecision;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    /// The tool's name.
    tool: Name,
    /// The arguments that it would get; null is none.
    #[serde(default)]
    #[schemars(schema_with = "any_arguments")]
    arguments: JsonObject,
}

/// Returns the schema of the arguments of any tool. It has no open end, because
/// not every model's provider would take a schema with one.
fn any_arguments(generator: &mut SchemaGenerator) -> Schema {
    let text = json!({"type": ["string", "null"]});
    json_schema!({
        "type": "object",
        "properties": {
            "name": text,
            "tier": text,
            "set": Fields::json_schema(generator),
            "method": text,
            "id": text,
            "code": text,
            "reason": text,
        },
        "additionalProperties": false,
    })
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Explanation {
    tool: String,
    /// The action that policy decides on, such as `widenAgent`.
    action: String,
    /// `allow`, `require-biometry` (a person has to approve it) or `deny`.
    decision: &'static str,
    /// The factors that would do.
    accepts: Vec<String>,
    /// The policies that say so.
    policies: Vec<String>,
    /// The same in words.
    why: String,
    /// The fields that the call would change; none where it is denied.
    changes: Vec<Field>,
}

impl Reads for ExplainDecision {
    const ABOUT: About = About {
        name: "explain_decision",
        title: "Explain a decision",
        description: "Say what a call of a tool would need and why, and what it would change. \
                      Nothing is changed and nobody is asked.",
    };
    const LOOK: Look = Look::Explain;
    type Arguments = Question;
    type Answer = Explanation;

    fn read(_: Looked, site: &Site, question: &Question) -> Result<Explanation, Failure> {
        let name = question.tool.as_str();
        let given = question.arguments.iter();
        let given = given.filter(|(_, value)| !value.is_null());
        let arguments = given.map(|(key, value)| (key.clone(), value.clone()));
        let tool = super::find(name).ok_or_else(|| {
            let shown = openpass_auth::SafeText::quoted(name);
            Failure::NotFound(format!("there is no tool {shown}; see tools/list"))
        })?;
        let (door, operation) = match tool.plan(arguments.collect())? {
            Plan::Reads { look, .. } => {
                let door = site.to_look(tool.name())?;
                let operation = look.operation(door.request());
                (door, operation)
            }
            Plan::Changes(Requested { change, reason }) => {
                let door = site.to_change(tool.name(), &change, reason)?;
                let operation = door.explained(door.request(), &change)?;
                (door, operation)
            }
        };
        let decision = door.decide(&operation);
        Ok(Explanation {
            tool: tool.name().to_owned(),
            action: operation.action().to_string(),
            changes: door.seen(&operation).iter().map(Field::from).collect(),
            ..explained(&decision)
        })
    }
}

fn explained(decision: &Decision) -> Explanation {
    let names = |policies: &[PolicyId]| policies.iter().map(ToString::to_string).collect();
    let takes = decision.takes().unwrap_or_default();
    let (decision, accepts, policies, why) = match decision {
        Decision::Allow { policies } => {
            let why = "it may run without asking anybody".to_owned();
            ("allow", Vec::new(), names(policies), why)
        }
        Decision::RequireBiometry {
            accepts, policies, ..
        } => {
            let factors = accepts.iter().map(|factor| factor.as_str().to_owned());
            let why = format!("a person has to approve it, by {takes}");
            ("require-biometry", factors.collect(), names(policies), why)
        }
        Decision::Deny(denial) => {
            let policies = names(denial.policies());
            ("deny", Vec::new(), policies, denial.to_string())
        }
    };
    Explanation {
        tool: String::new(),
        action: String::new(),
        decision,
        accepts,
        policies,
        why,
        changes: Vec::new(),
    }
}

//! A request for which a statement does not hold.

use core::fmt;
use std::collections::BTreeSet;

use cedar_policy::{Authorizer, Entities, Entity, PolicySet, Response};
use cedar_policy_symcc::Env;
use serde::Serialize;
use serde_json::Value;

use crate::{PolicyEngine, PolicyId, PolicyInfo, policy_error::escaped};

/// A request for which a statement does not hold, replayed on the real engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counterexample {
    /// The request and the entities that it reaches, one fact a line. Escaped.
    pub request: Vec<String>,
    /// The answer of policy to it, in words.
    pub says: String,
    /// The policies that say so, where they are an engine's.
    pub policies: Vec<PolicyInfo>,
}

impl Counterexample {
    pub(super) fn new(engine: &PolicyEngine, env: &Env, says: String, response: &Response) -> Self {
        let diagnostics = response.diagnostics();
        let failed = diagnostics.errors().map(|error| match error {
            cedar_policy::AuthorizationError::PolicyEvaluationError(error) => error.policy_id(),
        });
        let mut ids: BTreeSet<String> = failed.map(ToString::to_string).collect();
        // Where a policy fails, that alone decides.
        if ids.is_empty() {
            ids = diagnostics.reason().map(ToString::to_string).collect();
        }
        let policies = ids
            .iter()
            .filter_map(|id| engine.policy(&PolicyId::new(id)));
        Self {
            request: facts(env),
            says,
            policies: policies.cloned().collect(),
        }
    }
}

/// Returns the answer of Cedar itself to a counterexample's request.
pub(super) fn replay(env: &Env, policies: &PolicySet) -> Response {
    Authorizer::new().is_authorized(&env.request, policies, &env.entities)
}

/// The request, and of the entities only those that it reaches.
fn facts(env: &Env) -> Vec<String> {
    let mut facts = Vec::new();
    let request = &env.request;
    for (role, uid) in [
        ("principal", request.principal()),
        ("action", request.action()),
        ("resource", request.resource()),
    ] {
        let Some(uid) = uid else { continue };
        facts.push(escaped(&format!("{role:<10} {uid}")));
        if let Some(entity) = env.entities.get(uid).filter(|_| role != "action") {
            attributes(&mut facts, entity, &env.entities, 0);
        }
    }
    let context = request
        .context()
        .and_then(|context| context.to_json_value().ok());
    if let Some(context) = context {
        flatten(&mut facts, "context", &context);
    }
    facts
}

/// The attributes of an entity, and of an entity that one of them names.
fn attributes(facts: &mut Vec<String>, entity: &Entity, all: &Entities, depth: usize) {
    let Ok(json) = entity.to_json_value() else {
        return;
    };
    if let Some(attributes) = json.get("attrs") {
        flatten(facts, &" ".repeat(10 * (1 - depth.min(1))), attributes);
    }
    if depth > 0 {
        return;
    }
    for (_, value) in entity
        .attrs()
        .filter_map(|(name, value)| Some((name, value.ok()?)))
    {
        if let cedar_policy::EvalResult::EntityUid(uid) = value
            && let Some(inner) = all.get(&uid)
        {
            let Ok(json) = inner.to_json_value() else {
                continue;
            };
            if let Some(attributes) = json.get("attrs") {
                flatten(facts, &format!("{:10} {uid}", ""), attributes);
            }
        }
    }
}

fn flatten(facts: &mut Vec<String>, path: &str, value: &Value) {
    match value {
        Value::Object(fields) => match fields.get("__entity") {
            Some(entity) => {
                let part = |name| entity.get(name).and_then(Value::as_str).unwrap_or_default();
                let text = format!("{path} = {}::{:?}", part("type"), part("id"));
                facts.push(escaped(&text));
            }
            None => {
                for (name, inner) in fields {
                    let join = if path.trim().is_empty() { " " } else { "." };
                    flatten(facts, &format!("{path}{join}{name}"), inner);
                }
            }
        },
        other => facts.push(escaped(&format!("{path} = {other}"))),
    }
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fact in &self.request {
            writeln!(f, "{fact}")?;
        }
        writeln!(f, "{}", self.says)?;
        for policy in &self.policies {
            write!(f, "  {} at {}:{}", policy.id, policy.file, policy.line)?;
            match &policy.doc {
                Some(doc) => writeln!(f, ": {doc}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}

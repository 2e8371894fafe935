//! A host's own actions and entity types, beside OpenPass's.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{
    EntityTypeName, Policy, PolicySet, Schema, SchemaFragment, ValidationMode, Validator,
};
use serde_json::{Map, Value, json};

use super::{PolicySource, limits};
use crate::{PolicyLoadError, PolicyProblem, ProblemKind, policy_error::escaped};

pub(super) const SCHEMA: &str = include_str!("../../schema/openpass.cedarschema");

/// The groups of OpenPass that a host's action may be in.
const GROUPS: [&str; 5] = ["config", "critical", "guardrails", "credentials", "routine"];

/// Reads every attribute that the guards, or policies of a user's, may read
/// whatever the action: it fits the schema only if every action's context has
/// them all.
const COMMON_CONTEXT: &str = r#"
permit (principal, action, resource) when {
    context.authentication.factor == OpenPass::AuthFactor::"none" &&
    context.channel == OpenPass::Channel::"cli" &&
    context.attended &&
    context.guard.stepUp == OpenPass::StepUp::"confirm" &&
    context.guard.unattended == OpenPass::Unattended::"waive" &&
    context.time.minuteOfDay == 0 &&
    context.time.weekday == 1
};"#;

/// OpenPass's schema, extended by `fragments`.
pub(super) fn schema(fragments: &[PolicySource]) -> Result<Schema, PolicyLoadError> {
    let mut all = vec![parse(&PolicySource::new("openpass.cedarschema", SCHEMA))?];
    let mut problems = Vec::new();
    for source in fragments {
        match limits::problems(source) {
            found if !found.is_empty() => problems.extend(found),
            _ => match parse(source).and_then(|fragment| guarded(source, fragment)) {
                Ok(fragment) => all.push(fragment),
                Err(error) => problems.extend_from_slice(error.problems()),
            },
        }
    }
    if !problems.is_empty() {
        return Err(PolicyLoadError::new(problems));
    }
    let schema = Schema::from_schema_fragments(all).map_err(|error| refusal("schema", &error))?;
    has_common_context(&schema)?;
    has_known_principals(&schema)?;
    Ok(schema)
}

fn parse(source: &PolicySource) -> Result<SchemaFragment, PolicyLoadError> {
    SchemaFragment::from_cedarschema_str(&source.text)
        .map(|(fragment, _warnings)| fragment)
        .map_err(|error| {
            let problem = PolicyProblem::from_cedar(ProblemKind::Syntax, source, &error);
            PolicyLoadError::new(vec![problem])
        })
}

fn refusal(file: &str, why: &dyn core::fmt::Display) -> PolicyLoadError {
    PolicyLoadError::new(vec![PolicyProblem::whole_file(
        ProblemKind::Fragment,
        file,
        escaped(&why.to_string()),
        "see the documentation of `EngineBuilder::extend_schema`",
    )])
}

/// `fragment` with every action that names no group of OpenPass in `critical`.
fn guarded(
    source: &PolicySource,
    fragment: SchemaFragment,
) -> Result<SchemaFragment, PolicyLoadError> {
    let refuse = |why: &dyn core::fmt::Display| refusal(&source.file, why);
    let mut json = fragment.to_json_value().map_err(|error| refuse(&error))?;
    let namespaces = json
        .as_object_mut()
        .ok_or_else(|| refuse(&"it has no namespace"))?;
    for (name, namespace) in namespaces {
        if name.is_empty() || name == "OpenPass" || name.starts_with("OpenPass::") {
            return Err(refuse(
                &"a fragment needs a namespace of its own, other than `OpenPass`",
            ));
        }
        if let Some(actions) = namespace.get_mut("actions").and_then(Value::as_object_mut) {
            put_in_groups(actions).map_err(|why| refuse(&why))?;
        }
    }
    SchemaFragment::from_json_value(json).map_err(|error| refuse(&error))
}

fn put_in_groups(actions: &mut Map<String, Value>) -> Result<(), String> {
    let mut own: BTreeMap<String, Parents> = BTreeMap::new();
    for (name, action) in actions.iter() {
        own.insert(name.clone(), parents(name, action)?);
    }
    for (name, action) in actions {
        if !reaches_group(&own, name, &mut BTreeSet::new()) {
            let critical = json!({ "type": "OpenPass::Action", "id": "critical" });
            let fields = action.as_object_mut().ok_or("an action is no record")?;
            let members = fields.entry("memberOf").or_insert_with(|| json!([]));
            match members {
                Value::Array(members) => members.push(critical),
                none => *none = json!([critical]),
            }
        }
    }
    Ok(())
}

/// Which groups an action is in: OpenPass's, and the fragment's own.
struct Parents {
    of_openpass: bool,
    own: Vec<String>,
}

fn parents(action: &str, declared: &Value) -> Result<Parents, String> {
    let mut parents = Parents {
        of_openpass: false,
        own: Vec::new(),
    };
    let members = declared.get("memberOf").and_then(Value::as_array);
    for member in members.into_iter().flatten() {
        let id = member.get("id").and_then(Value::as_str).unwrap_or_default();
        match member.get("type").and_then(Value::as_str) {
            None | Some("Action") => parents.own.push(id.to_owned()),
            Some("OpenPass::Action") if GROUPS.contains(&id) => parents.of_openpass = true,
            Some(group) => {
                return Err(format!(
                    "the action `{action}` may not be in `{group}::\"{id}\"`: of other \
                     namespaces, only the groups {} of OpenPass can be joined",
                    GROUPS.join(", ")
                ));
            }
        }
    }
    Ok(parents)
}

fn reaches_group(own: &BTreeMap<String, Parents>, name: &str, seen: &mut BTreeSet<String>) -> bool {
    let Some(parents) = own.get(name) else {
        return false;
    };
    seen.insert(name.to_owned())
        && (parents.of_openpass
            || parents
                .own
                .iter()
                .any(|parent| reaches_group(own, parent, seen)))
}

fn has_common_context(schema: &Schema) -> Result<(), PolicyLoadError> {
    let mut probe = PolicySet::new();
    let policy = Policy::parse(None, COMMON_CONTEXT).map_err(PolicyLoadError::engine)?;
    probe.add(policy).map_err(PolicyLoadError::engine)?;
    let result = Validator::new(schema.clone()).validate(&probe, ValidationMode::Strict);
    match result.validation_errors().next() {
        None => Ok(()),
        Some(error) => Err(refusal(
            "schema",
            &format!("an action's context lacks a part of `OpenPass::Context`: {error}"),
        )),
    }
}

/// The guards speak of people and agents: no action may know another kind of
/// principal.
fn has_known_principals(schema: &Schema) -> Result<(), PolicyLoadError> {
    let known = |name: &EntityTypeName| {
        ["OpenPass::User", "OpenPass::Agent"].contains(&name.to_string().as_str())
    };
    match schema.principals().find(|name| !known(name)) {
        None => Ok(()),
        Some(name) => Err(refusal(
            "schema",
            &format!(
                "`{name}` cannot be a principal: actions take `OpenPass::User` and \
                 `OpenPass::Agent`"
            ),
        )),
    }
}

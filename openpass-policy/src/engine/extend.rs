//! A host's own actions and entity types, beside OpenPass's.

mod added;

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Schema, SchemaFragment};
use serde_json::{Map, Value, json};

use super::{
    EngineBuilder, PolicySource, limits,
    model::{self, COMMON, Model},
};
use crate::{Channel, PolicyLoadError, PolicyProblem, ProblemKind, policy_error::escaped};
use added::Added;

/// OpenPass's schema, as people read it.
pub(super) const SCHEMA: &str = include_str!("../../schema/openpass.cedarschema");
/// The same in Cedar's JSON form, which takes a fraction of the time to read.
///
/// INVARIANT: a test compares the two.
pub(super) const SCHEMA_JSON: &str = include_str!("../../schema/openpass.cedarschema.json");

/// The groups of OpenPass that a host's action may be in.
const GROUPS: [&str; 5] = ["config", "critical", "guardrails", "credentials", "routine"];

/// OpenPass's schema with a host's fragments, and the model of these.
pub(super) struct Declared {
    pub(super) schema: Schema,
    /// The requests that the fragments add; `None` without any.
    pub(super) added: Option<Added>,
    pub(super) model: Model,
}

/// Reads what `parts` declares.
pub(super) fn declared(parts: &EngineBuilder) -> Result<Declared, PolicyLoadError> {
    let (fragments, read) = fragments(parts)?;
    let added = Added::of(&parts.channels, &fragments)?;
    let all = core::iter::once(shipped(&parts.channels)?).chain(fragments);
    let schema = Schema::from_schema_fragments(all).map_err(|error| refusal("schema", &error))?;
    if let Some(added) = &added {
        added.has_common_context()?;
    }
    let model = model::model(&read).map_err(|why| refusal("schema", &why))?;
    for person in &parts.persons {
        if !model.principals().contains(person.as_str()) {
            let why = format!("`{person}` asks for no action, so it is not a person's type");
            return Err(refusal("schema", &why));
        }
        if person.starts_with("OpenPass::") {
            return Err(refusal(
                "schema",
                &"a host cannot declare who is a person in OpenPass",
            ));
        }
    }
    Ok(Declared {
        schema,
        added,
        model,
    })
}

/// Fragments, whole, and their JSON forms.
type Fragments = (Vec<SchemaFragment>, Vec<Value>);

/// The fragments of `parts`, with the common part in them.
pub(super) fn fragments(parts: &EngineBuilder) -> Result<Fragments, PolicyLoadError> {
    let (mut whole, mut read) = (Vec::new(), Vec::new());
    let mut problems = Vec::new();
    for source in &parts.fragments {
        match limits::problems(source) {
            found if !found.is_empty() => problems.extend(found),
            _ => match parse(source).and_then(|fragment| guarded(source, fragment)) {
                Ok((fragment, json)) => {
                    whole.push(fragment);
                    read.push(json);
                }
                Err(error) => problems.extend_from_slice(error.problems()),
            },
        }
    }
    if problems.is_empty() {
        return Ok((whole, read));
    }
    Err(PolicyLoadError::new(problems))
}

/// The JSON forms of all that `parts` declares, OpenPass's own first: for messages.
pub(super) fn written_out(parts: &EngineBuilder) -> Vec<Value> {
    let own = shipped(&parts.channels).ok();
    let own = own.and_then(|fragment| fragment.to_json_value().ok());
    let hosts = parts.fragments.iter();
    let hosts = hosts.filter_map(|source| Some(guarded(source, parse(source).ok()?).ok()?.1));
    own.into_iter().chain(hosts).collect()
}

/// Returns the type of every value, by OpenPass's schema and a host's fragments, which
/// were accepted before.
#[cfg(feature = "author")]
pub(super) fn types(
    channels: &[String],
    fragments: &[PolicySource],
) -> Result<model::Types, PolicyLoadError> {
    let refuse = |error: &dyn core::fmt::Display| refusal("schema", error);
    let shipped = shipped(channels)?.to_json_value();
    let mut all = vec![shipped.map_err(|error| refuse(&error))?];
    for source in fragments {
        let (_, json) = parse(source).and_then(|fragment| guarded(source, fragment))?;
        all.push(json);
    }
    model::Types::of(&all).map_err(|why| refuse(&why))
}

/// OpenPass's own schema, with a host's channels.
pub(super) fn shipped(channels: &[String]) -> Result<SchemaFragment, PolicyLoadError> {
    let refuse = |why: &dyn core::fmt::Display| refusal("schema", why);
    if channels.is_empty() {
        return SchemaFragment::from_json_str(SCHEMA_JSON).map_err(|error| refuse(&error));
    }
    let json = shipped_json(channels)?;
    SchemaFragment::from_json_value(json).map_err(|error| refuse(&error))
}

/// The JSON form of the same.
fn shipped_json(channels: &[String]) -> Result<Value, PolicyLoadError> {
    let refuse = |why: &dyn core::fmt::Display| refusal("schema", why);
    let mut json = serde_json::from_str(SCHEMA_JSON).map_err(|error| refuse(&error))?;
    let known = Value::pointer_mut(&mut json, "/OpenPass/entityTypes/Channel/enum");
    let Some(Value::Array(known)) = known else {
        return Err(PolicyLoadError::engine(
            "the shipped schema has no channels",
        ));
    };
    for name in channels {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if !(1..=32).contains(&name.len()) || !name.bytes().all(plain) {
            return Err(refuse(&format!(
                "`{name}` is not a channel name: use up to 32 of a-z, A-Z, 0-9, `-` and `_`"
            )));
        }
        if !matches!(Channel::named(name.clone()), Channel::Host(_)) {
            return Err(refuse(&format!(
                "every host has the channel `{name}` already"
            )));
        }
        known.push(Value::from(name.as_str()));
    }
    Ok(json)
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
        "see the documentation of `EngineBuilder::host`",
    )])
}

/// `fragment`, and its JSON form, with the common part in every context, and with
/// every action that names no group of OpenPass in `critical`.
fn guarded(
    source: &PolicySource,
    fragment: SchemaFragment,
) -> Result<(SchemaFragment, Value), PolicyLoadError> {
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
        let declared = namespace.clone();
        if let Some(actions) = namespace.get_mut("actions").and_then(Value::as_object_mut) {
            put_in_groups(actions).map_err(|why| refuse(&why))?;
            for (action, fields) in actions {
                if action.contains("::") {
                    return Err(refuse(&format!(
                        "the action `{action}` has `::` in its id, and no operation could name it"
                    )));
                }
                put_common_part(&declared, action, fields).map_err(|why| refuse(&why))?;
            }
        }
    }
    let whole = SchemaFragment::from_json_value(json.clone()).map_err(|error| refuse(&error))?;
    Ok((whole, json))
}

/// Puts the common part into an action's context, which declares only its own.
fn put_common_part(namespace: &Value, action: &str, fields: &mut Value) -> Result<(), String> {
    let Some(applies) = fields.get_mut("appliesTo").and_then(Value::as_object_mut) else {
        return Ok(());
    };
    let declared = applies.get("context");
    let is_common = declared.is_some_and(|it| {
        let names = ["name", "type"].map(|key| it.get(key).and_then(Value::as_str));
        names.contains(&Some("OpenPass::Context"))
    });
    let mut context = match declared {
        Some(declared) if !is_common => model::record_of(namespace, declared).ok_or_else(|| {
            format!(
                "the context of the action `{action}` is neither a record nor a common type of its \
                 own namespace that is one"
            )
        })?,
        _ => json!({ "type": "Record", "attributes": {} }),
    };
    let attributes = context.as_object_mut().ok_or("a context is not a record")?;
    let attributes = attributes.entry("attributes").or_insert_with(|| json!({}));
    let attributes = attributes
        .as_object_mut()
        .ok_or("a context is not a record")?;
    for name in COMMON {
        let common = common_type(name);
        if attributes
            .get(name)
            .is_some_and(|own| !is_same_type(own, &common))
        {
            return Err(format!(
                "the context of the action `{action}` may not declare `{name}`: the guard supplies that"
            ));
        }
        attributes.insert(name.to_owned(), common);
    }
    applies.insert("context".to_owned(), context);
    Ok(())
}

/// Whether a context that declares its common part in so many words means the same.
fn is_same_type(own: &Value, common: &Value) -> bool {
    let name = |it: &Value, key: &str| {
        let name = it.get(key).and_then(Value::as_str).unwrap_or_default();
        name.trim_start_matches("__cedar::")
            .replace("Boolean", "Bool")
    };
    let wanted = name(common, "name");
    name(own, "name") == wanted || name(own, "type") == wanted
}

fn common_type(name: &str) -> Value {
    let of = match name {
        "authentication" => "OpenPass::Authentication",
        "requester" => "OpenPass::Requester",
        "channel" => "OpenPass::Channel",
        "guard" => "OpenPass::Guard",
        "time" => "OpenPass::Time",
        _ => "__cedar::Bool",
    };
    json!({ "type": "EntityOrCommon", "name": of })
}

fn put_in_groups(actions: &mut Map<String, Value>) -> Result<(), String> {
    let mut own: BTreeMap<String, Parents> = BTreeMap::new();
    for (name, action) in actions.iter() {
        own.insert(name.clone(), parents(name, action)?);
    }
    for (name, action) in actions {
        if !reaches_group(&own, name, &mut BTreeSet::new()) {
            let critical = json!({ "type": "OpenPass::Action", "id": "critical" });
            let fields = action.as_object_mut().ok_or("an action is not a record")?;
            let members = fields.entry("memberOf").or_insert_with(|| json!([]));
            match members {
                Value::Array(members) => members.push(critical),
                none => *none = json!([critical]),
            }
        }
    }
    Ok(())
}

/// The groups that an action is in: OpenPass's, and the fragment's own.
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

//! Names in policies: those that the vault lacks, and those that were meant as a pattern.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{FindingKind, Found, text::place};
use crate::{engine::OwnPolicy, policy_error::escaped};

/// The longest name for which a close one is looked for, in bytes.
const LONGEST: usize = 128;
/// The most names that are listed where none is close.
const LISTED: usize = 5;

/// The names that a host knows, for [`PolicyEngine::lint`](crate::PolicyEngine::lint). Of
/// what is not given here, every name passes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownNames {
    agents: Option<BTreeSet<String>>,
    tokens: Option<BTreeSet<String>>,
    config_keys: Option<BTreeSet<String>>,
}

impl KnownNames {
    /// Sets the names of all agents that exist.
    #[must_use]
    pub fn agents(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.agents = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the ids and labels of all tokens that exist.
    #[must_use]
    pub fn tokens(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tokens = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets all keys of config.yaml that have a meaning; `section.*` is every key of
    /// a section.
    #[must_use]
    pub fn config_keys(mut self, keys: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.config_keys = Some(keys.into_iter().map(Into::into).collect());
        self
    }

    /// The names that an entity of this type can have, and what such a thing is called.
    fn of(&self, entity_type: &str) -> Option<(&BTreeSet<String>, &'static str)> {
        match entity_type {
            "OpenPass::Agent" | "OpenPass::AgentProfile" => Some((self.agents.as_ref()?, "agent")),
            "OpenPass::Token" => Some((self.tokens.as_ref()?, "token")),
            "OpenPass::ConfigKey" => Some((self.config_keys.as_ref()?, "key of config.yaml")),
            _ => None,
        }
    }

    fn has(names: &BTreeSet<String>, name: &str) -> bool {
        let below = |section: &String| {
            let section = section.strip_suffix('*');
            section.is_some_and(|section| section.ends_with('.') && name.starts_with(section))
        };
        names.contains(name) || names.iter().any(below)
    }
}

/// An entity that a policy names.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Named<'p> {
    entity_type: &'p str,
    id: &'p str,
}

/// Tells of the names in one policy.
pub(super) fn tell(policy: &OwnPolicy, known: &KnownNames, found: &mut Found<'_>) {
    let mut named = Vec::new();
    let mut agents = Vec::new();
    for part in ["principal", "action", "resource", "conditions"] {
        if let Some(part) = policy.json.get(part) {
            collect(part, &mut named, &mut agents);
        }
    }
    let distinct: BTreeSet<&Named<'_>> = named.iter().collect();
    for one in distinct {
        let all = named.iter().filter(|other| *other == one).count();
        let names = known.of(one.entity_type);
        let is_there = names.is_some_and(|(names, _)| KnownNames::has(names, one.id));
        if is_there || one.entity_type.ends_with("Action") {
            continue;
        }
        if one.id.contains(['*', '?']) {
            told(
                FindingKind::PatternInId,
                pattern(one),
                (policy, one, all),
                found,
            );
        } else if let Some((names, what)) = names {
            let texts = unknown(one.id, names, what);
            told(FindingKind::UnknownName, texts, (policy, one, all), found);
        }
    }
    if let Some(names) = &known.agents {
        agents.sort_unstable();
        agents.dedup();
        for name in agents.into_iter().filter(|name| !names.contains(*name)) {
            let (message, fix) = unknown(name, names, "agent");
            found.whole(FindingKind::UnknownName, message, fix);
        }
    }
}

/// Every entity that is named in a policy, and every agent that is named as a text.
fn collect<'p>(json: &'p Value, named: &mut Vec<Named<'p>>, agents: &mut Vec<&'p str>) {
    match json {
        Value::Object(fields) => {
            let part = |key| fields.get(key).and_then(Value::as_str);
            if let (Some(entity_type), Some(id), 2) = (part("type"), part("id"), fields.len()) {
                named.push(Named { entity_type, id });
                return;
            }
            if let Some(sides) = fields.get("==").or_else(|| fields.get("!=")) {
                agents.extend(agent_name(sides));
            }
            fields
                .values()
                .for_each(|inner| collect(inner, named, agents));
        }
        Value::Array(items) => items.iter().for_each(|inner| collect(inner, named, agents)),
        _ => {}
    }
}

/// The text that `resource.agentName` is compared with.
fn agent_name(sides: &Value) -> Option<&str> {
    let (left, right) = (sides.get("left")?, sides.get("right")?);
    let is_name = |side: &Value| {
        let attribute = side.pointer("/./attr").and_then(Value::as_str);
        let of = side.pointer("/./left/Var").and_then(Value::as_str);
        attribute == Some("agentName") && of == Some("resource")
    };
    let text = if is_name(left) { right } else { left };
    (is_name(left) || is_name(right)).then(|| text.get("Value")?.as_str())?
}

fn told(
    kind: FindingKind,
    (message, fix): (String, String),
    (policy, one, all): (&OwnPolicy, &Named<'_>, usize),
    found: &mut Found<'_>,
) {
    let literal = json!({ "Value": { "__entity": { "type": one.entity_type, "id": one.id } } });
    let mut finding = found.finding(kind, message, fix);
    if let Some((line, column)) = place(&policy.text, &literal, (0, all)) {
        finding.line = finding.line.saturating_add(line);
        finding.column = (line > 0).then(|| column.saturating_add(1));
    }
    found.push(finding);
}

/// An id that was meant as a pattern.
fn pattern(one: &Named<'_>) -> (String, String) {
    let id = escaped(one.id);
    let short = one.entity_type.rsplit("::").next().unwrap_or_default();
    let message = format!(
        "an id is compared whole: `{}::\"{id}\"` is the one that is called just so, with the \
         `*` or `?`",
        escaped(short)
    );
    let by_name = match one.entity_type {
        "OpenPass::Agent" => Some("principal.name"),
        "OpenPass::AgentProfile" => Some("resource.agent.name"),
        _ => None,
    };
    let fix = match by_name {
        Some(name) => format!("write `{name} like \"{id}\"`"),
        None => {
            "write the ids that are meant, each in full, as in `[…].contains(resource)`".to_owned()
        }
    };
    (message, fix)
}

/// A name that is not among `names`.
fn unknown(name: &str, names: &BTreeSet<String>, what: &str) -> (String, String) {
    let message = match what {
        "key of config.yaml" => format!("there is no {what} `{}`", escaped(name)),
        _ => format!("the vault has no {what} `{}`", escaped(name)),
    };
    let fix = match closest(name, names) {
        Some(close) => format!("did you mean `{}`?", escaped(close)),
        None if names.is_empty() => format!("the vault has no {what}s"),
        None if names.len() > LISTED => {
            "it is right only if something of that name is added later".to_owned()
        }
        None => {
            let listed: Vec<String> = names
                .iter()
                .map(|it| format!("`{}`", escaped(it)))
                .collect();
            format!("there is {}", listed.join(", "))
        }
    };
    (message, fix)
}

/// The name that was meant: at most every third letter is another.
fn closest<'n>(name: &str, names: &'n BTreeSet<String>) -> Option<&'n String> {
    if name.len() > LONGEST {
        return None;
    }
    let near = names.iter().filter(|other| other.len() <= LONGEST);
    let near = near.map(|other| (strsim::damerau_levenshtein(name, other), other));
    let (distance, other) = near.min()?;
    let most = (name.chars().count() / 3).clamp(1, 4);
    (distance <= most).then_some(other)
}

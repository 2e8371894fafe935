//! config.yaml, put back field by field where it stands.

use core::fmt::Write as _;
use std::{collections::BTreeMap, path::Path};

use openpass_auth::SafeText;
use openpass_policy::AuthMethod;

use super::super::FileChange;
use crate::{
    Config, Vault, VaultError,
    approved::{Baseline, Fields, Held, ItemKind, Part},
    config::{self, AUTH_METHOD},
    error::shown,
    files,
    yaml::{Edit, NewValue},
};

/// A field may be what it was only once another is: the tier sets some.
const PASSES: usize = 3;
/// The most edits that are made one by one. More are made by writing the agents anew: each
/// edit takes as long as reading the file does.
const MOST_EDITS: usize = 64;

impl Vault {
    /// config.yaml with these agents and these other keys, and whether the agents
    /// are written anew; what is `None` is as it was approved already.
    pub(super) fn config_back(
        &self,
        baseline: &Baseline<'_>,
        agents: Option<&Part>,
        keys: Option<&Part>,
    ) -> Result<(FileChange, bool), VaultError> {
        let path = self.dir().join(config::FILE);
        let mut is_anew = false;
        let before = self.read_through_or_describe(&path)?;
        let readable = before.as_deref().filter(|it| !files::is_described(it));
        // What is gone, or is no file, gives way to what was approved.
        let bytes = readable.unwrap_or_default().to_vec();
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        Config::parse(&path, &bytes)?;
        let now = |kind: ItemKind, text: &str| {
            let part = baseline.read(kind, config::FILE, Some(text.as_bytes()));
            part.map_err(|problem| VaultError::NotAcceptable {
                what: shown(&path),
                problem,
            })
        };
        let found = |text: &str| now(ItemKind::Agents, text);
        let nothing = Fields::new();
        for pass in 0..PASSES {
            let mut edits = Vec::new();
            if let Some(keys) = keys {
                let found = now(ItemKind::Config, &text)?;
                let fields = |part: &'_ Part| part.get("").cloned().unwrap_or_default();
                let (keys, found) = (fields(keys), fields(&found));
                edits.extend(key_edits(&path, &text, &keys, &found)?);
            }
            if let Some(agents) = agents {
                let mut of_agents = agent_edits(agents, &found(&text)?, &nothing);
                if pass > 0 {
                    of_agents.extend(list_edits(agents, &found(&text)?));
                }
                if of_agents.len() > MOST_EDITS {
                    text = with_agents(&path, &text, agents, &found)?;
                    is_anew = true;
                } else {
                    edits.extend(of_agents);
                }
            }
            if edits.is_empty() {
                break;
            }
            let after = edited(&path, &text, &edits);
            text = match (after, agents) {
                (Ok(text), _) => text,
                // Aliases and merge keys are not edited field by field.
                (Err(_), Some(agents)) => {
                    is_anew = true;
                    with_agents(&path, &text, agents, &found)?
                }
                (Err(error), None) => return Err(error),
            };
        }
        Config::parse(&path, text.as_bytes())?;
        let file = FileChange {
            name: config::FILE.to_owned(),
            before,
            after: Some(text.into_bytes()),
        };
        Ok((file, is_anew))
    }
}

fn edited(path: &Path, text: &str, edits: &[Edit]) -> Result<String, VaultError> {
    let document = Config::parse(path, text.as_bytes())?;
    let after = document.document().apply(edits);
    after.map_err(|source| VaultError::Yaml {
        path: shown(path),
        source,
    })
}

fn agent_edits(approved: &Part, found: &Part, nothing: &Fields) -> Vec<Edit> {
    let added = found.keys().filter(|name| !approved.contains_key(*name));
    let mut edits: Vec<Edit> = added.map(|name| Edit::remove(["agents", name])).collect();
    for (name, fields) in approved {
        let now = found.get(name).unwrap_or(nothing);
        for (field, value) in missing(fields, now) {
            edits.push(Edit::set(["agents", name, field], value));
        }
        for field in now.keys().filter(|field| !fields.contains_key(*field)) {
            edits.push(Edit::remove(["agents", name, field]));
        }
    }
    edits
}

/// Returns the edits of the lists that are still not what they were. To the
/// product an empty list is no list, and a list that is not there may be the
/// tier's: each is written as the other.
fn list_edits(approved: &Part, found: &Part) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (name, fields) in approved {
        let now = found.get(name);
        for (field, held) in now.into_iter().flatten() {
            if matches!(held, Held::List(_)) && !fields.contains_key(field) {
                let none = NewValue::TextList(Vec::new());
                edits.push(Edit::set(["agents", name, field], none));
            }
        }
        for (field, held) in fields {
            let is_empty = matches!(held, Held::List(items) if items.is_empty());
            if is_empty && now.is_none_or(|now| now.get(field) != Some(held)) {
                edits.push(Edit::remove(["agents", name, field]));
            }
        }
    }
    edits
}

fn key_edits(
    path: &Path,
    text: &str,
    approved: &Fields,
    found: &Fields,
) -> Result<Vec<Edit>, VaultError> {
    let mut edits = Vec::new();
    for (key, value) in missing(approved, found) {
        edits.push(match (key, approved.get(key).and_then(Held::as_text)) {
            (AUTH_METHOD, Some(method)) => auth_edit(path, text, method)?,
            (key, _) => Edit::set(key.split('.'), value),
        });
    }
    for key in found.keys().filter(|key| !approved.contains_key(*key)) {
        edits.push(Edit::remove(key.split('.')));
    }
    Ok(edits)
}

/// The way in, put back where it is written: one of four keys may say it. A key
/// above another that says what was approved goes.
fn auth_edit(path: &Path, text: &str, approved: &str) -> Result<Edit, VaultError> {
    let now = Config::parse(path, text.as_bytes())?;
    let then = |edit: &Edit| {
        let after = edited(path, text, core::slice::from_ref(edit)).ok()?;
        let then = Config::parse(path, after.as_bytes()).ok()?;
        (then.auth_method().as_str() == approved).then_some(then)
    };
    if let Some(key) = now.auth_method_key() {
        let goes = Edit::remove(key.iter().copied());
        if then(&goes).is_some_and(|then| then.auth_method_key().is_some()) {
            return Ok(goes);
        }
        let is_flag = key.last() == Some(&"useTouchID");
        let value = match is_flag {
            true => NewValue::Bool(approved == AuthMethod::TouchId.as_str()),
            false => NewValue::Text(approved.to_owned()),
        };
        let stays = Edit::set(key.iter().copied(), value);
        if then(&stays).is_some() {
            return Ok(stays);
        }
    }
    let value = NewValue::Text(approved.to_owned());
    Ok(Edit::set(["authMethod"], value))
}

/// The fields that differ, with the values to be, as far as they were kept.
fn missing<'f>(
    approved: &'f Fields,
    found: &'f Fields,
) -> impl Iterator<Item = (&'f str, NewValue)> {
    let differs = approved
        .iter()
        .filter(|(field, held)| !found.get(*field).is_some_and(|now| now.is(held)));
    differs.filter_map(|(field, held)| Some((field.as_str(), held.to_value().to_yaml()?)))
}

/// The file with all agents written anew, one a line: the tier, and what it
/// does not say by itself.
fn with_agents(
    path: &Path,
    text: &str,
    agents: &Part,
    read: &impl Fn(&str) -> Result<Part, VaultError>,
) -> Result<String, VaultError> {
    let mut base = edited(path, text, &[Edit::remove(["agents"])])?;
    if !base.is_empty() && !base.ends_with('\n') {
        base.push('\n');
    }
    let tiers = read(&written(&base, agents, |_, field, _| field == "tier")?)?;
    let now = Config::parse(path, text.as_bytes())?;
    let spelt: BTreeMap<String, crate::Profile> = now
        .agents()
        .into_iter()
        .map(|agent| (agent.name().to_owned(), agent))
        .collect();
    let differs = |name: &str, field: &str, held: &Held| {
        let by_tier = tiers.get(name).and_then(|fields| fields.get(field));
        // What is written out says so whatever the tier will be: it stays.
        let is_spelt = spelt.get(name).is_some_and(|agent| agent.writes(field));
        field == "tier" || is_spelt || !by_tier.is_some_and(|now| now.is(held))
    };
    let text = written(&base, agents, differs)?;
    // INVARIANT: no file is written that could not be read again.
    if text.len() as u64 > files::MAX_BYTES {
        return Err(VaultError::TooLarge {
            path: shown(path),
            size: text.len() as u64,
            limit: files::MAX_BYTES,
        });
    }
    Config::parse(path, text.as_bytes())?;
    Ok(text)
}

fn written(
    base: &str,
    agents: &Part,
    is_written: impl Fn(&str, &str, &Held) -> bool,
) -> Result<String, VaultError> {
    let mut text = format!("{base}agents:\n");
    for (name, fields) in agents {
        let mut entry = serde_json::Map::new();
        for (field, held) in fields {
            if is_written(name, field, held) {
                let value = json(held).ok_or_else(|| VaultError::NotKept {
                    what: SafeText::escape(&format!("agents.{name}.{field}")),
                })?;
                entry.insert(field.clone(), value);
            }
        }
        let name = serde_json::Value::from(name.as_str());
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {name}: {}", serde_json::Value::from(entry));
    }
    Ok(text)
}

fn json(held: &Held) -> Option<serde_json::Value> {
    match held {
        Held::Bool(value) => Some((*value).into()),
        Held::Int(value) => Some((*value).into()),
        Held::Text(text) => Some(text.as_str().into()),
        Held::List(items) => Some(items.clone().into()),
        Held::Lists(lists) => {
            let lists = lists
                .iter()
                .cloned()
                .map(|(name, items)| (name, items.into()));
            Some(lists.collect::<serde_json::Map<_, _>>().into())
        }
        Held::Digest(_) => None,
    }
}

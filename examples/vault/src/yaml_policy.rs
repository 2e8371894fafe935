//! Whether the product would load a YAML policy. One that it would not turns
//! all its policies off.

use openpass_auth::SafeText;

use crate::yaml::{Document, Tree};

const ACTIONS: [&str; 4] = ["allow", "deny", "prompt", "require_biometry"];
const ACTION_TYPES: [&str; 9] = [
    "read", "write", "delete", "run", "list", "get", "set", "find", "",
];

/// Whether the product would load `text`, by its rules for a policy's keys.
pub(crate) fn loads(text: &str) -> Result<(), String> {
    let document = Document::parse(text.as_bytes()).map_err(|error| error.to_string())?;
    let version = scalar(document.tree(), &["version"])?;
    if version.is_none_or(|version| version.is_empty()) {
        return Err("line 1: a policy needs a `version`".to_owned());
    }
    let rules = match document.tree().get(&["rules"]) {
        Some(Tree::List(rules)) => rules.as_slice(),
        None | Some(Tree::Null) => &[],
        Some(other) => return Err(format!("`rules` must be a list, not {}", other.kind())),
    };
    let mut names: Vec<String> = Vec::new();
    for (number, one) in (1..).zip(rules) {
        // The product drops an empty item.
        if matches!(one, Tree::Null) {
            continue;
        }
        let name = scalar(one, &["name"])?.unwrap_or_default();
        if name.is_empty() {
            return Err(format!("rule {number} needs a `name`"));
        }
        if names.contains(&name) {
            let name = SafeText::quoted(&name);
            return Err(format!("rule {number}: the name {name} is taken"));
        }
        rule(one).map_err(|problem| format!("rule {}: {problem}", SafeText::quoted(&name)))?;
        names.push(name);
    }
    Ok(())
}

fn rule(rule: &Tree) -> Result<(), String> {
    let action = scalar(rule, &["action"])?.unwrap_or_default();
    if !ACTIONS.contains(&action.as_str()) {
        let found = SafeText::quoted(&action);
        return Err(format!(
            "its action must be {}, not {found}",
            ACTIONS.join(", ")
        ));
    }
    number(rule, &["priority"])?;
    let conditions = match rule.get(&["conditions"]) {
        None | Some(Tree::Null) => return Ok(()),
        Some(conditions @ Tree::Map(_)) => conditions,
        Some(other) => {
            return Err(format!(
                "its conditions must be keys and values, not {}",
                other.kind()
            ));
        }
    };
    for key in ["agent_id", "path", "working_dir"] {
        scalar(conditions, &[key])?;
    }
    let kind = scalar(conditions, &["action"])?.unwrap_or_default();
    if !ACTION_TYPES.contains(&kind.as_str()) {
        return Err(format!(
            "there is no action type {}",
            SafeText::quoted(&kind)
        ));
    }
    for key in ["tags", "allowed_tools"] {
        list(conditions, key)?;
    }
    number(conditions, &["max_secrets"])?;
    times(conditions)?;
    map(conditions, "env_vars")?;
    map(conditions, "rate_limit")?;
    for key in ["max_reads_per_hour", "max_reads_per_day"] {
        number(conditions, &["rate_limit", key])?;
    }
    Ok(())
}

fn times(conditions: &Tree) -> Result<(), String> {
    map(conditions, "time_of_day")?;
    if matches!(conditions.get(&["time_of_day"]), None | Some(Tree::Null)) {
        return Ok(());
    }
    for key in ["start", "end"] {
        let time = scalar(conditions, &["time_of_day", key])?.unwrap_or_default();
        if !is_time(&time) {
            let time = SafeText::quoted(&time);
            return Err(format!(
                "time_of_day.{key} must be a time such as 08:30, not {time}"
            ));
        }
    }
    Ok(())
}

/// `H:MM` or `HH:MM`.
fn is_time(text: &str) -> bool {
    let Some((hour, minute)) = text.split_once(':') else {
        return false;
    };
    let number = |text: &str, lengths: core::ops::RangeInclusive<usize>, most: u8| {
        lengths.contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse::<u8>().is_ok_and(|number| number <= most)
    };
    number(hour, 1..=2, 23) && number(minute, 2..=2, 59)
}

/// A single value as text; the product reads any as one.
fn scalar(tree: &Tree, path: &[&str]) -> Result<Option<String>, String> {
    match tree.get(path) {
        None | Some(Tree::Null) => Ok(None),
        Some(Tree::Text(text)) => Ok(Some(text.clone())),
        Some(Tree::Bool(value)) => Ok(Some(value.to_string())),
        Some(Tree::Int(value)) => Ok(Some(value.to_string())),
        Some(Tree::Float(value)) => Ok(Some(value.to_string())),
        Some(other) => Err(format!(
            "`{}` must be text, not {}",
            path.join("."),
            other.kind()
        )),
    }
}

fn number(tree: &Tree, path: &[&str]) -> Result<(), String> {
    match tree.get(path) {
        None | Some(Tree::Null | Tree::Int(_) | Tree::Float(_)) => Ok(()),
        Some(other) => Err(format!(
            "`{}` must be a whole number, not {}",
            path.join("."),
            other.kind()
        )),
    }
}

fn list(tree: &Tree, key: &str) -> Result<(), String> {
    match tree.get(&[key]) {
        None | Some(Tree::Null | Tree::List(_)) => Ok(()),
        Some(other) => Err(format!("`{key}` must be a list, not {}", other.kind())),
    }
}

fn map(tree: &Tree, key: &str) -> Result<(), String> {
    match tree.get(&[key]) {
        None | Some(Tree::Null | Tree::Map(_)) => Ok(()),
        Some(other) => Err(format!(
            "`{key}` must be keys and values, not {}",
            other.kind()
        )),
    }
}

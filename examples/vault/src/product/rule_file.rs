//! Whether the product would load a YAML policy. One that it would not turns
//! all its policies off.

use openpass_auth::SafeText;

use crate::yaml::{
    Document, Tree,
    decode::{self, Wrong},
};

const ACTIONS: [&str; 4] = ["allow", "deny", "prompt", "require_biometry"];
const ACTION_TYPES: [&str; 9] = [
    "read", "write", "delete", "run", "list", "get", "set", "find", "",
];

/// Whether the product would load `text`, by its rules for a policy's keys.
pub(crate) fn loads(text: &str) -> Result<(), String> {
    let document = Document::parse(text.as_bytes()).map_err(|error| error.to_string())?;
    let version = scalar(document.tree(), &["version"])?;
    if version.is_none_or(str::is_empty) {
        return Err("line 1: a policy needs a `version`".to_owned());
    }
    let rules = read(document.tree(), &["rules"], decode::list)?.unwrap_or_default();
    let mut names: Vec<&str> = Vec::new();
    for (number, one) in (1..).zip(rules) {
        // The product drops an empty item.
        if one.is_null() {
            continue;
        }
        let name = scalar(one, &["name"])?.unwrap_or_default();
        if name.is_empty() {
            return Err(format!("rule {number} needs a `name`"));
        }
        if names.contains(&name) {
            let name = SafeText::quoted(name);
            return Err(format!("rule {number}: the name {name} is taken"));
        }
        rule(one).map_err(|problem| format!("rule {}: {problem}", SafeText::quoted(name)))?;
        names.push(name);
    }
    Ok(())
}

fn rule(rule: &Tree) -> Result<(), String> {
    let action = scalar(rule, &["action"])?.unwrap_or_default();
    if !ACTIONS.contains(&action) {
        let found = SafeText::quoted(action);
        return Err(format!(
            "its action must be {}, not {found}",
            ACTIONS.join(", ")
        ));
    }
    number(rule, &["priority"])?;
    map(rule, "conditions")?;
    let Some(conditions) = read(rule, &["conditions"], |tree| Ok(Some(tree)))? else {
        return Ok(());
    };
    for key in ["agent_id", "path", "working_dir"] {
        scalar(conditions, &[key])?;
    }
    let kind = scalar(conditions, &["action"])?.unwrap_or_default();
    if !ACTION_TYPES.contains(&kind) {
        return Err(format!(
            "there is no action type {}",
            SafeText::quoted(kind)
        ));
    }
    for key in ["tags", "allowed_tools"] {
        read(conditions, &[key], decode::texts)?;
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
    if read(conditions, &["time_of_day"], decode::members)?.is_none() {
        return Ok(());
    }
    for key in ["start", "end"] {
        let time = scalar(conditions, &["time_of_day", key])?.unwrap_or_default();
        if !is_time(time) {
            let time = SafeText::quoted(time);
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
fn scalar<'t>(tree: &'t Tree, path: &[&str]) -> Result<Option<&'t str>, String> {
    read(tree, path, decode::text)
}

fn number(tree: &Tree, path: &[&str]) -> Result<(), String> {
    read(tree, path, decode::integer).map(drop)
}

fn map(tree: &Tree, key: &str) -> Result<(), String> {
    read(tree, &[key], decode::members).map(drop)
}

/// Returns the result of `decode` for the value at `path`; `None` where there
/// is no value.
fn read<'t, T>(
    tree: &'t Tree,
    path: &[&str],
    decode: impl FnOnce(&'t Tree) -> Result<Option<T>, Wrong>,
) -> Result<Option<T>, String> {
    let refused = |wrong: Wrong| {
        let (expected, found) = (wrong.expected, wrong.found);
        format!("`{}` must be {expected}, not {found}", path.join("."))
    };
    let mut at = tree;
    for key in path {
        match decode::member(at, key).map_err(refused)? {
            Some(value) => at = value,
            None => return Ok(None),
        }
    }
    decode(at).map_err(refused)
}

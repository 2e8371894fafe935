//! Parts of a condition as text, and where they stand in the policy's own.

use serde_json::Value;

use crate::{
    engine::{OwnPolicy, uid},
    policy_error::escaped,
};

/// The most characters of a part that are shown.
const SHOWN: usize = 100;

/// A part of a condition as it may be shown.
pub(super) fn shown(json: &Value) -> String {
    let text = written(json);
    match text.char_indices().nth(SHOWN) {
        None => escaped(&text),
        Some((end, _)) => escaped(text.get(..end).unwrap_or_default()) + "…",
    }
}

/// A path as people call it: `context.time.minuteOfDay` is `minuteOfDay`.
pub(super) fn called(path: &[&str]) -> String {
    let said = match path {
        ["context", "time", rest @ ..] | ["context", rest @ ..] => rest,
        _ => path,
    };
    escaped(&said.join("."))
}

/// A part of a condition in Cedar.
fn written(json: &Value) -> String {
    let Some((operator, operands)) = json.as_object().and_then(|it| it.iter().next()) else {
        return json.to_string();
    };
    let of = |key: &str| operands.get(key).map(written).unwrap_or_default();
    let name = |key: &str| {
        operands
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    match operator.as_str() {
        "Value" => literal(operands),
        "Var" => operands.as_str().unwrap_or_default().to_owned(),
        "." => format!("{}.{}", of("left"), name("attr")),
        "has" => {
            let names = match operands.get("attr") {
                Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
                _ => vec![name("attr")],
            };
            format!("{} has {}", of("left"), names.join("."))
        }
        "is" if operands.get("in").is_some() => {
            format!("{} is {} in {}", of("left"), name("entity_type"), of("in"))
        }
        "is" => format!("{} is {}", of("left"), name("entity_type")),
        "!" => match operands.get("arg") {
            Some(arg) if is_plain(arg) => format!("!{}", written(arg)),
            _ => format!("!({})", of("arg")),
        },
        "neg" => format!("-{}", of("arg")),
        "Record" => {
            let members = operands.as_object().into_iter().flatten();
            let members =
                members.map(|(name, it)| format!("{}: {}", Value::from(&**name), written(it)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        "Set" => {
            let items = operands.as_array().map(Vec::as_slice).unwrap_or_default();
            let items: Vec<String> = items.iter().map(written).collect();
            format!("[{}]", items.join(", "))
        }
        "contains" | "containsAll" | "containsAny" | "hasTag" | "getTag" => {
            format!("{}.{operator}({})", of("left"), of("right"))
        }
        "like" => format!("{} like {}", of("left"), pattern(operands.get("pattern"))),
        "if-then-else" => format!("if {} then {} else {}", of("if"), of("then"), of("else")),
        _ if operands.get("right").is_some() => {
            format!("{} {operator} {}", of("left"), of("right"))
        }
        _ => json.to_string(),
    }
}

fn is_plain(json: &Value) -> bool {
    ["Var", ".", "contains"]
        .iter()
        .any(|it| json.get(it).is_some())
}

fn literal(value: &Value) -> String {
    let entity = value.get("__entity");
    let part = |key| entity.and_then(|it| it.get(key)).and_then(Value::as_str);
    match (part("type"), part("id")) {
        (Some(entity_type), Some(id)) => uid(entity_type, id),
        _ => value.to_string(),
    }
}

fn pattern(parts: Option<&Value>) -> String {
    let parts = parts.and_then(Value::as_array).into_iter().flatten();
    let part = |part: &Value| match part.get("Literal").and_then(Value::as_str) {
        Some("*") => "\\*".to_owned(),
        Some(text) => text.to_owned(),
        None => "*".to_owned(),
    };
    format!("\"{}\"", parts.map(part).collect::<String>())
}

/// Finds the place of a policy's part in the policy's text: the line and the character
/// in it, from 0. `before` is the number of parts like it that come first, of `all`.
/// `None` where the text says it in another way.
pub(super) fn place(
    text: &str,
    part: &Value,
    (before, all): (usize, usize),
) -> Option<(usize, usize)> {
    let written = written(part);
    let wanted: Vec<&str> = words(&written).into_iter().map(|it| it.1).collect();
    let there = words(text);
    let fits = |at: usize| {
        let here = there.get(at..at.saturating_add(wanted.len()));
        here.is_some_and(|here| here.iter().map(|it| it.1).eq(wanted.iter().copied()))
    };
    let found: Vec<usize> = (0..there.len()).filter(|at| fits(*at)).collect();
    if found.len() != all {
        return None;
    }
    let (offset, _) = there.get(*found.get(before)?)?;
    let ahead = text.get(..*offset)?;
    let column = ahead.rsplit('\n').next().unwrap_or_default();
    Some((ahead.matches('\n').count(), column.chars().count()))
}

/// Finds the place of a part of a policy's conditions in the policy's text.
pub(super) fn place_of(policy: &OwnPolicy, part: &Value) -> Option<(usize, usize)> {
    place(&policy.text, part, alike(&policy.json, part))
}

/// The words and signs of a text, each with its place; comments are passed over.
fn words(text: &str) -> Vec<(usize, &str)> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut all = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, character)) = rest.next() {
        if character.is_whitespace() {
            continue;
        }
        if character == '/' && rest.peek().is_some_and(|(_, next)| *next == '/') {
            while rest.next().is_some_and(|(_, next)| next != '\n') {}
            continue;
        }
        if character == '"' {
            while let Some((_, inner)) = rest.next() {
                match inner {
                    '\\' => drop(rest.next()),
                    '"' => break,
                    _ => {}
                }
            }
        } else if is_word(character) {
            while rest.next_if(|(_, next)| is_word(*next)).is_some() {}
        }
        let end = rest.peek().map_or(text.len(), |(end, _)| *end);
        all.extend(text.get(start..end).map(|word| (start, word)));
    }
    all
}

/// Counts the parts like `part` in a policy's conditions: first those before it, then
/// all.
fn alike(policy: &Value, part: &Value) -> (usize, usize) {
    let mut counted = (0, 0);
    let conditions = policy.get("conditions").and_then(Value::as_array);
    for condition in conditions.into_iter().flatten() {
        if let Some(body) = condition.get("body") {
            count(body, part, &mut counted);
        }
    }
    (counted.0, counted.1)
}

/// Counts, in the order of the text: those before this very part, and all.
fn count(json: &Value, part: &Value, counted: &mut (usize, usize)) {
    if core::ptr::eq(json, part) {
        counted.0 = counted.1;
    }
    if json == part {
        counted.1 = counted.1.saturating_add(1);
        return;
    }
    match json {
        Value::Object(fields) => {
            for key in ORDER {
                if let Some(inner) = fields.get(key) {
                    count(inner, part, counted);
                }
            }
            let rest = fields
                .iter()
                .filter(|(key, _)| !ORDER.contains(&key.as_str()));
            rest.for_each(|(_, inner)| count(inner, part, counted));
        }
        Value::Array(items) => items.iter().for_each(|item| count(item, part, counted)),
        _ => {}
    }
}

/// Operands in the order in which they are written.
const ORDER: [&str; 6] = ["left", "right", "if", "then", "else", "arg"];

#[cfg(test)]
mod tests;

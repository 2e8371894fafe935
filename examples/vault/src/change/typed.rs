//! A change's values as what they are, for programs.

use openpass_auth::Line;
use openpass_policy::FieldChange;

use crate::{
    Value, config,
    product::{self, ValueKind},
    yaml::{Document, decode},
};

/// The value before and after of one field, with the type that the product
/// gives it: a boolean, a number, a list, else text. [`Value::Unset`] is none.
#[must_use]
pub fn typed_values(change: &FieldChange) -> (Value, Value) {
    let kind = kind_of(&change.field);
    let is_list = kind == Some(ValueKind::TextList) || !change.difference.lines().is_empty();
    let typed = |text: Option<&str>, is_side: fn(&Line<String>) -> bool| match (text, kind) {
        (None, _) => Value::Unset,
        (Some(text), Some(kind)) if !is_list => scalar(kind, text),
        (Some(text), _) if is_list => list(text, change, is_side),
        (Some(text), _) => Value::Text(text.to_owned()),
    };
    let before = typed(change.before.as_deref(), |line| {
        matches!(line, Line::Removed(_) | Line::Kept(_))
    });
    let after = typed(change.after.as_deref(), |line| {
        matches!(line, Line::Added(_) | Line::Kept(_))
    });
    (before, after)
}

/// A key of config.yaml, or a field of an agent's profile; as it is called in a
/// change of one, or among what was changed outside the guard.
fn kind_of(field: &str) -> Option<ValueKind> {
    let named = field.strip_prefix(config::FILE);
    match named.and_then(|it| it.strip_prefix(" agent ")) {
        Some(named) => product::agent_field(named.rsplit(' ').next()?),
        None => {
            let field = named.map_or(field, str::trim_start);
            let path: Vec<&str> = field.split('.').collect();
            product::key(&path).or_else(|| product::agent_field(field))
        }
    }
}

/// `text` as the product reads it; what does not read so stays text.
fn scalar(kind: ValueKind, text: &str) -> Value {
    let as_text = || Value::Text(text.to_owned());
    let document = Document::parse(format!("value: {text}").as_bytes());
    let Some(tree) = document
        .as_ref()
        .ok()
        .and_then(|it| it.tree().get(&["value"]))
    else {
        return as_text();
    };
    let read = match kind {
        ValueKind::Bool => decode::boolean(tree).map(|it| it.map(Value::Bool)),
        ValueKind::Int(..) => decode::integer(tree).map(|it| it.map(Value::Int)),
        _ => return as_text(),
    };
    read.ok().flatten().unwrap_or_else(as_text)
}

/// The list that `text` is of, where the lines of the difference are its
/// entries; else they are the lines of a file, and `text` is about it.
fn list(text: &str, change: &FieldChange, is_side: fn(&Line<String>) -> bool) -> Value {
    let lines = change.difference.lines().iter();
    let entries = lines.filter(|line| is_side(line)).filter_map(entry);
    let list = Value::List(entries.collect());
    if list.to_string() == text {
        list
    } else {
        Value::Text(text.to_owned())
    }
}

fn entry(line: &Line<String>) -> Option<String> {
    match line {
        Line::Added(text) | Line::Removed(text) | Line::Kept(text) => Some(text.clone()),
        Line::Unchanged(_) | Line::NotShown(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use openpass_policy::{After, Before, Direction};

    use super::*;

    fn of(field: &str, before: Option<&str>, after: Option<&str>) -> (Value, Value) {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let (before, after) = (owned(before), owned(after));
        typed_values(&FieldChange::new(
            field,
            Before(before),
            After(after),
            Direction::Widens,
        ))
    }

    #[test]
    fn c12_a_value_has_the_type_that_the_product_gives_it() {
        let flag = |value| Value::Bool(value);
        let word = |text: &str| Value::Text(text.to_owned());
        assert_eq!(
            of("canWrite", Some("false"), Some("true")),
            (flag(false), flag(true))
        );
        assert_eq!(
            of("git.auto_push", Some("Yes"), None),
            (flag(true), Value::Unset)
        );
        assert_eq!(
            of("agents.x.canWrite", None, Some("no")),
            (Value::Unset, flag(false))
        );
        assert_eq!(
            of("mcp.port", Some("1_000"), Some("80")),
            (Value::Int(1000), Value::Int(80))
        );
        let outside = of("config.yaml agent x y canWrite", Some("false"), None);
        assert_eq!(outside.0, flag(false));
        assert_eq!(of("config.yaml mcp.port", None, Some("1")).1, Value::Int(1));
        // What is no boolean, and what no key is known for, stays as it is.
        assert_eq!(of("canWrite", Some("maybe"), None).0, word("maybe"));
        assert_eq!(
            of("canWrite", Some("9 bytes, SHA-256 00"), None).0,
            word("9 bytes, SHA-256 00")
        );
        assert_eq!(
            of("vaultDir", Some("true"), Some("7")),
            (word("true"), word("7"))
        );
        assert_eq!(
            of("label", Some("true"), Some("(none)")),
            (word("true"), word("(none)"))
        );
    }

    #[test]
    fn c12_a_list_is_a_list_and_a_file_is_none() {
        let list = |items: &[&str]| items.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        for (before, after) in [
            (list(&["a", "b"]), list(&["b", "a", "c, d"])),
            (list(&[]), list(&["a"])),
            (list(&["x", "x"]), list(&["x"])),
        ] {
            let change = FieldChange::list(
                "allowed_tools",
                Before(Some(before.clone())),
                After(Some(after.clone())),
                Direction::Widens,
            );
            assert_eq!(
                typed_values(&change),
                (Value::List(before), Value::List(after))
            );
        }
        let lines = vec![Line::Added("permit (a);".to_owned())];
        let about = Some("1 line, sha256 0…".to_owned());
        let change = FieldChange::text(
            "policies/a.cedar",
            Before(None),
            After(about),
            lines,
            Direction::Widens,
        );
        let after = Value::Text("1 line, sha256 0…".to_owned());
        assert_eq!(typed_values(&change), (Value::Unset, after));
    }
}

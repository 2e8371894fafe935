//! Says whether an edit did what it should, by means of its own.

use openpass_vault::yaml::{Content, Edit, NewValue, Obstacle, Tree, YamlError};
use proptest::prelude::*;
use yaml_serde::{Mapping, Value};

use crate::files::Owner;

/// The values of `after` are those of `before` with `edit` made, in order.
pub(crate) fn values(before: &str, after: &str, edit: &Edit) -> Result<(), TestCaseError> {
    let read = |text: &str| {
        yaml_serde::from_str::<Value>(text)
            .map_err(|error| TestCaseError::fail(format!("{error}\n{before:?}\n{after:?}")))
    };
    let mut expected = read(before)?;
    if has_odd_key(&expected) {
        return Ok(());
    }
    let holds = read(after)?;
    let Some(()) = change(&mut expected, &edit.path, edit.value.as_ref()) else {
        return Err(TestCaseError::fail("an impossible edit was made"));
    };
    let holds = match holds {
        Value::Null => Value::Mapping(Mapping::new()),
        holds => holds,
    };
    if matches!(expected, Value::Null) {
        expected = Value::Mapping(Mapping::new());
    }
    // As text, since mappings compare without order and NaN with nothing.
    prop_assert_eq!(
        format!("{holds:?}"),
        format!("{expected:?}"),
        "{:?}\n{}\n{}",
        edit,
        before,
        after
    );
    Ok(())
}

/// Makes the edit on another library's values.
fn change(at: &mut Value, path: &[String], new: Option<&NewValue>) -> Option<()> {
    let (key, rest) = path.split_first()?;
    if at.is_null() {
        if new.is_none() {
            return Some(());
        }
        *at = Value::Mapping(Mapping::new());
    }
    let map = at.as_mapping_mut()?;
    let known = map.keys().find(|known| is_written(known, key)).cloned();
    let key = known.unwrap_or_else(|| Value::String(key.clone()));
    match (rest.is_empty(), new) {
        (true, None) => {
            map.shift_remove(&key);
        }
        (true, Some(new)) => {
            map.insert(key, value(new));
        }
        (false, _) => {
            if new.is_none() && !map.contains_key(&key) {
                return Some(());
            }
            change(map.entry(key).or_insert(Value::Null), rest, new)?;
        }
    }
    Some(())
}

/// Whether there is a key that this library forgets the writing of, such as
/// `-0`, or that has a tag.
fn has_odd_key(value: &Value) -> bool {
    let is_odd = |key: &Value| match key {
        Value::Number(key) => key.as_u64() != Some(1),
        key => matches!(key, Value::Tagged(_)),
    };
    match value {
        Value::Mapping(map) => {
            let mut entries = map.iter();
            entries.any(|(key, value)| is_odd(key) || has_odd_key(value))
        }
        Value::Sequence(items) => items.iter().any(has_odd_key),
        Value::Tagged(tagged) => has_odd_key(&tagged.value),
        _ => false,
    }
}

/// Whether a key may be written as `text`: that is how keys are told apart.
fn is_written(key: &Value, text: &str) -> bool {
    match key {
        Value::String(key) => key == text,
        Value::Number(key) => key.to_string() == text,
        _ => false,
    }
}

fn value(new: &NewValue) -> Value {
    match new {
        NewValue::Bool(value) => Value::Bool(*value),
        NewValue::Int(value) => Value::Number((*value).into()),
        NewValue::Text(text) => Value::String(text.clone()),
        NewValue::TextList(items) => {
            Value::Sequence(items.iter().cloned().map(Value::String).collect())
        }
        _ => Value::Null,
    }
}

/// Every line outside the entry is there, in order, and no line break is of
/// another kind.
pub(crate) fn lines(
    text: &str,
    before: &[(String, Owner)],
    after: &str,
    edit: &Edit,
) -> Result<(), TestCaseError> {
    let crlf = text.contains("\r\n");
    let bare = after.replace("\r\n", "").matches(['\r', '\n']).count();
    if crlf {
        prop_assert_eq!(bare, 0, "{:?}", after);
    } else {
        prop_assert!(!after.contains('\r'), "{after:?}");
    }
    let mut rest = after.lines();
    for line in must_stay(before, edit) {
        let line = line.trim_end_matches(['\r', '\n']);
        prop_assert!(
            rest.any(|other| other == line),
            "{edit:?} lost {line:?}\n{before:#?}\n{after}"
        );
    }
    Ok(())
}

/// The lines that `edit` has no business with.
fn must_stay<'f>(before: &'f [(String, Owner)], edit: &Edit) -> Vec<&'f str> {
    let is_touched = |owner: &Owner| match owner {
        // The entry and all it holds; and a key whose value comes or goes.
        Owner::Entry(path) => path.starts_with(&edit.path) || edit.path.starts_with(path),
        Owner::Within(path) => path.starts_with(&edit.path),
        Owner::Nobody => false,
    };
    let is_inside =
        |owner: &Owner| matches!(owner, Owner::Entry(path) if path.starts_with(&edit.path));
    let first = before.iter().position(|(_, owner)| is_inside(owner));
    let last = before.iter().rposition(|(_, owner)| is_inside(owner));
    let is_between = |index: usize| {
        first.is_some_and(|first| first < index) && last.is_some_and(|last| index < last)
    };
    let numbered = before.iter().enumerate();
    let stay = numbered.filter(|(index, (_, owner))| {
        // Comments between the lines of a removed mapping go with it.
        let goes_along = edit.value.is_none() && is_between(*index);
        !goes_along && !is_touched(owner)
    });
    stay.map(|(_, (line, _))| line.as_str()).collect()
}

/// A tidy file's edits are refused for few reasons only.
pub(crate) fn refusal(
    tree: &Tree,
    edit: &Edit,
    error: &YamlError,
    text: &str,
) -> Result<(), TestCaseError> {
    let YamlError::Unsupported { why, .. } = error else {
        return Err(TestCaseError::fail(error.to_string()));
    };
    let path: Vec<&str> = edit.path.iter().map(String::as_str).collect();
    let fair = match why {
        Obstacle::EmptyPath => path.is_empty(),
        Obstacle::OtherKind => tree
            .get(&path)
            .is_some_and(|value| !matches!(value.content(), Content::Scalar { .. })),
        Obstacle::Anchor => text.contains("&k"),
        Obstacle::Tag => text.contains("!t"),
        Obstacle::NotAMapping => (1..path.len()).any(|depth| {
            let above = path.get(..depth).and_then(|path| tree.get(path));
            above.is_some_and(|above| !above.is_map() && !above.is_null())
        }),
        Obstacle::MergeKey => path.contains(&"<<"),
        // A literal that keeps the blank lines behind it, or that
        // would get a line break at the end of the file.
        Obstacle::ValuesDiffer => text.contains('+') || !text.ends_with('\n'),
        _ => false,
    };
    prop_assert!(fair, "{error}\n{edit:?}\n{text}");
    Ok(())
}

/// The paths of all entries of a tree.
pub(crate) fn paths(tree: &Tree) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (key, value) in tree.entries() {
        found.push(vec![key.clone()]);
        for mut below in paths(value) {
            below.insert(0, key.clone());
            found.push(below);
        }
    }
    found
}

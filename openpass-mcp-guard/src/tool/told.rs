//! Every argument by its name and its text, for a person.

use super::json::{Json, quoted};

/// The most bytes that the names of all arguments may have together.
const MOST: usize = 16 * 1024 * 1024;
/// The bytes of the longest index in its brackets.
const INDEX: usize = "[1048576]".len();

/// The place of a value in the arguments. Only an error needs its name.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    Whole,
    Member(&'a Self, &'a str),
    Item(&'a Self, usize),
}

impl Place<'_> {
    /// Its name, such as `edits[0].newText`.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Whole => String::new(),
            Self::Member(of, name) => below(&of.name(), name),
            Self::Item(of, index) => format!("{}[{index}]", of.name()),
        }
    }
}

/// Every value of `json` that has none below it, in the order in which they were sent.
pub(super) fn all(json: &Json) -> Vec<(String, String)> {
    let mut told = Vec::new();
    tell(json, "", &mut told);
    told
}

fn tell(json: &Json, at: &str, told: &mut Vec<(String, String)>) {
    match json {
        Json::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                tell(value, &below(at, name), told);
            }
        }
        Json::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                tell(item, &format!("{at}[{index}]"), told);
            }
        }
        // Arguments that are none at all are told as none.
        Json::Object(_) if at.is_empty() => {}
        value => told.push((at.to_owned(), shown(value))),
    }
}

/// Whether all of `json` can be told. The name of an object counts for each value below
/// it, so a short text can have names of any length together.
pub(super) fn is_tellable(json: &Json) -> bool {
    room(json, 0, MOST).is_some()
}

/// The bytes that are left of `left` behind the names of all values of `json`, which
/// itself has a name of `at` bytes.
fn room(json: &Json, at: usize, left: usize) -> Option<usize> {
    match json {
        Json::Object(members) if !members.is_empty() => {
            let mut members = members.iter();
            members.try_fold(left, |left, (name, value)| {
                room(value, at + below("", name).len() + 1, left)
            })
        }
        Json::Array(items) if !items.is_empty() => {
            let mut items = items.iter();
            items.try_fold(left, |left, item| room(item, at + INDEX, left))
        }
        _ => left.checked_sub(at),
    }
}

/// The name of the member `name` of what is called `at`: `at.name`, and `at["a b"]` for
/// a name that could be taken for more than one.
pub(super) fn below(at: &str, name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-$".contains(&byte);
    if name.is_empty() || !name.bytes().all(plain) {
        return format!("{at}[{}]", quoted(name));
    }
    match at {
        "" => name.to_owned(),
        at => format!("{at}.{name}"),
    }
}

/// A text as it is, unless it could be taken for another value's JSON; every other value
/// as its JSON. So no two values are shown alike.
fn shown(value: &Json) -> String {
    match value {
        Json::Text(text) if !is_json(text) => text.clone(),
        value => value.compact(),
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

//! Every argument by its name and its text, for a person.

use super::json::{Json, quoted};

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

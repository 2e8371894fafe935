//! The facts that are known of the real product, each in one place.
//!
//! - `keys`: the keys of config.yaml, what each takes, and its own agents.
//! - `preset`: what a tier sets, and what the product's own agents come with.
//! - `check`, `known`, `duration`: what it loads, and what it passes over.
//! - `shown`: which values may be shown. A closed list.
//! - `rule_file`: which YAML policies it loads.
//! - `method`: the words for how a vault is unlocked.
//!
//! Where versions differ, the one of 20 May 2026 is meant. Tests compare all of it
//! with what the product's own programs made of the same files.

mod check;
mod duration;
mod keys;
mod known;
mod method;
mod preset;
mod rule_file;
mod shown;

pub(crate) use check::{Fault, check};
pub use keys::all_keys as known_keys;
pub(crate) use keys::{BUILT_IN_AGENTS, agent_field, agent_fields, key};
pub(crate) use known::{no_field, no_key, respelt, unknown};
pub use method::parse_auth_method;
pub use preset::{UnknownTier, parse_tier};
pub use shown::shown_value;

pub(crate) use preset::{built_in, left_of, preset};
pub(crate) use rule_file::loads as rule_file_loads;
pub(crate) use shown::{digest, keeps_text, keeps_value, seen_value};

use crate::yaml::NewValue;

/// The kind of value that a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueKind {
    /// `true` or `false`.
    Bool,
    /// A whole number within these bounds.
    Int(i64, i64),
    /// A Go duration that is not negative, such as `15m0s`.
    Duration,
    /// A time.
    Time,
    /// Any text.
    Text,
    /// A word from this list.
    OneOf(&'static [&'static str]),
    /// A method that unlocks the vault; several spellings, in any case.
    AuthMethod,
    /// A list of texts; on the command line with commas between.
    TextList,
    /// A list of commands; not for the command line.
    Hooks,
    /// Keys with a list of texts each; not for the command line.
    TextLists,
    /// A list of keys with texts; not for the command line.
    Records,
    /// A section that holds keys: not for one value.
    Section,
}

/// The value that `text` is for `key`, which takes `kind`; `None` is a key
/// that nobody knows. The problem never repeats a value that may be a secret.
pub(crate) fn value(key: &str, kind: Option<ValueKind>, text: &str) -> Result<NewValue, String> {
    let refused = |expected: &str| Err(format!("it takes {expected}, not {}", quoted(key, text)));
    match kind {
        None => Ok(guessed(text)),
        Some(ValueKind::Bool) => match text.parse() {
            Ok(value) => Ok(NewValue::Bool(value)),
            Err(_) => refused("true or false"),
        },
        Some(ValueKind::Int(least, most)) => match text.parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => Ok(NewValue::Int(number)),
            _ => refused(&format!("a whole number from {least} to {most}")),
        },
        Some(ValueKind::TextList) if text.is_empty() => Ok(NewValue::TextList(Vec::new())),
        Some(ValueKind::TextList) => Ok(NewValue::TextList(
            text.split(',').map(|item| item.trim().to_owned()).collect(),
        )),
        Some(ValueKind::Section | ValueKind::Hooks | ValueKind::TextLists | ValueKind::Records) => {
            Err(
                "it holds keys or lists of its own; name one of them, or edit it by hand"
                    .to_owned(),
            )
        }
        Some(ValueKind::Time) => match text.parse::<jiff::Timestamp>() {
            Ok(_) => Ok(NewValue::Text(text.to_owned())),
            Err(_) => refused("a time such as 2026-11-23T18:12:31Z"),
        },
        Some(kind) => is_text_of(key, kind, text).map(|()| NewValue::Text(text.to_owned())),
    }
}

/// Whether `text` can stand for `kind`, where the product takes it for text.
fn is_text_of(key: &str, kind: ValueKind, text: &str) -> Result<(), String> {
    let refused = |expected: &str| Err(format!("it takes {expected}, not {}", quoted(key, text)));
    match kind {
        ValueKind::Duration if !duration::is_duration(text) => {
            refused("a duration such as 30s or 1h30m")
        }
        ValueKind::OneOf(words) if !words.contains(&text) => refused(&words.join(", ")),
        ValueKind::AuthMethod if crate::parse_auth_method(text).is_none() => {
            refused("passphrase or touchid")
        }
        ValueKind::Text if shown::hides_its_host(key, text) => {
            refused("a URL whose host is clear: write an `@` after the host as %40")
        }
        _ => Ok(()),
    }
}

/// `text` as a message shows it.
fn quoted(key: &str, text: &str) -> String {
    let shown = shown_value(key, text);
    if shown == text {
        openpass_auth::SafeText::quoted(text).to_string()
    } else {
        format!("a value of {shown}")
    }
}

/// A value for a key that nobody knows, read as YAML would read it.
fn guessed(text: &str) -> NewValue {
    match (text.parse(), text.parse()) {
        (Ok(value), _) => NewValue::Bool(value),
        (_, Ok(value)) => NewValue::Int(value),
        _ => NewValue::Text(text.to_owned()),
    }
}

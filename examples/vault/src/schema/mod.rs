//! Which keys config.yaml has, and which values the product would load.

mod duration;
mod keys;

use openpass_auth::SafeText;

pub(crate) use keys::{BUILT_IN_AGENTS, agent_field, key};

use crate::yaml::{NewValue, Tree};

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number within these bounds.
    Int(i64, i64),
    /// A Go duration that is not negative, such as `15m0s`.
    Duration,
    /// Any text.
    Text,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// How the vault is unlocked; several spellings, in any case.
    AuthMethod,
    /// A list of texts; on the command line with commas between.
    TextList,
    /// It holds keys, or lists of them: not for one value.
    Section,
}

/// The value that `text` is for a key of `kind`; `None` is a key that nobody
/// knows.
pub(crate) fn value(kind: Option<Kind>, text: &str) -> Result<NewValue, String> {
    let shown = || SafeText::quoted(text);
    match kind {
        None => Ok(guessed(text)),
        Some(Kind::Bool) => text
            .parse()
            .map(NewValue::Bool)
            .map_err(|_| format!("it takes true or false, not {}", shown())),
        Some(Kind::Int(least, most)) => match text.parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => Ok(NewValue::Int(number)),
            _ => Err(format!(
                "it takes a whole number from {least} to {most}, not {}",
                shown()
            )),
        },
        Some(Kind::TextList) if text.is_empty() => Ok(NewValue::TextList(Vec::new())),
        Some(Kind::TextList) => Ok(NewValue::TextList(
            text.split(',').map(|item| item.trim().to_owned()).collect(),
        )),
        Some(kind) => is_text_of(kind, text).map(|()| NewValue::Text(text.to_owned())),
    }
}

/// Whether the product would load `tree` for a key of `kind`. Nothing written
/// is as good as no key.
pub(crate) fn loads(kind: Kind, tree: &Tree) -> Result<(), String> {
    let wrong = |expected: &str| Err(format!("it takes {expected}, not {}", tree.kind()));
    match (kind, tree) {
        (_, Tree::Null) | (Kind::TextList, Tree::List(_)) => Ok(()),
        (Kind::Bool, tree) if tree.as_bool().is_some() => Ok(()),
        (Kind::Bool, _) => wrong("true or false"),
        (Kind::Int(least, most), Tree::Int(number)) => {
            if (i128::from(least)..=i128::from(most)).contains(number) {
                Ok(())
            } else {
                Err(format!(
                    "it takes a whole number from {least} to {most}, not {number}"
                ))
            }
        }
        (Kind::Int(..), _) => wrong("a whole number"),
        (Kind::TextList, _) => wrong("a list"),
        (Kind::Section, Tree::Map(_) | Tree::List(_)) => Ok(()),
        (Kind::Section, _) => wrong("keys and values"),
        (kind, Tree::Text(text)) => is_text_of(kind, text),
        // The product reads any single value as text.
        (Kind::Text, Tree::Bool(_) | Tree::Int(_) | Tree::Float(_)) => Ok(()),
        _ => wrong("text"),
    }
}

/// Whether the value of `key` may be kept, shown and logged as it is. Of every
/// other, only its SHA-256 is: it may be a secret.
pub(crate) fn keeps_value(key: &str) -> bool {
    // Free text that is a path, a name or an address; URLs may hold passwords.
    const TEXTS: [&str; 15] = [
        "vaultDir",
        "defaultAgent",
        "defaultProfile",
        "envWhitelist",
        "vault.path",
        "vault.default_recipients",
        "vault.last_rotated",
        "git.commit_template",
        "mcp.bind",
        "mcp.httpTokenFile",
        "mcp.trusted_proxy_ips",
        "mcp.tls_cert_file",
        "mcp.tls_key_file",
        "security.allow_env_passphrase",
        "security.disable_env_passphrase",
    ];
    let kind = match key.strip_prefix("agents.") {
        // An agent's name may have dots, a field has none.
        Some(rest) => match rest.rsplit_once('.').map(|(_, field)| agent_field(field)) {
            Some(Some(Kind::Section) | None) | None => return false,
            Some(Some(_)) => return true,
        },
        None => self::key(&key.split('.').collect::<Vec<_>>()),
    };
    match kind {
        Some(Kind::Bool | Kind::Int(..) | Kind::Duration | Kind::OneOf(_) | Kind::AuthMethod) => {
            true
        }
        Some(Kind::Text | Kind::TextList) | None => TEXTS.contains(&key),
        Some(Kind::Section) => false,
    }
}

fn is_text_of(kind: Kind, text: &str) -> Result<(), String> {
    let shown = || SafeText::quoted(text);
    match kind {
        Kind::Duration if !duration::is_duration(text) => Err(format!(
            "it takes a duration such as 30s or 1h30m, not {}",
            shown()
        )),
        Kind::OneOf(words) if !words.contains(&text) => {
            Err(format!("it takes {}, not {}", words.join(", "), shown()))
        }
        Kind::AuthMethod if crate::config::method(text).is_none() => {
            Err(format!("it takes passphrase or touchid, not {}", shown()))
        }
        Kind::Section => Err("it holds keys of its own; name one of them".to_owned()),
        _ => Ok(()),
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

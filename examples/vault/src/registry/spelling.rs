//! Keys of mcp-tokens.json that the product reads as others than they are.
//!
//! Its decoder, Go's encoding/json, takes a key in whatever case for the one it
//! knows, and of two that come to the same it takes the last. So a second
//! `"Revoked": false` brings a revoked token back. A file in which that can
//! happen is refused: the product never writes one, and no guess about what it
//! makes of it has to be right.

use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

use super::VERSIONED;

/// The keys of one token that are known.
const OF_TOKEN: [&str; 14] = [
    "id",
    "label",
    "hash",
    "prefix",
    "allowed_tools",
    "tool_registry_hash",
    "agent_name",
    "created_at",
    "expires_at",
    "last_used_at",
    "revoked",
    "revoked_at",
    "refresh_token_hash",
    "refresh_expires_at",
];

/// Checks every key that decides what a token opens.
pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    let top: Members = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    known_once(&top, &VERSIONED, "")?;
    let tokens = top.0.iter().find(|(key, _)| key == "tokens");
    let Some((_, Json::Object(tokens))) = tokens else {
        return Ok(());
    };
    known_once(tokens, &[], "")?;
    for (id, token) in &tokens.0 {
        if let Json::Object(token) = token {
            known_once(token, &OF_TOKEN, id)?;
        }
    }
    Ok(())
}

/// Checks that no key is there twice, and that no key is a known one in other
/// letters.
fn known_once(members: &Members, known: &[&str], of: &str) -> Result<(), String> {
    let place = || match of {
        "" => String::new(),
        id => format!(" of the token {}", openpass_auth::SafeText::quoted(id)),
    };
    for (index, (key, _)) in members.0.iter().enumerate() {
        let shown = openpass_auth::SafeText::quoted(key);
        let other = known.iter().find(|known| is_read_as(key, known));
        if let Some(other) = other.filter(|other| *other != key) {
            return Err(format!(
                "the product reads the key {shown}{} as {other:?}",
                place()
            ));
        }
        if members
            .0
            .iter()
            .skip(index + 1)
            .any(|(next, _)| next == key)
        {
            return Err(format!("the key {shown}{} is there twice", place()));
        }
    }
    Ok(())
}

/// Whether the product takes `key` for `known`, which is in lower case.
fn is_read_as(key: &str, known: &str) -> bool {
    let folded = key.chars().map(|letter| match letter {
        // The Kelvin sign and the long s are the same letters to it.
        '\u{212a}' => 'k',
        '\u{17f}' => 's',
        other => other.to_ascii_lowercase(),
    });
    folded.eq(known.chars())
}

/// The members of an object, in order, those of one name too.
struct Members(Vec<(String, Json)>);

/// A value, as far as its keys matter.
#[derive(Deserialize)]
#[serde(untagged)]
enum Json {
    Object(Members),
    Other(serde::de::IgnoredAny),
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

//! The content of `settings.json`.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::Error;

/// The settings of a vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The vault's id: 16 random bytes as hexadecimal digits.
    pub id: String,
    /// The way to unlock the vault.
    pub unlock: Method,
    /// The profiles of the agents, by their names.
    pub agents: BTreeMap<String, Agent>,
    /// The time at which the vault was made, as RFC 3339 has it.
    pub made: String,
}

impl Settings {
    /// Reads the content of `settings.json`.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`]: it is something else.
    pub fn read(text: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(text).map_err(Error::Damaged)
    }

    /// Returns the content for `settings.json`.
    ///
    /// # Errors
    ///
    /// None that is known; serializing can say that it failed.
    pub fn write(&self) -> Result<Vec<u8>, Error> {
        serde_json::to_vec_pretty(self).map_err(Error::Damaged)
    }
}

/// A program that uses the vault for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// The tier, which says what the agent may do.
    pub tier: Tier,
}

/// A text that is none of the words that are known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is none of {known}")]
pub struct UnknownWord {
    found: String,
    known: &'static str,
}

/// The tiers of agents, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// See which entries there are.
    ReadOnly,
    /// Use values.
    Standard,
    /// Change entries and settings.
    Admin,
}

impl Tier {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::Standard => "standard",
            Self::Admin => "admin",
        }
    }
}

impl FromStr for Tier {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let all = [Self::ReadOnly, Self::Standard, Self::Admin];
        one_of(&all, Self::as_str, word, "read-only, standard, admin")
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The ways to unlock a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// By the passphrase.
    Passphrase,
    /// By a finger.
    TouchId,
}

impl Method {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase",
            Self::TouchId => "touchid",
        }
    }
}

impl FromStr for Method {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let all = [Self::Passphrase, Self::TouchId];
        one_of(&all, Self::as_str, word, "passphrase, touchid")
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn one_of<T: Copy>(
    all: &[T],
    word_of: fn(T) -> &'static str,
    word: &str,
    known: &'static str,
) -> Result<T, UnknownWord> {
    let found = all.iter().find(|one| word_of(**one) == word);
    found.copied().ok_or_else(|| UnknownWord { found: word.to_owned(), known })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for tier in [Tier::ReadOnly, Tier::Standard, Tier::Admin] {
            assert_eq!(tier.as_str().parse(), Ok(tier));
        }
        for method in [Method::Passphrase, Method::TouchId] {
            assert_eq!(method.as_str().parse(), Ok(method));
        }
        let unknown = "root".parse::<Tier>().unwrap_err();
        assert_eq!(unknown.to_string(), r#""root" is none of read-only, standard, admin"#);
    }
}

//! The people who may ask: their sessions, and the keys of their phones.

use std::{collections::HashMap, fs, io, path::Path};

use openpass_policy::Entity;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::wire::Key;

/// One line of `people.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    name: String,
    token: String,
    key: Key,
    admin: bool,
}

/// A person that the daemon knows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Person {
    /// The name, which the daemon gave them.
    pub name: String,
    /// Whether they may change the policies.
    pub admin: bool,
}

impl Person {
    /// The entity type in policy.
    pub const TYPE: &str = "Deploys::Person";

    /// The person as policy sees them.
    #[must_use]
    pub fn entity(&self) -> Entity {
        Entity::new(Self::TYPE, &self.name).with("admin", self.admin)
    }
}

/// Everybody.
pub struct People {
    // By a hash of the token, so that a comparison tells nothing of it.
    sessions: HashMap<[u8; 32], Person>,
    keys: HashMap<String, Key>,
}

impl People {
    /// Reads `people.json`.
    ///
    /// # Errors
    ///
    /// That it cannot be read, or that two people share a name or a token.
    pub fn read(file: &Path) -> io::Result<Self> {
        let lines: Vec<Line> = serde_json::from_slice(&fs::read(file)?)?;
        let mut people = Self {
            sessions: HashMap::new(),
            keys: HashMap::new(),
        };
        for Line {
            name,
            token,
            key,
            admin,
        } in lines
        {
            let person = Person {
                name: name.clone(),
                admin,
            };
            let session = people.sessions.insert(hash(&token), person);
            let key = people.keys.insert(name, key);
            if session.is_some() || key.is_some() {
                let twice = "two people have the same name or token; give each their own";
                return Err(io::Error::new(io::ErrorKind::InvalidData, twice));
            }
        }
        Ok(people)
    }

    /// Returns the person whose session `token` is.
    #[must_use]
    pub fn by_token(&self, token: &str) -> Option<&Person> {
        self.sessions.get(&hash(token))
    }

    /// The key of this person's phone.
    #[must_use]
    pub fn key_of(&self, name: &str) -> Option<&Key> {
        self.keys.get(name)
    }
}

impl core::fmt::Debug for People {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "People({})", self.keys.len())
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

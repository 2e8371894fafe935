//! The items that are watched, as they are now.

use std::{collections::BTreeMap, path::Path};

use super::{Fields, Held, ItemKind, Part};
use crate::{
    Config, Profile, Settings, Vault, VaultError, config, hash,
    parsed::Parsed,
    policies::FOLDER,
    registry::{self, Registry, Token},
    settings,
};

const RECIPIENTS: &str = "recipients.txt";
const DEVICES: &str = ".openpass/devices.json";

/// All items of one kind as they are now.
#[derive(Debug, Clone, Default)]
pub(crate) struct Observed {
    pub(crate) part: Part,
    /// The reason why an item cannot be read, by item. The empty name stands
    /// for all of them.
    pub(crate) unreadable: BTreeMap<String, String>,
    /// The SHA-256 of `part`, where it was worked out already.
    pub(crate) sha256: Option<String>,
}

impl Observed {
    /// The agents of `config`.
    pub(crate) fn agents_of(config: &Config) -> Self {
        let (agents, sha256) = config.watched_agents();
        Self {
            part: agents.clone(),
            unreadable: BTreeMap::new(),
            sha256: sha256.clone(),
        }
    }

    /// Whether nothing at all can be said.
    pub(crate) fn is_dark(&self) -> bool {
        self.unreadable.contains_key("")
    }
}

impl ItemKind {
    /// The kinds that a file of this name, below the vault, holds.
    pub(crate) fn of_file(name: &str) -> &'static [Self] {
        match name {
            config::FILE => &[Self::Agents, Self::Config],
            settings::FILE => &[Self::Settings],
            registry::FILE => &[Self::Tokens],
            RECIPIENTS => &[Self::Recipients],
            DEVICES => &[Self::Devices],
            registry::LEGACY_FILE => &[Self::LegacyToken],
            _ if policy(name).is_some() => &[Self::Policies],
            _ => &[],
        }
    }

    /// Returns the items of this kind in a file with this content.
    pub(crate) fn read(
        self,
        name: &str,
        bytes: Option<&[u8]>,
        parsed: &Parsed,
    ) -> Result<Part, String> {
        let one = |fields: Fields| Part::from([(String::new(), fields)]);
        let Some(bytes) = bytes else {
            return Ok(match self {
                Self::Settings => one(fields_of(&Settings::default())),
                _ => Part::new(),
            });
        };
        match self {
            Self::Settings => settings_in(bytes).map(one),
            Self::Policies => Ok(Part::from([(
                policy(name).unwrap_or(name).to_owned(),
                whole(bytes),
            )])),
            Self::Agents => config(bytes, parsed).map(|it| it.watched_agents().0.clone()),
            Self::Config => config(bytes, parsed).map(|it| one(it.watched_keys().clone())),
            Self::Tokens => tokens(bytes),
            Self::Recipients => Ok(one(recipients(bytes))),
            Self::Devices => Ok(one(whole(bytes))),
            Self::LegacyToken => Ok(one(legacy_token(bytes))),
        }
    }

    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Settings => settings::FILE,
            Self::Policies => FOLDER,
            Self::Agents | Self::Config => config::FILE,
            Self::Tokens => registry::FILE,
            Self::Recipients => RECIPIENTS,
            Self::Devices => DEVICES,
            Self::LegacyToken => registry::LEGACY_FILE,
        }
    }
}

impl Vault {
    /// Returns all items of this kind as they are now.
    pub(crate) fn observed(&self, kind: ItemKind) -> Observed {
        if kind == ItemKind::Policies {
            return self.observed_policies();
        }
        let path = self.dir().join(kind.file());
        let bytes = match kind {
            // The one file that may be a link.
            ItemKind::Agents | ItemKind::Config => self.read_through(&path),
            _ => self.read_own(&path),
        };
        let part = bytes
            .map_err(|error| error.to_string())
            .and_then(|bytes| kind.read(kind.file(), bytes.as_deref(), self.parsed()));
        match part {
            Ok(part) => Observed {
                part,
                ..Observed::default()
            },
            Err(problem) => Observed {
                unreadable: BTreeMap::from([(String::new(), problem)]),
                ..Observed::default()
            },
        }
    }

    fn observed_policies(&self) -> Observed {
        let mut observed = Observed::default();
        let names = match self.policy_names() {
            Ok(names) => names,
            Err(error) => {
                observed.unreadable.insert(String::new(), error.to_string());
                return observed;
            }
        };
        for name in names {
            match self.read_own(&self.dir().join(FOLDER).join(&name)) {
                Ok(Some(bytes)) => drop(observed.part.insert(name, whole(&bytes))),
                Ok(None) => {
                    let problem = match name.contains(char::REPLACEMENT_CHARACTER) {
                        true => {
                            "its name is not UTF-8 text; `ls -b policies` shows it; move it away by hand"
                        }
                        false => "it was removed meanwhile",
                    };
                    observed.unreadable.insert(name, problem.to_owned());
                }
                Err(error) => drop(observed.unreadable.insert(name, error.to_string())),
            }
        }
        observed
    }
}

/// A config.yaml with this content, or why it cannot be read.
fn config(bytes: &[u8], parsed: &Parsed) -> Result<Config, String> {
    let read = parsed.of(Path::new(config::FILE), bytes);
    read.map_err(|error| error.to_string())
}

/// Returns each setting's value.
pub(crate) fn fields_of(settings: &Settings) -> Fields {
    let values = settings.values().into_iter();
    values
        .filter_map(|(key, value)| Some((key.to_owned(), Held::Text(value?))))
        .collect()
}

/// The settings with these values.
pub(crate) fn settings_of(fields: &Fields) -> Result<Settings, String> {
    let values = fields.iter().map(|(key, value)| match value.as_text() {
        Some(text) => Ok((key.as_str(), text)),
        None => Err(format!("the value of {key} is not known")),
    });
    settings::of_values(values.collect::<Result<Vec<_>, String>>()?)
}

fn settings_in(bytes: &[u8]) -> Result<Fields, String> {
    let text = core::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    Settings::parse(text).map(|settings| fields_of(&settings))
}

/// A file as a whole; what is no text is known by its digest.
fn whole(bytes: &[u8]) -> Fields {
    let held = core::str::from_utf8(bytes).map_or_else(
        |_| Held::Digest(hash::sha256_hex(bytes)),
        |text| Held::Text(text.to_owned()),
    );
    Fields::from([("text".to_owned(), held)])
}

/// The agents of a config.yaml, each with its fields.
pub(crate) fn held_agents(config: &Config) -> Part {
    let named = config
        .profiles()
        .iter()
        .map(|agent| (agent.name().to_owned(), held_profile(agent)));
    named.collect()
}

/// The fields of an agent that are in effect by config.yaml.
pub(crate) fn held_profile(agent: &Profile) -> Fields {
    let held = |(field, value): &(String, crate::Value)| {
        let key = format!("agents.{}.{field}", agent.name());
        Some((field.clone(), Held::of(value, value.is_kept(&key))?))
    };
    let mut fields: Fields = agent.fields().iter().filter_map(held).collect();
    fields.insert("tier".to_owned(), Held::Text(agent.tier_text()));
    fields
}

fn tokens(bytes: &[u8]) -> Result<Part, String> {
    let registry = Registry::parse(Path::new(registry::FILE), Some(bytes));
    let registry = registry.map_err(|error: VaultError| error.to_string())?;
    Ok(held_tokens(&registry))
}

/// The tokens of a registry.
pub(crate) fn held_tokens(registry: &Registry) -> Part {
    let tokens = registry.tokens.iter();
    tokens
        .map(|(id, token)| (id.clone(), held_token(token)))
        .collect()
}

/// Returns the tools that a token opens, its agent and its times. The time of
/// its last use is no part of that.
pub(crate) fn held_token(token: &Token) -> Fields {
    let mut tools = token.allowed_tools.clone();
    tools.sort();
    tools.dedup();
    let mut fields = Fields::from([
        ("hash".to_owned(), Held::Digest(token.hash.clone())),
        ("allowed_tools".to_owned(), Held::List(tools)),
        ("revoked".to_owned(), Held::Bool(token.revoked)),
    ]);
    let texts = [
        ("agent", token.agent_name.clone()),
        ("expires_at", token.expires_at.as_deref().map(instant)),
        ("tools known by", token.tools_known_by().map(str::to_owned)),
        (
            "refresh_expires_at",
            token.refresh_expires_at.as_deref().map(instant),
        ),
    ];
    let texts = texts.into_iter();
    fields.extend(texts.filter_map(|(name, text)| Some((name.to_owned(), Held::Text(text?)))));
    let refresh = token.refresh_token_hash.clone();
    fields.extend(refresh.map(|hash| ("refresh_token_hash".to_owned(), Held::Digest(hash))));
    fields
}

/// The token in a file of its own, of which nothing but its SHA-256 is kept.
fn legacy_token(bytes: &[u8]) -> Fields {
    let token = Held::Digest(hash::sha256_hex(bytes.trim_ascii()));
    Fields::from([("token".to_owned(), token)])
}

/// Spells each moment in one way.
fn instant(text: &str) -> String {
    text.parse::<jiff::Timestamp>()
        .map_or_else(|_| text.to_owned(), |at| at.to_string())
}

/// Returns the keys of everybody else who can decrypt: one key a line. They are
/// no secrets.
fn recipients(bytes: &[u8]) -> Fields {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().map(str::trim);
    let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut keys: Vec<String> = keys.map(str::to_owned).collect();
    keys.sort();
    keys.dedup();
    if keys.is_empty() {
        return Fields::new();
    }
    Fields::from([("recipients".to_owned(), Held::List(keys))])
}

/// The bare name of a policy file.
fn policy(name: &str) -> Option<&str> {
    name.strip_prefix(FOLDER)?.strip_prefix('/')
}

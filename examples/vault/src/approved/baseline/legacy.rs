//! Logs whose lines have the SHA-256 of each item, and no values.
//!
//! A value is known if the item still has that SHA-256. The next change that
//! makes a baseline writes the values down.

use super::{Hashes, Known};
use crate::{
    Profile, Vault,
    approved::{Held, ItemKind, Observed, Part},
    config, hash,
    log::State,
    policies, settings,
};

const AUTH_METHOD: &str = "config.yaml auth method";
const AGENT: &str = "config.yaml agent ";

pub(super) fn of(vault: &Vault, state: &State, kind: ItemKind, observed: &Observed) -> Known {
    let hashes = &state.baseline;
    match kind {
        ItemKind::Settings => settings_in(vault, hashes, observed),
        ItemKind::Policies => Known::Part(policies_in(hashes, observed)),
        ItemKind::Agents => Known::Part(agents_in(vault, hashes, observed)),
        ItemKind::Config => config_in(hashes, observed),
        ItemKind::Tokens | ItemKind::LegacyToken | ItemKind::Recipients | ItemKind::Devices => {
            Known::Nothing
        }
    }
}

fn settings_in(vault: &Vault, hashes: &Hashes, observed: &Observed) -> Known {
    let bytes = vault.read_own(&vault.settings_path());
    let now = bytes.map(|bytes| bytes.as_deref().map(hash::sha256_hex));
    if now.is_ok_and(|now| now.as_ref() == hashes.get(settings::FILE)) {
        return Known::Part(observed.part.clone());
    }
    Known::Lost("an older version kept no values, and the file has changed since".to_owned())
}

fn policies_in(hashes: &Hashes, observed: &Observed) -> Part {
    let folder = |item: &str| {
        let name = item.strip_prefix(policies::FOLDER)?.strip_prefix('/')?;
        Some(name.to_owned())
    };
    let named = hashes
        .iter()
        .filter_map(|(item, sha256)| Some((folder(item)?, sha256)));
    let mut part: Part = named
        .map(|(name, sha256)| {
            let text = Held::Digest(sha256.clone());
            (name, [("text".to_owned(), text)].into())
        })
        .collect();
    super::fill(&mut part, &observed.part);
    part
}

fn agents_in(vault: &Vault, hashes: &Hashes, observed: &Observed) -> Part {
    let now = vault.config().map(|config| config.agents());
    let now = now.unwrap_or_default();
    let named = hashes
        .iter()
        .filter_map(|(item, sha256)| Some((item.strip_prefix(AGENT)?, sha256)));
    let fields = named.map(|(name, sha256)| {
        let agent = now.iter().find(|agent| agent.name() == name);
        let same = agent.is_some_and(|agent| in_effect(agent) == *sha256);
        let fields = observed.part.get(name).filter(|_| same).cloned();
        let unknown = || [("profile".to_owned(), Held::Digest(sha256.clone()))].into();
        (name.to_owned(), fields.unwrap_or_else(unknown))
    });
    fields.collect()
}

/// Returns what is known of config.yaml. Beside the agents, only the auth method was
/// watched.
fn config_in(hashes: &Hashes, observed: &Observed) -> Known {
    let mut part = observed.part.clone();
    let method = part
        .get_mut("")
        .and_then(|fields| fields.get_mut(config::AUTH_METHOD));
    if let (Some(sha256), Some(now)) = (hashes.get(AUTH_METHOD), method) {
        let known = Held::Digest(sha256.clone());
        if !known.is(now) {
            *now = known;
        }
    }
    Known::Part(part)
}

/// Returns the SHA-256 by which the lines of an older log know `agent`.
fn in_effect(agent: &Profile) -> String {
    let mut fields: Vec<String> = agent
        .fields()
        .iter()
        .map(|(name, value)| format!("{name:?}: {value:?}"))
        .collect();
    fields.sort();
    fields.push(agent.tier_text());
    hash::sha256_hex(fields.join("\n").as_bytes())
}

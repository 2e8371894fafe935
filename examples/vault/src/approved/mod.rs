//! The approved state: what a person, or a change through the guard, left of
//! everything that is watched, with its values.
//!
//! It is kept in parts, one a [`ItemKind`], each in a file that is called by its
//! SHA-256. The guard's log names them, so that what it vouches for does not
//! make its lines longer.

mod baseline;
mod config_keys;
mod difference;
mod held;
mod next;
mod side;
mod strict;
mod taken;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::hash;

pub(crate) use baseline::{Baseline, Known};
pub(crate) use config_keys::in_effect as keys_in_effect;
pub(crate) use difference::{Differing, differing, shown_name, widening_fields};
pub(crate) use held::Held;
pub(crate) use next::{Adopts, Items, Next, Touch};
pub(crate) use side::{keep, prune};
pub(crate) use strict::{Forbids, put};
pub(crate) use watch::{Observed, held_agents, held_profile, held_token, held_tokens, settings_of};

/// The kinds of items that are watched. A new kind needs a name here, its files
/// in [`ItemKind::of_file`], and how they are read in `watch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ItemKind {
    /// `guard/settings.yaml`, setting by setting.
    Settings,
    /// `policies/`, file by file.
    Policies,
    /// The agents of config.yaml, each with its fields in effect.
    Agents,
    /// Everything else in config.yaml that is no routine key.
    Config,
    /// `mcp-tokens.json`, token by token.
    Tokens,
    /// `mcp-token`: a token for every tool, older than the registry.
    LegacyToken,
    /// `recipients.txt`: who else can decrypt.
    Recipients,
    /// `.openpass/devices.json`: which devices take part.
    Devices,
}

impl ItemKind {
    /// Every kind, what weighs most first.
    pub(crate) const ALL: [Self; 8] = [
        Self::Settings,
        Self::Policies,
        Self::Recipients,
        Self::Devices,
        Self::Config,
        Self::Agents,
        Self::Tokens,
        Self::LegacyToken,
    ];

    /// Whether the guard decides by it: what of it counts is always the stricter
    /// of what was approved and what is there.
    pub(crate) const fn decides(self) -> bool {
        matches!(self, Self::Settings | Self::Policies)
    }

    /// Every kind that says what others may do.
    pub(crate) fn of_power() -> BTreeSet<Self> {
        let all = Self::ALL.into_iter();
        all.filter(|kind| !kind.decides()).collect()
    }
}

/// The fields of one item, by name.
pub(crate) type Fields = BTreeMap<String, Held>;

/// All items of one kind: each item's fields, by the item's name. An item of which there is
/// only one has the empty name.
pub(crate) type Part = BTreeMap<String, Fields>;

/// The parts that make up the approved state, as the log has them: the SHA-256
/// of each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Approved(BTreeMap<ItemKind, String>);

impl Approved {
    pub(crate) fn get(&self, kind: ItemKind) -> Option<&str> {
        self.0.get(&kind).map(String::as_str)
    }

    pub(crate) fn set(&mut self, kind: ItemKind, sha256: String) {
        self.0.insert(kind, sha256);
    }

    /// The SHA-256 of every part.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }

    /// Returns the SHA-256 of every part by its name, in the order of the names.
    pub(crate) fn by_name(&self) -> BTreeMap<String, String> {
        let named = serde_json::to_value(&self.0).and_then(serde_json::from_value);
        named.unwrap_or_default()
    }

    /// Whether it has every kind that `before` has.
    pub(crate) fn has_all_of(&self, before: &Self) -> bool {
        before.0.keys().all(|kind| self.0.contains_key(kind))
    }

    /// Returns one SHA-256 for the whole state.
    pub(crate) fn digest(&self) -> String {
        hash::sha256_hex(&serde_json::to_vec(&self.0).unwrap_or_default())
    }
}

/// A part's one form, byte by byte. Maps are in order, so there is no other.
pub(crate) fn bytes(part: &Part) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(part)
}

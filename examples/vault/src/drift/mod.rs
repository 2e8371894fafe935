//! The changes outside the guard, as far as they can be told.

use std::collections::BTreeMap;

use openpass_auth::SafeText;
use openpass_policy::{Direction, FieldChange};

use crate::{
    Vault, VaultError,
    approved::{Baseline, Differing, ItemKind, Known, differing},
    hash, log, policies,
};

mod told;

pub use told::NotInEffect;

/// The remark on a file whose approved values may not be the last that were
/// approved.
const NOT_KNOWN: &str = "is not known, because the guard log was damaged; `openpass guard accept` shows what there is now, and accepts it";

/// The remark on an identity.age that is not the file of before.
const REWRITTEN: &str = "identity.age was written anew outside the guard; the next proof by passphrase says whether it still holds this vault's key; if it is meant to hold another, accept it with `openpass guard accept --identity`";

/// The differences from the approved state.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Drift {
    /// The items that differ, by name.
    pub items: Vec<DriftItem>,
    /// The files of which the approved values are lost, each with the reason:
    /// the values cannot be had any more, or lines of the log were missing that
    /// may have changed them.
    pub lost: Vec<String>,
    /// Whether identity.age is another file than the one that the log pins. The
    /// product wraps the same key anew when it first opens a vault, so this
    /// alone is no reason to refuse.
    pub identity_is_rewritten: bool,
    /// Whether the log has damaged lines that nobody has accepted; what it
    /// says of the past may not be all.
    pub log_is_damaged: bool,
    pub(crate) damaged_lines: u64,
}

/// A difference from the approved state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DriftItem {
    /// A policy file, the settings, an agent of config.yaml, a token …
    pub name: String,
    /// The kind of the change.
    pub what: Happened,
    /// Every field that differs, from what was approved to what is there.
    /// What may be a secret is there by its SHA-256.
    pub changes: Vec<FieldChange>,
}

/// The kind of change that happened to one thing outside the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new value must break the builds that name it"
)]
pub enum Happened {
    /// The item was not there.
    Added,
    /// The item is not there any more.
    Removed,
    /// The item is another.
    Changed,
    /// The item cannot be read.
    Unreadable,
}

impl Happened {
    /// The word for it, behind "was" but for what cannot be read.
    const fn said(self) -> &'static str {
        match self {
            Self::Added => "was added outside the guard",
            Self::Removed => "was removed outside the guard",
            Self::Changed => "was changed outside the guard",
            Self::Unreadable => "cannot be read",
        }
    }
}

impl DriftItem {
    /// Whether any of it gives power, or nobody can tell.
    #[must_use]
    pub fn widens(&self) -> bool {
        let mut changes = self.changes.iter();
        changes.any(|change| change.direction == Direction::Widens)
    }
}

impl Drift {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.is_empty_but_for_the_identity() && !self.identity_is_rewritten
    }

    /// Whether nothing but identity.age differs. `openpass guard accept` takes
    /// everything else for good.
    #[must_use]
    pub fn only_the_identity(&self) -> bool {
        self.is_empty_but_for_the_identity() && self.identity_is_rewritten
    }

    fn is_empty_but_for_the_identity(&self) -> bool {
        self.items.is_empty() && self.lost.is_empty() && !self.log_is_damaged
    }

    /// Returns a line for each difference, for people.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let said = |item: &DriftItem| {
            let name = SafeText::composed(&item.name);
            format!("{name} {}", item.what.said())
        };
        let mut lines: Vec<String> = self.items.iter().map(said).collect();
        lines.extend(
            self.lost
                .iter()
                .map(|lost| format!("what was approved of {lost}")),
        );
        if self.identity_is_rewritten {
            lines.push(REWRITTEN.to_owned());
        }
        if self.log_is_damaged {
            let damaged = self.damaged();
            lines.push(format!(
                "the guard log has {damaged}; see `openpass audit verify`"
            ));
        }
        lines
    }

    /// Returns the number of damaged lines of the log, in words.
    pub(crate) fn damaged(&self) -> String {
        match self.damaged_lines {
            1 => "1 damaged line".to_owned(),
            lines => format!("{lines} damaged lines"),
        }
    }
}

impl Vault {
    /// Returns the differences from the approved state, by their effect: a save
    /// that changes no effect is no difference. Before the first change with a
    /// factor there is nothing to compare with.
    ///
    /// # Errors
    ///
    /// That the log cannot be read, or that others may have written it.
    pub fn drift(&self) -> Result<Drift, VaultError> {
        Ok(self.drift_from(&self.baseline()?).0)
    }

    /// Returns the same differences as [`drift`](Self::drift), and the kinds of item that
    /// differ.
    pub(crate) fn drift_from(
        &self,
        baseline: &Baseline<'_>,
    ) -> (Drift, Vec<(ItemKind, Differing)>) {
        let state = baseline.state();
        let mut drift = Drift {
            identity_is_rewritten: state
                .pin
                .sha256()
                .is_some_and(|pinned| pinned != self.identity_item()),
            log_is_damaged: state.is_damaged(),
            damaged_lines: state.damaged,
            ..Drift::default()
        };
        let mut all = Vec::new();
        for kind in ItemKind::ALL {
            let observed = baseline.observed(kind);
            match baseline.of(kind, &observed) {
                Known::Nothing => {}
                Known::Lost(problem) => drift
                    .lost
                    .push(format!("{} is lost: {problem}", kind.file())),
                Known::Part(part) => {
                    let found = differing(kind, &part, &observed);
                    all.extend(found.into_iter().map(|one| (kind, one)));
                }
            }
        }
        drift.lost.extend(in_doubt(baseline));
        drift.items = all.iter().map(|(_, one)| told(one)).collect();
        drift.items.sort_by(|a, b| a.name.cmp(&b.name));
        // Agents and the other keys are of one file, which cannot be read once.
        drift.items.dedup();
        (drift, all)
    }

    /// Since when and by whom each of the guard's settings is what it is, as
    /// far as the log says.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn settings_since(&self) -> Result<BTreeMap<String, log::Since>, VaultError> {
        Ok(self.baseline()?.state().since.clone())
    }

    /// Every policy file's hash, or why it cannot be read.
    pub(crate) fn watched_policies(&self) -> BTreeMap<String, String> {
        let folder = self.dir().join(policies::FOLDER);
        let names = match self.policy_names() {
            Ok(names) => names,
            Err(error) => {
                return BTreeMap::from([(policies::FOLDER.to_owned(), error.to_string())]);
            }
        };
        let hashed = names.into_iter().map(|name| {
            let hash = match self.read_own(&folder.join(&name)) {
                Ok(bytes) => hash::sha256_hex(&bytes.unwrap_or_default()),
                Err(error) => error.to_string(),
            };
            (format!("{}/{name}", policies::FOLDER), hash)
        });
        hashed.collect()
    }
}

/// Returns the remarks on kinds of items whose approved state may not be the
/// last that was approved. While the log is damaged, there are none, because the
/// damage itself says so.
fn in_doubt(baseline: &Baseline<'_>) -> Vec<String> {
    let state = baseline.state();
    if state.approved.is_none() || state.is_damaged() {
        return Vec::new();
    }
    let is_there = |kind: &ItemKind| {
        let observed = baseline.observed(*kind);
        observed.part.values().any(|fields| !fields.is_empty())
    };
    let kinds = ItemKind::ALL.into_iter().filter(|kind| state.doubts(*kind));
    let mut files: Vec<&str> = kinds.filter(is_there).map(ItemKind::file).collect();
    // Agents and the other keys are of one file.
    files.dedup();
    let said = |file| format!("{file} {NOT_KNOWN}");
    files.into_iter().map(said).collect()
}

fn told(one: &Differing) -> DriftItem {
    let what = match (one.was_there, one.is_there) {
        _ if one.unreadable.is_some() => Happened::Unreadable,
        (false, _) => Happened::Added,
        (_, false) => Happened::Removed,
        _ => Happened::Changed,
    };
    DriftItem {
        name: one.item.clone(),
        what,
        changes: one.changes.clone(),
    }
}

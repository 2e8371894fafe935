//! The state that the guard's log vouches for, part by part.

use std::{collections::BTreeMap, sync::Arc};

use super::{Approved, Held, ItemKind, Observed, Part, bytes, side};
use crate::{GuardLog, Vault, VaultError, hash, log::State, trust};

mod legacy;

/// The knowledge of one kind of item.
#[derive(Debug, Clone)]
pub(crate) enum Known {
    /// No genuine line of the log says anything.
    Nothing,
    /// The log says that there was something, and its values cannot be had:
    /// why.
    Lost(String),
    /// The part that was approved.
    Part(Part),
}

/// The state that the log's genuine lines give, with the vault that holds its values.
pub(crate) struct Baseline<'v> {
    vault: &'v Vault,
    state: Arc<State>,
    /// The error for which nothing of the state counts.
    problem: Option<VaultError>,
}

impl Vault {
    /// Returns what the guard knows of this vault.
    ///
    /// # Errors
    ///
    /// That the log cannot be read, or that others than the owner could have
    /// written it.
    pub(crate) fn baseline(&self) -> Result<Baseline<'_>, VaultError> {
        let mut baseline = self.baseline_if_any();
        baseline.problem.take().map_or(Ok(baseline), Err)
    }

    /// Like [`baseline`](Self::baseline), but where the log cannot be read it
    /// gives a baseline of which everything is lost. A change can be worked out
    /// on it, and what was approved stays as it is.
    pub(crate) fn baseline_if_any(&self) -> Baseline<'_> {
        let state = GuardLog::of(self).shared_state();
        let trusted = self.is_guard_trusted();
        let (state, problem) = match (state, trusted) {
            (Ok(state), trusted) => (state, trusted.err()),
            (Err(error), trusted) => (Arc::default(), trusted.err().or(Some(error))),
        };
        Baseline {
            vault: self,
            state,
            problem,
        }
    }
}

impl Vault {
    /// Whether nobody else can have written the guard's memory, at the moment of the
    /// snapshot if there is one.
    fn is_guard_trusted(&self) -> Result<(), VaultError> {
        let check = || trust::guard_of(self);
        match &self.reads {
            Some(reads) => reads.trusted(check),
            None => check(),
        }
    }
}

impl Baseline<'_> {
    /// Returns the baseline for a change by which another identity is accepted: without
    /// the state that an identity which vouched for itself has approved.
    pub(crate) fn proven_only(mut self) -> Self {
        if let Some(proven) = self.state.proven.clone() {
            Arc::make_mut(&mut self.state).approved = Some(proven.approved);
        }
        self
    }

    /// Returns the baseline, if it can be relied on.
    ///
    /// # Errors
    ///
    /// The error for which nothing of the baseline counts.
    pub(crate) fn usable(&self) -> Result<&Self, &VaultError> {
        self.problem.as_ref().map_or(Ok(self), Err)
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// Tells what is known from anything else that could be.
    pub(crate) fn digest(&self) -> String {
        let known = (&self.state.approved, self.state.known, &self.state.baseline);
        hash::sha256_hex(&serde_json::to_vec(&known).unwrap_or_default())
    }

    /// Whether a genuine line knows this vault at all, or may: nobody can tell
    /// while it cannot be read.
    pub(crate) fn exists(&self) -> bool {
        self.problem.is_some() || self.state.approved.is_some() || self.is_old()
    }

    /// Whether the baseline is from an older log, which has hashes and no values.
    pub(crate) fn is_old(&self) -> bool {
        self.state.approved.is_none() && self.state.known
    }

    /// Whether identity.age is the file that the log pins. If not, the log may
    /// be another vault's, and speaks for nothing that makes this one easier.
    /// A file that was wrapped anew counts again once its passphrase was given.
    ///
    /// INVARIANT (no damage makes anything easier): with a line missing or
    /// damaged, an opt-out may have been taken back on it. So nothing of before
    /// speaks for one, until a proof sets the damage aside.
    pub(crate) fn knows_this_vault(&self) -> bool {
        let here = self.vault.identity_item();
        self.problem.is_none() && !self.state.is_damaged() && self.state.pin.sha256() == Some(&here)
    }

    /// Returns all items of this kind as they are now.
    pub(crate) fn observed(&self, kind: ItemKind) -> Observed {
        self.vault.observed(kind)
    }

    /// Returns the items of this kind in a file with this content.
    pub(crate) fn read(
        &self,
        kind: ItemKind,
        name: &str,
        bytes: Option<&[u8]>,
    ) -> Result<Part, String> {
        kind.read(name, bytes, self.vault.parsed())
    }

    /// Returns what is known of `kind`. `observed` has the items of this kind that are
    /// there now.
    pub(crate) fn of(&self, kind: ItemKind, observed: &Observed) -> Known {
        if let Some(problem) = &self.problem {
            return Known::Lost(problem.to_string());
        }
        let Some(approved) = &self.state.approved else {
            return if self.is_old() {
                legacy::of(self.vault, &self.state, kind, observed)
            } else {
                Known::Nothing
            };
        };
        let Some(sha256) = approved.get(kind) else {
            return Known::Nothing;
        };
        if is_part(sha256, observed) {
            return self.signed_of(kind, observed.part.clone());
        }
        match side::load(&self.vault.guard_dir(), sha256) {
            Ok(mut part) => {
                fill(&mut part, &observed.part);
                self.signed_of(kind, part)
            }
            Err(problem) => Known::Lost(problem),
        }
    }
}

impl Baseline<'_> {
    fn signed_of(&self, kind: ItemKind, part: Part) -> Known {
        self.as_signed(kind, part)
            .map_or_else(Known::Lost, Known::Part)
    }

    /// The part of this kind in `approved`, as it was kept; an empty one where it names
    /// none.
    pub(crate) fn kept(&self, approved: &Approved, kind: ItemKind) -> Option<Part> {
        match approved.get(kind) {
            Some(sha256) => side::load(&self.vault.guard_dir(), sha256).ok(),
            None => Some(Part::new()),
        }
    }
}

/// Whether what is there is the part with this SHA-256, to the byte.
fn is_part(sha256: &str, observed: &Observed) -> bool {
    if let Some(known) = &observed.sha256 {
        return known == sha256;
    }
    observed.unreadable.is_empty()
        && bytes(&observed.part).is_ok_and(|bytes| hash::sha256_hex(&bytes) == sha256)
}

/// Puts values in the place of digests that are theirs.
fn fill(part: &mut Part, observed: &Part) {
    for (name, fields) in part {
        let there = observed.get(name);
        for (field, held) in fields {
            let value = there.and_then(|there| there.get(field));
            if let Some(value) = value.filter(|value| is_value_of(value, held)) {
                *held = value.clone();
            }
        }
    }
}

fn is_value_of(value: &Held, held: &Held) -> bool {
    matches!(held, Held::Digest(_)) && !matches!(value, Held::Digest(_)) && value.is(held)
}

/// The items that an older log knows, by name, each with its SHA-256.
type Hashes = BTreeMap<String, String>;

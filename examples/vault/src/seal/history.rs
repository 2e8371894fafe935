//! The seals that the log has, back from the last one.

use std::collections::BTreeMap;

use super::{Seal, SealDigest, Sealed};
use crate::{
    GuardLog, Vault, VaultError,
    approved::Approved,
    log::line::{Event, Line},
};

/// A seal of the history, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Head {
    /// The seal's number, from one.
    pub number: u64,
    /// The seal.
    pub seal: SealDigest,
}

/// The number and the seal on one line, as `openpass audit head` prints it.
impl core::fmt::Display for Head {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} {}", self.number, self.seal)
    }
}

impl Vault {
    /// The last seal; `None` before anything was sealed.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn sealed(&self) -> Result<Option<Sealed>, VaultError> {
        Ok(GuardLog::of(self).state()?.sealed())
    }

    /// Every seal of the present history, the last one first: each is behind the next by
    /// what that one says, and is the seal of what stands beside it.
    ///
    /// This vault does not come from a seal that is not among them: the log was cut, put
    /// back or exchanged since somebody noted that seal. Where old files of the log were
    /// removed, the seals on them are not among them either.
    ///
    /// # Errors
    ///
    /// That a file of the log cannot be read.
    pub fn heads(&self) -> Result<Vec<Head>, VaultError> {
        let log = GuardLog::of(self);
        let state = log.state()?;
        let (Some(last), Some(scope)) = (state.seals.last, state.approvers.scope) else {
            return Ok(Vec::new());
        };
        let on_lines = log.seals(&scope)?;
        let behind = |seal: &Seal| on_lines.get(&seal.before).cloned();
        let all = core::iter::successors(Some(last), behind);
        Ok(all.map(|seal| Head::of(&seal)).collect())
    }
}

impl Head {
    const fn of(seal: &Seal) -> Self {
        Self {
            number: seal.number,
            seal: seal.sha256,
        }
    }
}

impl From<&Sealed> for Head {
    fn from(sealed: &Sealed) -> Self {
        Self {
            number: sealed.number,
            seal: sealed.seal,
        }
    }
}

impl GuardLog {
    /// Returns each seal on a line that is the seal of the parts beside it.
    ///
    /// INVARIANT: a seal counts by the content of which it is the SHA-256, and not by the
    /// line's code. A program that can write the log cannot make a seal that passes for
    /// another.
    fn seals(&self, scope: &[u8; 16]) -> Result<BTreeMap<SealDigest, Seal>, VaultError> {
        let mut seals = BTreeMap::new();
        self.each_line(|line| {
            if let Some((seal, approved)) = sealed_on(line)
                && seal.sha256 == seal.digest(scope, &approved)
            {
                seals.insert(seal.sha256, seal);
            }
        })?;
        Ok(seals)
    }
}

fn sealed_on(line: Line<'_>) -> Option<(Seal, Approved)> {
    match line.facts.event {
        Event::Prepared(prepared) => Some((prepared.seal?, prepared.approved?)),
        _ => None,
    }
}

//! The anchor, which names the last line. A log that ends before that line was cut.

use std::{io, path::Path};

use serde::{Deserialize, Serialize};

use super::{
    chapter,
    key::{LogKey, Mac},
    verify::Flaw,
};
use crate::{durable, files};

const FILE: &str = "log.anchor";
const DOMAIN: &[u8] = b"openpass guard log anchor 1";

/// The last line's number and code, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Anchor {
    seq: u64,
    last: String,
    key: String,
    mac: String,
}

/// The result of a look for the anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// No anchor.
    Nothing,
    /// No anchor, though there was one: a change was approved, which takes several lines.
    Lost,
    /// An anchor that this key did not sign.
    OtherKey,
    /// An anchor that was changed, or something that is no anchor.
    Altered,
    /// The anchor.
    Genuine(Anchor),
}

impl Found {
    /// Returns the flaw of a log that ends with line `seq`, whose code is `last`, as far as
    /// the anchor shows one.
    pub(super) fn problem_with(&self, seq: u64, last: Mac) -> Option<Flaw> {
        let anchor = match self {
            // A crash between the first line and its anchor leaves none.
            Self::Nothing if seq <= 1 => return None,
            // That the log is gone says it better.
            Self::Lost if seq == 0 => return None,
            Self::Nothing | Self::Lost => return Some(Flaw::NoAnchor),
            Self::OtherKey | Self::Altered => return Some(Flaw::AnchorAltered),
            Self::Genuine(anchor) => anchor,
        };
        match anchor.seq.checked_sub(seq) {
            // A crash between a line and its anchor leaves it one behind.
            None if seq.saturating_sub(anchor.seq) == 1 => None,
            None => Some(Flaw::AnchorAltered),
            Some(0) if anchor.last == last.to_hex() => None,
            // The last line is another than the one that was written.
            Some(0) => Some(Flaw::Altered),
            Some(gap) => Some(Flaw::Cut(gap)),
        }
    }

    /// Whether line `seq`, whose code is `last`, is the one that it names.
    pub(super) fn names(&self, seq: u64, last: Mac) -> bool {
        matches!(self, Self::Genuine(anchor) if anchor.seq == seq && anchor.last == last.to_hex())
    }

    /// The number of the line that it names; 0 when it names none.
    pub(super) const fn seq(&self) -> u64 {
        match self {
            Self::Genuine(anchor) => anchor.seq,
            Self::Nothing | Self::Lost | Self::OtherKey | Self::Altered => 0,
        }
    }
}

impl Anchor {
    pub(super) fn find(dir: &Path, key: Option<&LogKey>) -> Found {
        let bytes = match files::read_own(&dir.join(FILE)) {
            Ok(None) if chapter::keeps_something(dir) => return Found::Lost,
            Ok(None) => return Found::Nothing,
            Ok(Some(bytes)) => bytes,
            Err(_) => return Found::Altered,
        };
        let Ok(anchor) = serde_json::from_slice::<Self>(&bytes) else {
            return Found::Altered;
        };
        let Some(key) = key.filter(|key| key.id() == anchor.key) else {
            return Found::OtherKey;
        };
        let seq = anchor.seq.to_be_bytes();
        let genuine = Mac::from_hex(anchor.mac.as_bytes())
            .is_some_and(|mac| key.verifies(&[DOMAIN, &seq, anchor.last.as_bytes()], &mac));
        if genuine {
            Found::Genuine(anchor)
        } else {
            Found::Altered
        }
    }

    /// Signs what `before` signed with `next`, and nothing else.
    pub(super) fn sign_anew(dir: &Path, before: &LogKey, next: &LogKey) -> io::Result<()> {
        match Self::find(dir, Some(before)) {
            Found::Genuine(anchor) => {
                let last = Mac::from_hex(anchor.last.as_bytes()).unwrap_or(Mac::NONE);
                Self::write(dir, next, anchor.seq, last)
            }
            Found::Nothing | Found::Lost | Found::OtherKey | Found::Altered => Ok(()),
        }
    }

    /// Says that line `seq`, with the code `last`, is the last one.
    pub(super) fn write(dir: &Path, key: &LogKey, seq: u64, last: Mac) -> io::Result<()> {
        let last = last.to_hex();
        let mac = key.sign(&[DOMAIN, &seq.to_be_bytes(), last.as_bytes()]);
        let anchor = Self {
            seq,
            last,
            key: key.id().to_owned(),
            mac: mac.to_hex(),
        };
        durable::replace_own(dir, FILE, &serde_json::to_vec(&anchor)?)
    }
}

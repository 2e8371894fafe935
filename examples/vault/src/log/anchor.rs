//! The anchor: which line was the last. A log that ends before it was cut.

use std::{io, path::Path};

use serde::{Deserialize, Serialize};

use super::key::{LogKey, Mac};
use crate::files;

const FILE: &str = "log.anchor";
const DOMAIN: &[u8] = b"openpass guard log anchor 1";

/// The last line's number and code, signed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Anchor {
    pub(super) seq: u64,
    last: String,
    key: String,
    mac: String,
}

/// What there is where the anchor should be.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// No anchor.
    Nothing,
    /// One that this key did not sign.
    OtherKey,
    /// One that was changed, or is no anchor.
    Altered,
    /// The anchor.
    Genuine(Anchor),
}

impl Anchor {
    pub(super) fn find(dir: &Path, key: Option<&LogKey>) -> Found {
        let bytes = match files::read_own(&dir.join(FILE)) {
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
        files::replace_own(dir, FILE, &serde_json::to_vec(&anchor)?)
    }

    /// Whether a line with this number and code is the one it names.
    pub(super) fn names(&self, seq: u64, mac: Mac) -> bool {
        self.seq == seq && self.last == mac.to_hex()
    }
}

//! What the log pins of the identity.

use std::collections::BTreeMap;

use super::reference::Reference;
use crate::{log::State, vault::IDENTITY};

/// The item of what is watched that names the identity's public key. Unlike
/// the others it cannot be compared without the passphrase.
pub(crate) const RECIPIENT_ITEM: &str = "identity.age recipient";

/// What the log pins of the identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pin {
    /// Nothing: no genuine line says that somebody vouched for one.
    Nothing,
    /// The file. Somebody vouched for it without showing which key it holds: a
    /// finger, or the identity that was pinned before.
    File {
        /// Its SHA-256.
        sha256: String,
    },
    /// The key. The file may be wrapped anew around it.
    Key {
        /// Its public half.
        recipient: String,
        /// The SHA-256 of the file that was last seen to hold it.
        sha256: Option<String>,
    },
}

impl Pin {
    /// What `state` pins.
    pub(crate) fn of(state: &State) -> Self {
        let sha256 = state.baseline.get(IDENTITY).cloned();
        match (state.baseline.get(RECIPIENT_ITEM).cloned(), sha256) {
            (Some(recipient), sha256) => Self::Key { recipient, sha256 },
            (None, Some(sha256)) => Self::File { sha256 },
            (None, None) => Self::Nothing,
        }
    }

    /// The file that was last seen, by its SHA-256.
    pub(crate) fn sha256(&self) -> Option<&str> {
        match self {
            Self::Nothing => None,
            Self::File { sha256 } => Some(sha256),
            Self::Key { sha256, .. } => sha256.as_deref(),
        }
    }

    /// Whether `reference` is to what is pinned, in whatever file it lies.
    pub(super) fn is(&self, reference: &Reference) -> bool {
        match self {
            Self::Nothing => false,
            Self::File { sha256 } => *sha256 == reference.sha256,
            Self::Key { recipient, .. } => *recipient == reference.recipient,
        }
    }

    /// The items by which the log keeps it; `None` takes one away.
    pub(super) fn items(self) -> BTreeMap<String, Option<String>> {
        let (recipient, sha256) = match self {
            Self::Nothing => (None, None),
            Self::File { sha256 } => (None, Some(sha256)),
            Self::Key { recipient, sha256 } => (Some(recipient), sha256),
        };
        BTreeMap::from([
            (RECIPIENT_ITEM.to_owned(), recipient),
            (IDENTITY.to_owned(), sha256),
        ])
    }

    /// For people.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Nothing => "none".to_owned(),
            Self::File { sha256 } => format!("the key in the file sha256 {sha256}"),
            Self::Key { recipient, .. } => recipient.clone(),
        }
    }
}

//! The pin that ties the vault to its identity, as the log has it.

use serde::{Deserialize, Serialize};

use super::reference::Reference;

/// The part of the identity that the log pins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "pins", rename_all = "kebab-case")]
pub(crate) enum Pin {
    /// No pin: no genuine line says that somebody vouched for an identity.
    #[default]
    Nothing,
    /// The file. Somebody vouched for it without showing which key it holds: a
    /// finger, or the identity that was pinned before.
    File {
        /// The file's SHA-256.
        sha256: String,
    },
    /// The key. The file may be wrapped anew around it.
    Key {
        /// The key's public half.
        recipient: String,
        /// The SHA-256 of the file that was last seen to hold it.
        sha256: Option<String>,
    },
}

impl Pin {
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

    /// Whether `next` pins another identity, as far as can be told.
    pub(crate) fn is_exchanged_for(&self, next: &Self) -> bool {
        match (self, next) {
            (Self::Nothing, _) => false,
            (
                Self::Key { recipient, .. },
                Self::Key {
                    recipient: next, ..
                },
            ) => recipient != next,
            (Self::File { .. }, Self::File { .. } | Self::Key { .. }) => {
                self.sha256() != next.sha256()
            }
            (Self::Key { .. }, Self::File { .. }) => self.sha256() != next.sha256(),
            (_, Self::Nothing) => true,
        }
    }

    /// Returns the pin in words, for people.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Nothing => "none".to_owned(),
            Self::File { sha256 } => format!("the key in the file sha256 {sha256}"),
            Self::Key { recipient, .. } => recipient.clone(),
        }
    }
}

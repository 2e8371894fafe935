//! A change, as the client is told of it.

use openpass_policy::{AuthFactor, Direction, FieldChange};
use openpass_vault::{Door, IssuedToken, Proposal};
use schemars::JsonSchema;
use serde::Serialize;

/// A change that was made.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Changed {
    /// Always `done`.
    outcome: &'static str,
    /// The factor that vouched for the change: `biometry` or `passphrase`.
    factor: String,
    /// The operation's digest, as on the guard log.
    digest: String,
    /// Every field that changed.
    changes: Vec<Field>,
    /// The token that was issued, without its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<Issued>,
}

impl Changed {
    /// Returns what `proposal` has changed through `door`, vouched for by
    /// `factor`.
    pub(crate) fn of(door: &Door, proposal: &Proposal, factor: AuthFactor) -> Self {
        let operation = proposal.operation();
        Self {
            outcome: "done",
            factor: factor.as_str().to_owned(),
            digest: operation.digest().to_string(),
            changes: door.seen(operation).iter().map(Field::from).collect(),
            issued: proposal.issued().map(Issued::from),
        }
    }
}

/// One field of a change.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Field {
    field: String,
    before: Option<String>,
    after: Option<String>,
    direction: Way,
    /// The added entries or lines, where the values are lists or texts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    added: Vec<String>,
    /// The removed entries or lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    removed: Vec<String>,
}

/// The effect of a change on the power of the agent that it is about.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Way {
    Widens,
    Narrows,
    Neutral,
}

impl From<Direction> for Way {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Widens => Self::Widens,
            Direction::Narrows => Self::Narrows,
            Direction::Neutral => Self::Neutral,
        }
    }
}

/// A new token: where it is, not what it is.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Issued {
    id: String,
    /// The file that holds it, below the vault.
    file: String,
}

impl From<&IssuedToken> for Issued {
    fn from(token: &IssuedToken) -> Self {
        Self {
            id: token.id.clone(),
            file: token.file.clone(),
        }
    }
}

impl From<&FieldChange> for Field {
    fn from(change: &FieldChange) -> Self {
        Self {
            field: change.field.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
            direction: change.direction.into(),
            added: change.difference.added().map(ToOwned::to_owned).collect(),
            removed: change.difference.removed().map(ToOwned::to_owned).collect(),
        }
    }
}

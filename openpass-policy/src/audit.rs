//! The log of what was asked, granted, refused and done.

use std::{
    error::Error,
    sync::{Mutex, PoisonError},
};

use serde::Serialize;

use crate::{
    Action, AuthFactor, Decision, FieldChange, Operation, OperationDigest, PolicyId, Request,
    Resource,
};

/// One event of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditRecord {
    /// The operation's digest, by which its events are found.
    pub digest: OperationDigest,
    /// Who asked, and the circumstances.
    #[serde(flatten)]
    pub request: Request,
    /// What was to happen.
    pub action: Action,
    /// What it was to happen to.
    pub resource: Resource,
    /// Every field that was to change.
    pub changes: Vec<FieldChange>,
    /// What happened.
    pub event: AuditEvent,
}

/// What happened to an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a log that does not know an event would lose it"
)]
pub enum AuditEvent {
    /// It was refused, and nothing changed.
    Refused {
        /// What policy said.
        policy: Decision,
        /// Why it was refused.
        reason: String,
    },
    /// It was granted and is about to happen.
    Intent {
        /// What vouched for it.
        factor: AuthFactor,
        /// The authenticator that was asked, when one was.
        authenticator: Option<&'static str>,
        /// What the proof was checked against, such as the public key of the
        /// identity that a passphrase opened.
        #[serde(skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// The permits that allowed it.
        policies: Vec<PolicyId>,
        /// What the person was told beside the change.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        notices: Vec<String>,
    },
    /// What became of an intent.
    Outcome {
        /// How it ended.
        outcome: Outcome,
    },
}

/// How a granted operation ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a log that does not know an outcome would lose it"
)]
pub enum Outcome {
    /// The change was made.
    Done,
    /// Nothing was changed.
    Failed {
        /// Why.
        reason: String,
    },
}

impl AuditRecord {
    /// The record of `event` for `operation`.
    #[must_use]
    pub fn new(operation: &Operation, event: AuditEvent) -> Self {
        Self {
            digest: operation.digest(),
            request: operation.request().clone(),
            action: operation.action(),
            resource: operation.resource().clone(),
            changes: operation.changes().to_vec(),
            event,
        }
    }
}

/// Why a record is not on the log.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct AuditError {
    message: String,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl AuditError {
    /// An error that was caused by another.
    pub fn caused_by(
        message: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self {
            message: message.into(),
            source: Some(source.into()),
        }
    }
}

/// Where records go.
///
/// `record` returns once the record would survive a crash: the guard grants
/// nothing before the intent is on the log, and nothing at all when `record`
/// fails. Records may hold hostile text in their values; a sink that shows
/// them escapes it.
pub trait AuditSink: core::fmt::Debug + Send + Sync {
    /// Writes one record.
    ///
    /// # Errors
    ///
    /// Anything that may have kept the record off the log.
    fn record(&self, record: &AuditRecord) -> Result<(), AuditError>;
}

/// Keeps the records in memory: for tests and demonstrations.
#[derive(Debug, Default)]
pub struct MemorySink {
    records: Mutex<Vec<AuditRecord>>,
}

impl MemorySink {
    /// An empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The records so far, the oldest first.
    #[must_use]
    pub fn records(&self) -> Vec<AuditRecord> {
        self.records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl AuditSink for MemorySink {
    fn record(&self, record: &AuditRecord) -> Result<(), AuditError> {
        self.records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(record.clone());
        Ok(())
    }
}

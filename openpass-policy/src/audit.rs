//! The log of what was asked, granted, refused and done.

mod approval;
mod bounds;
mod json_lines;

use std::{
    collections::BTreeMap,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap as _},
};
use serde_json::Value;

use crate::{
    Action, AuthFactor, Decision, FieldChange, LogId, Operation, OperationDigest, PolicyId,
    Request, Resource,
};

pub use approval::LoggedApproval;
pub use bounds::BoundedText;
pub use json_lines::JsonLines;

/// One event of one operation.
///
/// As JSON it has no more than 60 KiB, whatever was asked for: of a long text
/// there is the start, the length and the SHA-256 ([`BoundedText`]), and of a
/// long list of changes those that give power first, with `moreChanges` for
/// the `count` and `sha256` of the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditRecord {
    /// The operation's digest, by which its events are found.
    pub digest: OperationDigest,
    /// The requester and the circumstances.
    pub request: Request,
    /// The action that was asked for.
    pub action: Action,
    /// The resource of the action.
    pub resource: Resource,
    /// The context that a host's own operation gave.
    pub context: BTreeMap<String, crate::Value>,
    /// Every field that was to change.
    pub changes: Vec<FieldChange>,
    /// The event.
    pub event: AuditEvent,
}

/// An event in the life of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a log that does not know an event would lose it"
)]
pub enum AuditEvent {
    /// It was refused, and nothing changed.
    Refused {
        /// The decision of policy.
        policy: Decision,
        /// The reason for the refusal.
        reason: String,
    },
    /// It was granted and is about to happen.
    Intent {
        /// The factor that vouched for the operation.
        factor: AuthFactor,
        /// The authenticator that was asked, when one was.
        authenticator: Option<&'static str>,
        /// The reference that the proof was checked against, such as the public key of
        /// the identity that a passphrase opened.
        #[serde(skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// The permits that allowed it.
        policies: Vec<PolicyId>,
        /// The notices that the person was shown beside the change.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        notices: Vec<String>,
        /// The approver's signature, if there is one. It is verified.
        #[serde(skip_serializing_if = "Option::is_none")]
        approval: Option<LoggedApproval>,
    },
    /// A granted operation has ended.
    Outcome {
        /// The end of the operation.
        outcome: Outcome,
    },
}

/// The end of a granted operation.
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
        /// The reason for the failure.
        reason: String,
    },
    /// The store let go of it without a word: the change was made, or not, or
    /// in part. A store that can look settles it at its next start.
    Unknown,
}

impl Serialize for AuditRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts: [(&str, serde_json::Result<Value>); 5] = [
            ("digest", serde_json::to_value(self.digest)),
            ("action", serde_json::to_value(&self.action)),
            ("resource", serde_json::to_value(&self.resource)),
            ("changes", serde_json::to_value(&self.changes)),
            ("event", serde_json::to_value(&self.event)),
        ];
        let request = serde_json::to_value(&self.request).map_err(S::Error::custom)?;
        let Value::Object(mut record) = request else {
            return Err(S::Error::custom("a request has another form than expected"));
        };
        if !self.context.is_empty() {
            let context = serde_json::to_value(&self.context).map_err(S::Error::custom)?;
            record.insert("context".to_owned(), context);
        }
        for (name, value) in parts {
            record.insert(name.to_owned(), value.map_err(S::Error::custom)?);
        }
        let record = bounds::bounded(&record);
        // The digest first, the event last: so a person reads a line.
        let place = |name: &str| match name {
            "digest" => 0,
            "action" => 2,
            "resource" => 3,
            "changes" => 4,
            "moreChanges" => 5,
            "event" => 6,
            _ => 1,
        };
        let mut fields: Vec<(String, Value)> = record.into_iter().collect();
        fields.sort_by_key(|(name, _)| place(name));
        let mut map = serializer.serialize_map(Some(fields.len()))?;
        for (name, value) in &fields {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl AuditRecord {
    /// The record of `event` for `operation`.
    #[must_use]
    pub fn new(operation: &Operation, event: AuditEvent) -> Self {
        Self {
            digest: operation.digest(),
            request: operation.request().clone(),
            action: operation.action().clone(),
            resource: operation.resource().clone(),
            context: operation
                .own()
                .map(|own| own.context.clone())
                .unwrap_or_default(),
            changes: operation.changes().to_vec(),
            event,
        }
    }
}

/// The reason why a record is not on the log.
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

/// A log to which the guard writes its records.
///
/// `record` returns once the record would survive a crash: the guard grants
/// nothing before the intent is on the log, and nothing at all when `record`
/// fails.
///
/// It may block: [`Guard::authorize`](crate::Guard::authorize) calls it on a
/// thread of its own, from another thread each time. A [`Grant`](crate::Grant)
/// that is redeemed, settled or dropped calls it on the thread that does so,
/// which is a store's, at work on files.
///
/// Records may hold hostile text in their values; a sink that shows
/// them escapes it.
pub trait AuditSink: core::fmt::Debug + Send + Sync {
    /// Writes one record.
    ///
    /// # Errors
    ///
    /// Anything that may have kept the record off the log.
    fn record(&self, record: &AuditRecord) -> Result<(), AuditError>;

    /// Is told of a record of a refusal, or of a grant that came to nothing,
    /// that `record` did not write: nothing stops because of it, and it must
    /// not be lost without a word. A sink counts it, and says how many are
    /// missing with the next record that it can write, or tells somebody.
    ///
    /// It must not wait or panic. There is no default: a sink that did nothing
    /// would let a program that fills the disk try unseen.
    fn missed(&self, record: &AuditRecord, error: &AuditError);

    /// Returns the id of the log. A store takes only grants whose intent is on its own
    /// log.
    fn id(&self) -> LogId;

    /// Whether the log is to have what policy allows by itself, without anybody to vouch
    /// for it. The default is yes.
    ///
    /// A log of reads may say no: then neither the intent nor the outcome is recorded, and
    /// nothing waits for it. A refusal, and what somebody vouched for, is recorded whatever
    /// this says. It must not wait or panic.
    fn keeps_unasked(&self) -> bool {
        true
    }
}

impl<S: AuditSink + ?Sized> AuditSink for Arc<S> {
    fn record(&self, record: &AuditRecord) -> Result<(), AuditError> {
        (**self).record(record)
    }

    fn missed(&self, record: &AuditRecord, error: &AuditError) {
        (**self).missed(record, error);
    }

    fn id(&self) -> LogId {
        (**self).id()
    }

    fn keeps_unasked(&self) -> bool {
        (**self).keeps_unasked()
    }
}

/// Puts a record on the log that stands whether or not it can be written.
///
/// # Errors
///
/// That it could not be; the sink has been told.
pub(crate) fn record_or_count(
    audit: &dyn AuditSink,
    operation: &Operation,
    event: AuditEvent,
) -> Result<(), AuditError> {
    let record = AuditRecord::new(operation, event);
    audit
        .record(&record)
        .inspect_err(|error| audit.missed(&record, error))
}

/// Keeps the records in memory: for tests and demonstrations.
#[derive(Debug)]
pub struct MemorySink {
    id: LogId,
    records: Mutex<Vec<AuditRecord>>,
}

impl Default for MemorySink {
    fn default() -> Self {
        Self {
            id: LogId::unique(),
            records: Mutex::default(),
        }
    }
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

    /// Nothing is missed here; what another sink missed is kept.
    fn missed(&self, record: &AuditRecord, _: &AuditError) {
        self.records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(record.clone());
    }

    fn id(&self) -> LogId {
        self.id
    }
}

//! A proof that a host asked for by itself, and did not get.

use openpass_auth::AuthError;
use openpass_policy::{AuditEvent, AuditRecord, AuditSink as _, Operation, Refusal};

use super::Door;
use crate::GuardLog;

impl Door {
    /// Refuses `operation` because of `error`, and puts that on the log.
    ///
    /// For a host that has to ask before there is a whole operation, such as
    /// for the passphrase by which it opens what it seals anew. No guard sees
    /// that question, and a wrong answer to it is a guess like any other.
    #[must_use]
    pub fn not_proven(&self, operation: &Operation, error: AuthError) -> Refusal {
        let refusal = Refusal::NotAuthenticated(error);
        let event = AuditEvent::Refused {
            policy: self.decide(operation),
            reason: refusal.to_string(),
        };
        let record = AuditRecord::new(operation, event);
        let log = GuardLog::of(&self.vault);
        match log.record(&record) {
            Ok(()) => refusal,
            Err(error) => {
                log.missed(&record, &error);
                Refusal::Unlogged {
                    refusal: Box::new(refusal),
                    error,
                }
            }
        }
    }
}

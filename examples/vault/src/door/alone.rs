//! A proof that a host has to ask for by itself, before there is a whole
//! operation: no guard sees that question.

use std::sync::Arc;

use openpass_auth::{
    Asker, AuthError, Authenticator, Challenge, Contained, Detail, Factor, FactorSet, SafeText,
};
use openpass_policy::{AuditEvent, AuditRecord, AuditSink as _, Operation, Refusal};

use super::Door;

impl Door {
    /// The question `what`, for `operation` as far as it is known: it names who
    /// asks and which vault it is, as a guard's does.
    #[must_use]
    pub fn question(
        &self,
        operation: &Operation,
        what: SafeText,
        (number, of): (u8, u8),
    ) -> Challenge {
        let vault = Detail::Fact {
            label: SafeText::literal("vault"),
            value: SafeText::escape(&operation.request().vault),
        };
        let accepts = FactorSet::only(Factor::Passphrase);
        let challenge = Challenge::new(what, accepts, self.settings.timeout)
            .with_details(vec![vault])
            .with_attempt(number, of);
        match operation.asked_by() {
            Some(principal) => challenge.with_principal(&principal),
            None => challenge,
        }
    }

    /// `asks`, held to its question and counted as what a guard asks is: what
    /// is declined for an agent cools that agent down.
    #[must_use]
    pub fn asking_alone(&self, asks: Arc<dyn Authenticator>) -> Contained {
        Contained::new(match self.requester.asks() {
            Asker::Person => asks,
            agent @ Asker::Agent(_) => Arc::new(self.cools_down(asks).for_asker(agent)),
        })
    }

    /// Refuses `operation` because of `error`, and puts that on the log.
    ///
    /// A wrong answer to a host's own question is a guess like any other.
    #[must_use]
    pub fn not_proven(&self, operation: &Operation, error: AuthError) -> Refusal {
        let refusal = Refusal::NotAuthenticated(error);
        let event = AuditEvent::Refused {
            policy: self.decide(operation),
            reason: refusal.to_string(),
        };
        let record = AuditRecord::new(operation, event);
        let log = self.log();
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

//! A record of which only so much is left as always fits a line.

use openpass_policy::{
    Action, AuditEvent, AuditRecord, AuthFactor, LoggedApproval, OperationDigest, Outcome,
    Principal,
};
use serde::Serialize;

use super::line::Who;

/// The number of characters that are kept of a text.
const START: usize = 120;

/// The principal, the action and the event of a record. The rest is left out,
/// which `cut` says; the digest still binds it.
#[derive(Serialize)]
pub(super) struct Reduced<'a> {
    digest: &'a OperationDigest,
    principal: Who,
    action: &'a Action,
    event: Event<'a>,
    cut: bool,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum Event<'a> {
    Refused {
        reason: String,
    },
    Intent {
        factor: AuthFactor,
        #[serde(skip_serializing_if = "Option::is_none")]
        approval: Option<&'a LoggedApproval>,
    },
    Outcome {
        outcome: Ended,
    },
}

#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
enum Ended {
    Done,
    Failed { reason: String },
    Unknown,
}

impl<'a> Reduced<'a> {
    pub(super) fn of(record: &'a AuditRecord) -> Self {
        Self {
            digest: &record.digest,
            principal: match &record.request.principal {
                Principal::User => Who {
                    kind: "user".to_owned(),
                    name: None,
                },
                Principal::Agent(agent) => Who {
                    kind: "agent".to_owned(),
                    name: Some(start(&agent.name)),
                },
                Principal::Host(entity) => Who {
                    kind: "own".to_owned(),
                    name: Some(start(entity.id())),
                },
            },
            action: &record.action,
            event: match &record.event {
                AuditEvent::Refused { reason, .. } => Event::Refused {
                    reason: start(reason),
                },
                AuditEvent::Intent {
                    factor, approval, ..
                } => Event::Intent {
                    factor: *factor,
                    approval: approval.as_ref(),
                },
                AuditEvent::Outcome { outcome } => Event::Outcome {
                    outcome: match outcome {
                        Outcome::Done => Ended::Done,
                        Outcome::Unknown => Ended::Unknown,
                        Outcome::Failed { reason } => Ended::Failed {
                            reason: start(reason),
                        },
                    },
                },
            },
            cut: true,
        }
    }
}

fn start(text: &str) -> String {
    text.chars().take(START).collect()
}

//! Spans and events for a host that traces (feature `tracing`): which action, which
//! operation by its code, what was decided, how it ended. No value, no reason, no name
//! of anybody: a reader of the trace may not be meant to know them.

#[cfg(feature = "tracing")]
use crate::Operation;
use crate::{Decision, Grant, PolicyEngine, Refusal};

#[cfg(feature = "tracing")]
pub(crate) fn span(operation: &Operation) -> tracing::Span {
    tracing::info_span!(
        target: "openpass_policy",
        "authorize",
        action = operation.action().as_str(),
        operation = operation.digest().code(),
    )
}

/// Traces that policies were loaded, which is the costly part of an engine: a host does it
/// once for many decisions.
pub(crate) fn loaded(engine: &PolicyEngine) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: "openpass_policy",
        policies = engine.policies().count(),
        "policies loaded"
    );
    let _ = engine;
}

/// Traces the decision of policy, before anybody is asked.
pub(crate) fn decided(decision: &Decision) {
    #[cfg(feature = "tracing")]
    match decision {
        Decision::Allow { .. } => tracing::debug!(target: "openpass_policy", "allowed"),
        Decision::RequireBiometry { accepts, .. } => {
            tracing::debug!(target: "openpass_policy", %accepts, "a person is asked");
        }
        Decision::Deny(_) => tracing::debug!(target: "openpass_policy", "denied"),
    }
    let _ = decision;
}

/// Traces how a request for a grant ended.
pub(crate) fn ended(outcome: &Result<Grant, Refusal>) {
    #[cfg(feature = "tracing")]
    match outcome {
        Ok(grant) => {
            tracing::info!(target: "openpass_policy", factor = %grant.factor(), "granted");
        }
        Err(refusal) => {
            tracing::info!(target: "openpass_policy", why = refusal.kind(), "refused");
        }
    }
    let _ = outcome;
}

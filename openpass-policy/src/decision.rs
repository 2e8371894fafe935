//! What the policy says.

use core::fmt;

use openpass_auth::FactorSet;
use serde::{Serialize, Serializer, ser::SerializeSeq as _};

/// The id of a policy: its `@id` annotation, or its file and place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PolicyId(String);

impl PolicyId {
    pub(crate) fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// Whether it is a shipped policy's: the engine takes no other policy whose
    /// id begins like one of theirs.
    #[must_use]
    pub fn is_shipped(&self) -> bool {
        let id = self.0.to_ascii_lowercase();
        Self::SHIPPED.iter().any(|prefix| id.starts_with(prefix))
    }

    /// How the ids of the shipped policies begin, and no others.
    const SHIPPED: [&'static str; 2] = ["guard.", "default."];

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PolicyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What the policy says of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "decision", rename_all = "kebab-case")]
#[must_use = "a decision that is not looked at decides nothing"]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new decision must break the builds that act on decisions"
)]
pub enum Decision {
    /// It may run without asking anybody.
    Allow {
        /// The permits that say so.
        policies: Vec<PolicyId>,
    },
    /// It may run once a person has proved to be there.
    RequireBiometry {
        /// The factors that policy takes; never empty.
        #[serde(serialize_with = "factor_names")]
        accepts: FactorSet,
        /// The policies that stand in the way until then.
        policies: Vec<PolicyId>,
    },
    /// It may not run, whatever anybody proves.
    Deny(Denial),
}

fn factor_names<S: Serializer>(factors: &FactorSet, serializer: S) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(None)?;
    for factor in factors.iter() {
        sequence.serialize_element(factor.as_str())?;
    }
    sequence.end()
}

/// Why an operation may not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "kebab-case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new reason must break the builds that explain reasons"
)]
pub enum Denial {
    /// No policy permits it.
    #[error("no policy permits it")]
    NotPermitted,
    /// Policies forbid it, even with the strongest factor.
    #[error("forbidden by {}", join(.policies))]
    Forbidden {
        /// Those policies.
        policies: Vec<PolicyId>,
    },
    /// Policies could not be evaluated. Cedar would skip them, a forbid too.
    #[error("these policies could not be evaluated: {}", join(.policies))]
    PolicyErrors {
        /// Those policies.
        policies: Vec<PolicyId>,
    },
    /// Policies look at the time of day, and the host does not tell it.
    #[error(
        "policies depend on the time of day, and this program does not tell it: {}",
        join(.policies)
    )]
    NoTime {
        /// Those policies.
        policies: Vec<PolicyId>,
    },
    /// The request does not fit the schema.
    #[error("the request does not fit the policy schema: {detail}")]
    InvalidRequest {
        /// What does not fit.
        detail: String,
    },
}

impl Denial {
    /// The policies that deny.
    #[must_use]
    pub fn policies(&self) -> &[PolicyId] {
        match self {
            Self::Forbidden { policies }
            | Self::PolicyErrors { policies }
            | Self::NoTime { policies } => policies,
            Self::NotPermitted | Self::InvalidRequest { .. } => &[],
        }
    }

    /// Whether a policy that is not a shipped one is among them. A host that
    /// says so also says how to remove it: no policy can forbid its own
    /// removal by the person at the command line.
    #[must_use]
    pub fn by_own_policy(&self) -> bool {
        self.policies().iter().any(|policy| !policy.is_shipped())
    }
}

fn join(policies: &[PolicyId]) -> String {
    let names: Vec<&str> = policies.iter().map(PolicyId::as_str).collect();
    names.join(", ")
}

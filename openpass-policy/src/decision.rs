//! The decision of policy.

use core::fmt;

use openpass_auth::{Factor, FactorSet};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::SerializeSeq as _,
};

use crate::OperationError;

/// The id of a policy: its `@id` annotation, or its file and place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

    /// The beginnings of the shipped policies' ids. No other ids begin so.
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

/// The decision of policy on an operation.
///
/// As JSON it says of which version its form is (`form`,
/// [`Decision::VERSION`]), and it can be
/// read back; another version is an error. The factors come in the order in which they
/// are to be offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Versioned", try_from = "Versioned")]
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
    /// It may run once a person has confirmed their presence.
    RequireBiometry {
        /// The factors that policy takes, as they are or signed by an approver;
        /// never empty.
        accepts: FactorSet,
        /// The factors among `accepts` that count only with an approver's signature.
        signed_only: FactorSet,
        /// The policies that stand in the way until then.
        policies: Vec<PolicyId>,
    },
    /// It may not run, whatever anybody proves.
    Deny(Denial),
}

impl Decision {
    /// The version of its form as JSON.
    pub const VERSION: u32 = 2;

    /// Says in words what a person has to give, such as
    /// `security-key, or passphrase if signed`; `None` where nobody is asked.
    #[must_use]
    pub fn takes(&self) -> Option<String> {
        match self {
            Self::RequireBiometry {
                accepts,
                signed_only,
                ..
            } => Some(in_words(*accepts, *signed_only)),
            Self::Allow { .. } | Self::Deny(_) => None,
        }
    }

    /// Joins two decisions: the result is the stricter of them, by a factor that both
    /// take.
    ///
    /// # Errors
    ///
    /// The denial of one of them, or that no factor is enough for both.
    pub(crate) fn and(self, other: Self) -> Result<Self, Denial> {
        match (self, other) {
            (Self::Deny(denial), _) | (_, Self::Deny(denial)) => Err(denial),
            (Self::Allow { policies: mut all }, Self::Allow { policies }) => {
                all.extend(policies);
                Ok(Self::Allow {
                    policies: in_order(all),
                })
            }
            (asks @ Self::RequireBiometry { .. }, Self::Allow { .. })
            | (Self::Allow { .. }, asks @ Self::RequireBiometry { .. }) => Ok(asks),
            (
                Self::RequireBiometry {
                    accepts: one,
                    signed_only: signed_for_one,
                    policies: mut all,
                },
                Self::RequireBiometry {
                    accepts: other,
                    signed_only: signed_for_other,
                    policies,
                },
            ) => {
                all.extend(policies);
                let (accepts, policies) = (one.intersection(other), in_order(all));
                match accepts.is_empty() {
                    true => Err(Denial::Forbidden { policies }),
                    false => Ok(Self::RequireBiometry {
                        accepts,
                        signed_only: signed_for_one.union(signed_for_other).intersection(accepts),
                        policies,
                    }),
                }
            }
        }
    }
}

/// The factors that are taken, those that must be signed last.
fn in_words(accepts: FactorSet, signed_only: FactorSet) -> String {
    let signed = signed_only.intersection(accepts);
    let unsigned: FactorSet = accepts.iter().filter(|it| !signed.contains(*it)).collect();
    match (unsigned.is_empty(), signed.is_empty()) {
        (_, true) => unsigned.to_string(),
        (true, false) => format!("{signed}, if signed"),
        (false, false) => format!("{unsigned}, or {signed} if signed"),
    }
}

fn in_order(mut policies: Vec<PolicyId>) -> Vec<PolicyId> {
    policies.sort();
    policies.dedup();
    policies
}

/// A decision's form as JSON.
#[derive(Serialize, Deserialize)]
struct Versioned {
    /// The version. It has another name in JSON, since hosts put decisions into
    /// documents that have a version of their own.
    #[serde(rename = "form")]
    version: u32,
    #[serde(flatten)]
    form: Form,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "kebab-case")]
enum Form {
    Allow {
        policies: Vec<PolicyId>,
    },
    RequireBiometry {
        #[serde(serialize_with = "factor_names", deserialize_with = "factors_named")]
        accepts: FactorSet,
        #[serde(
            rename = "signedOnly",
            default,
            skip_serializing_if = "is_empty",
            serialize_with = "factor_names",
            deserialize_with = "factors_named"
        )]
        signed_only: FactorSet,
        policies: Vec<PolicyId>,
    },
    Deny(Denial),
}

/// Returns `true` if there are no factors. Serde hands out a reference.
const fn is_empty(factors: &FactorSet) -> bool {
    factors.is_empty()
}

impl From<Decision> for Versioned {
    fn from(decision: Decision) -> Self {
        Self {
            version: Decision::VERSION,
            form: match decision {
                Decision::Allow { policies } => Form::Allow { policies },
                Decision::RequireBiometry {
                    accepts,
                    signed_only,
                    policies,
                } => Form::RequireBiometry {
                    accepts,
                    signed_only,
                    policies,
                },
                Decision::Deny(denial) => Form::Deny(denial),
            },
        }
    }
}

impl TryFrom<Versioned> for Decision {
    type Error = String;

    fn try_from(read: Versioned) -> Result<Self, String> {
        if read.version != Self::VERSION {
            return Err(format!(
                "a decision of version {}, and only version {} is known",
                read.version,
                Self::VERSION
            ));
        }
        Ok(match read.form {
            Form::Allow { policies } => Self::Allow { policies },
            // INVARIANT: a question that nothing answers would be none.
            Form::RequireBiometry { accepts, .. } if accepts.is_empty() => {
                return Err("a question that accepts no factor".to_owned());
            }
            // INVARIANT: what a factor has to be is not said of one that is not taken.
            Form::RequireBiometry {
                accepts,
                signed_only,
                ..
            } if signed_only.intersection(accepts) != signed_only => {
                return Err("a factor that is to be signed and is not accepted".to_owned());
            }
            Form::RequireBiometry {
                accepts,
                signed_only,
                policies,
            } => Self::RequireBiometry {
                accepts,
                signed_only,
                policies,
            },
            Form::Deny(denial) => Self::Deny(denial),
        })
    }
}

fn factors_named<'de, D: Deserializer<'de>>(from: D) -> Result<FactorSet, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    let factor = |name: &String| {
        Factor::named(name).ok_or_else(|| D::Error::custom(format!("{name:?} is not a factor")))
    };
    names.iter().map(factor).collect()
}

fn factor_names<S: Serializer>(factors: &FactorSet, serializer: S) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(None)?;
    for factor in factors.iter() {
        sequence.serialize_element(factor.as_str())?;
    }
    sequence.end()
}

/// The reason why an operation may not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
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
        /// The policies that forbid it.
        policies: Vec<PolicyId>,
    },
    /// Policies could not be evaluated. Cedar would skip them, a forbid too.
    #[error("these policies could not be evaluated: {}", join(.policies))]
    PolicyErrors {
        /// The policies that could not be evaluated.
        policies: Vec<PolicyId>,
    },
    /// Policies look at the time of day, and the host does not tell it.
    #[error(
        "policies depend on the time of day, and this program does not supply it: {}",
        join(.policies)
    )]
    NoTime {
        /// The policies that look at the time of day.
        policies: Vec<PolicyId>,
    },
    /// The request does not fit the schema.
    #[error("the request does not fit the policy schema: {problems}")]
    InvalidRequest {
        /// The parts of the request that do not fit.
        problems: OperationError,
    },
}

impl Denial {
    pub(crate) const fn invalid(problems: OperationError) -> Self {
        Self::InvalidRequest { problems }
    }

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

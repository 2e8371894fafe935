//! A decision with its reasons.

mod candidates;
mod case;
mod depends;
mod nearest;
mod text;
mod trial;
mod what_if;

use serde::Serialize;

use crate::{
    ApproverKind, AuthFactor, Authentication, Decision, Denial, Operation, PolicyEngine, PolicyId,
    PolicyInfo, Principal, Request,
};
use case::Case;
pub use what_if::WhatIf;

/// A decision, what it would take, which policies decided, and for a "no" what
/// would have to be otherwise. It displays as lines for a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Explanation {
    /// The operation, as a verb phrase. Escaped.
    pub summary: String,
    /// The action's id.
    pub action: String,
    /// The requester and the circumstances.
    pub request: Request,
    /// The decision while nobody has answered.
    #[serde(flatten)]
    pub decision: Decision,
    /// The decision with the factor that was asked about.
    pub with_factor: Option<WithFactor>,
    /// Every policy that decided.
    pub deciding: Vec<Deciding>,
    /// If the answer is a no: the nearest changes that would make it another answer.
    /// Each is a set of at most three circumstances that would have to be otherwise
    /// together; no set with fewer does it.
    pub nearest: Vec<Vec<WhatIf>>,
    /// Whether these were looked for: where not, that there are none says nothing.
    #[serde(skip)]
    searched: bool,
}

/// The decision once a factor is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WithFactor {
    /// The factor.
    pub factor: AuthFactor,
    /// The kind of the approver that signs; left out where nothing is signed.
    #[serde(skip_serializing_if = "is_unsigned")]
    pub approver: ApproverKind,
    /// Whether it is enough.
    pub allowed: bool,
}

impl WithFactor {
    /// The proof that is given.
    #[must_use]
    pub const fn given(self) -> Authentication {
        match self.approver {
            ApproverKind::None => Authentication::unsigned(self.factor),
            _ => Authentication::signed(self.factor),
        }
    }
}

/// Returns `true` if nothing is signed. Serde hands out a reference.
const fn is_unsigned(approver: &ApproverKind) -> bool {
    matches!(approver, ApproverKind::None)
}

/// A policy that decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Deciding {
    /// The role of the policy.
    pub role: Role,
    /// The policy, its place and what it is for.
    #[serde(flatten)]
    pub policy: PolicyInfo,
}

/// The role of a policy in a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Role {
    /// It permits.
    Permits,
    /// It forbids until a person has answered.
    AsksForAPerson,
    /// It forbids.
    Forbids,
    /// It could not be evaluated, which denies.
    Failed,
}

impl PolicyEngine {
    /// Decides on `operation` and says why; with something `given`, also whether that
    /// would be enough.
    ///
    /// It asks nobody, and what it says permits nothing.
    #[must_use]
    pub fn explain(&self, operation: &Operation, given: Option<Authentication>) -> Explanation {
        let mut explanation = self.decided(operation, given);
        let refused = match &explanation.with_factor {
            Some(given) => !given.allowed,
            None => matches!(explanation.decision, Decision::Deny(_)),
        };
        explanation.searched = true;
        if refused {
            explanation.nearest = nearest::search(self, operation, given);
        }
        explanation
    }

    /// Explains a decision without the nearest changes, which take many decisions to
    /// find.
    pub(crate) fn decided(
        &self,
        operation: &Operation,
        given: Option<Authentication>,
    ) -> Explanation {
        let decision = self.decide(operation);
        let given = given.map(|given| (given, self.decide_with(operation, given)));
        let roles = match &given {
            Some((_, outcome)) => outcome_roles(outcome),
            None => decision_roles(&decision),
        };
        let deciding = roles.into_iter().filter_map(|(role, id)| {
            let policy = self.policy(&id)?.clone();
            Some(Deciding { role, policy })
        });
        Explanation {
            summary: operation.summary().to_string(),
            action: operation.action().to_string(),
            request: operation.request().clone(),
            with_factor: given.as_ref().map(|(given, outcome)| WithFactor {
                factor: given.factor(),
                approver: given.approver(),
                allowed: outcome.is_ok(),
            }),
            deciding: deciding.collect(),
            nearest: Vec::new(),
            searched: false,
            decision,
        }
    }
}

type Roles = Vec<(Role, PolicyId)>;

fn all(role: Role, policies: &[PolicyId]) -> Roles {
    policies.iter().map(|id| (role, id.clone())).collect()
}

fn outcome_roles(outcome: &Result<Vec<PolicyId>, Denial>) -> Roles {
    match outcome {
        Ok(policies) => all(Role::Permits, policies),
        Err(denial) => denial_roles(denial),
    }
}

fn decision_roles(decision: &Decision) -> Roles {
    match decision {
        Decision::Allow { policies } => all(Role::Permits, policies),
        Decision::RequireBiometry { policies, .. } => all(Role::AsksForAPerson, policies),
        Decision::Deny(denial) => denial_roles(denial),
    }
}

fn denial_roles(denial: &Denial) -> Roles {
    match denial {
        Denial::Forbidden { policies } => all(Role::Forbids, policies),
        Denial::PolicyErrors { policies } | Denial::NoTime { policies } => {
            all(Role::Failed, policies)
        }
        Denial::NotPermitted | Denial::InvalidRequest { .. } => Vec::new(),
    }
}

/// Says who asks, in words.
pub(crate) fn who(request: &Request) -> String {
    let name = match &request.principal {
        Principal::User => "the person".to_owned(),
        Principal::Agent(agent) => {
            let name = openpass_auth::SafeText::quoted(&agent.name);
            let manages = if agent.can_manage_config() {
                "with"
            } else {
                "without"
            };
            format!("agent {name} ({}, {manages} canManageConfig)", agent.tier)
        }
        Principal::Host(entity) => entity.shown().to_string(),
    };
    let nobody = if request.attended {
        ""
    } else {
        ", nobody there"
    };
    format!("{name}, through {}{nobody}", request.channel.as_str())
}

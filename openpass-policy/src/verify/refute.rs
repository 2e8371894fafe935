//! From a solver's example to a refutation: only what the real engine confirms.

use cedar_policy::{Decision, Policy, PolicySet, Response};
use cedar_policy_symcc::Env;

use super::{Counterexample, Verdict, VerifyError, counterexample::replay, prover::Answer};
use crate::{Authentication, PolicyEngine, PolicyId};

/// Replays examples on the engine whose policies are in question.
#[derive(Clone, Copy)]
pub(super) struct Refuter<'a> {
    pub(super) engine: &'a PolicyEngine,
    /// Its policies, as they decide.
    pub(super) policies: &'a PolicySet,
}

impl Refuter<'_> {
    pub(super) fn allowed_too_much(
        self,
        env: &Env,
        guards: &PolicySet,
        below: &PolicySet,
    ) -> Verdict {
        let allowed = allows(&replay(env, guards));
        let forbidden = replay(env, below).decision() == Decision::Deny;
        if !(allowed && forbidden) {
            return unconfirmed();
        }
        let real = replay(env, self.policies);
        let says = if allows(&real) {
            "is allowed by"
        } else {
            "is stopped by no guard: a policy that permits everything allows it"
        };
        self.refuted(env, says, &real, allows(&real))
    }

    pub(super) fn allowed_too_little(self, env: &Env, must: &PolicySet, floor: &Policy) -> Verdict {
        let real = replay(env, self.policies);
        let wanted = replay(env, must).decision() == Decision::Allow;
        if !wanted || real.decision() != Decision::Deny {
            return unconfirmed();
        }
        let says = if real.diagnostics().reason().next().is_some() {
            "is forbidden by".to_owned()
        } else {
            format!("is permitted by nothing, and {} needs it", floor.id())
        };
        self.refuted(env, &says, &real, true)
    }

    pub(super) fn failed(self, env: &Env) -> Verdict {
        let real = replay(env, self.policies);
        if real.diagnostics().errors().next().is_none() {
            return unconfirmed();
        }
        let error = real.diagnostics().errors().next();
        let error = error.map(|error| crate::policy_error::escaped(&error.to_string()));
        let says = format!("cannot be decided: {}", error.unwrap_or_default());
        self.refuted(env, &says, &real, true)
    }

    pub(super) fn less_for_more(
        self,
        (weaker, stronger): (Authentication, Authentication),
        env: &Env,
        (before, after): (&PolicySet, &PolicySet),
    ) -> Verdict {
        let allowed = allows(&replay(env, before));
        let denied = replay(env, after);
        if !allowed || denied.decision() != Decision::Deny {
            return unconfirmed();
        }
        let says = format!("is allowed with `{weaker}`, and with `{stronger}` forbidden by");
        self.refuted(env, &says, &denied, true)
    }

    pub(super) fn refuted(
        self,
        env: &Env,
        says: &str,
        response: &Response,
        name_policies: bool,
    ) -> Verdict {
        let mut example = Counterexample::new(self.engine, env, says.to_owned(), response);
        if !name_policies {
            example.policies.clear();
        }
        Verdict::Refuted(Box::new(example))
    }

    /// Whether `policy` matches the solver's example.
    pub(super) fn matches(self, env: &Env, policy: &Policy) -> Result<Verdict, VerifyError> {
        let mut alone = PolicySet::new();
        alone.add(policy.clone()).map_err(VerifyError::policies)?;
        let real = replay(env, &alone);
        Ok(match real.diagnostics().reason().next() {
            Some(_) => Verdict::Proved,
            None => unconfirmed(),
        })
    }

    /// Whether the solver's example is allowed by `more` and not by `fewer`.
    pub(super) fn differs(self, env: &Env, more: &PolicySet, fewer: &PolicySet) -> Verdict {
        if allows(&replay(env, more)) && !allows(&replay(env, fewer)) {
            Verdict::Proved
        } else {
            unconfirmed()
        }
    }

    pub(super) fn useless(self, says: &str, policy: &Policy) -> Verdict {
        let id = PolicyId::new(policy.id().to_string());
        Verdict::Refuted(Box::new(Counterexample {
            request: Vec::new(),
            says: format!("{says}:"),
            policies: self.engine.policy(&id).cloned().into_iter().collect(),
        }))
    }
}

/// Whether the engine would allow it: a policy that fails denies.
pub(super) fn allows(response: &Response) -> bool {
    response.decision() == Decision::Allow && response.diagnostics().errors().next().is_none()
}

/// An answer that is no refutation.
pub(super) fn plain(answer: Answer) -> Verdict {
    match answer {
        Answer::Holds => Verdict::Proved,
        Answer::Unknown(why) => Verdict::Unknown { why },
        Answer::Fails(_) => unconfirmed(),
    }
}

/// The solver's example does not do on the engine what the solver says.
fn unconfirmed() -> Verdict {
    Verdict::Unknown {
        why: "the solver's example could not be confirmed on the engine".to_owned(),
    }
}

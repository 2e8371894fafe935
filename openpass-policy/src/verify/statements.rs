//! What is to be proved.

use core::str::FromStr as _;

use cedar_policy::{Decision, Effect, Policy, PolicyId as CedarPolicyId, PolicySet};
use cedar_policy_symcc::Env;

use super::{
    Counterexample, Proof, Statement, Verdict, VerifyError,
    counterexample::replay,
    factors,
    prover::{Answer, Named, Prover},
};
use crate::{PolicyEngine, PolicyId};

const CEILINGS: &str = include_str!("../../invariants/ceilings.cedar");
const FLOORS: &str = include_str!("../../invariants/floors.cedar");

/// Stands for whatever policies there may be beside the guards.
const ANY_POLICY: &str = "permit (principal, action, resource);";

/// Proves everything that can be said of `engine`.
pub(super) fn all(engine: &PolicyEngine, prover: &mut Prover) -> Result<Proof, VerifyError> {
    let mut all = Statements {
        engine,
        prover,
        done: Vec::new(),
    };
    all.ceilings()?;
    all.floors()?;
    all.no_errors()?;
    all.monotone()?;
    all.each_can_match()?;
    if engine.policies().all(|policy| policy.shipped) {
        all.each_counts()?;
    }
    Ok(Proof {
        statements: all.done,
    })
}

struct Statements<'a> {
    engine: &'a PolicyEngine,
    prover: &'a mut Prover,
    done: Vec<Statement>,
}

/// The guards of `engine` with a permit of everything: what this never allows,
/// no set of policies with these guards allows.
fn guards_and_any(engine: &PolicyEngine) -> Result<PolicySet, VerifyError> {
    let mut all = one(any_policy()?)?;
    for policy in engine.cedar().policies() {
        let is_guard = engine
            .policy(&PolicyId::new(policy.id().to_string()))
            .is_some_and(|info| info.shipped && info.forbids);
        if is_guard {
            all.add(policy.clone()).map_err(VerifyError::policies)?;
        }
    }
    Ok(all)
}

fn any_policy() -> Result<Policy, VerifyError> {
    let id = CedarPolicyId::new("any other policy");
    Policy::parse(Some(id), ANY_POLICY).map_err(VerifyError::policies)
}

fn one(policy: Policy) -> Result<PolicySet, VerifyError> {
    let mut set = PolicySet::new();
    set.add(policy).map_err(VerifyError::policies)?;
    Ok(set)
}

/// The policies of a file of invariants, by their `@id`, in order of it.
fn invariants(text: &str, effect: Effect) -> Result<Vec<Policy>, VerifyError> {
    let parsed = PolicySet::from_str(text).map_err(VerifyError::policies)?;
    let mut all: Vec<Policy> = Vec::new();
    for policy in parsed.policies() {
        let Some(id) = policy
            .annotation("id")
            .filter(|_| policy.effect() == effect)
        else {
            return Err(VerifyError::policies(
                "an invariant without `@id`, or of another effect",
            ));
        };
        all.push(policy.new_id(CedarPolicyId::new(id)));
    }
    if all.is_empty() {
        return Err(VerifyError::policies("there is no invariant"));
    }
    all.sort_by_key(|policy| policy.id().to_string());
    Ok(all)
}

impl Statements<'_> {
    fn put(&mut self, id: impl Into<String>, doc: impl Into<String>, verdict: Verdict) {
        self.done.push(Statement {
            id: id.into(),
            doc: doc.into(),
            verdict,
        });
    }

    fn put_invariant(&mut self, policy: &Policy, verdict: Verdict) {
        let doc = policy.annotation("doc").unwrap_or_default().to_owned();
        self.put(policy.id().to_string(), doc, verdict);
    }

    /// What the guards promise whatever policies stand beside them.
    fn ceilings(&mut self) -> Result<(), VerifyError> {
        let guards = guards_and_any(self.engine)?;
        for ceiling in invariants(CEILINGS, Effect::Forbid)? {
            let mut below = one(any_policy()?)?;
            below.add(ceiling.clone()).map_err(VerifyError::policies)?;
            let answer = self.unless_it_errors(&ceiling, |prover| {
                prover.implies(&named("guards", &guards), &named(ceiling.id(), &below))
            })?;
            let verdict = match answer {
                Answer::Fails(env) => self.allowed_too_much(&env, &guards, &below),
                other => plain(other),
            };
            self.put_invariant(&ceiling, verdict);
        }
        Ok(())
    }

    /// What is always possible.
    fn floors(&mut self) -> Result<(), VerifyError> {
        let shipped = self.engine.policies().all(|policy| policy.shipped);
        for floor in invariants(FLOORS, Effect::Permit)? {
            let every_set = floor.annotation("for") == Some("every set");
            if !shipped && !every_set {
                continue;
            }
            let must = one(floor.clone())?;
            let policies = self.engine.cedar();
            let answer = self.unless_it_errors(&floor, |prover| {
                prover.implies(&named(floor.id(), &must), &named("all", policies))
            })?;
            let verdict = match answer {
                Answer::Fails(env) => self.allowed_too_little(&env, &must, &floor),
                other => plain(other),
            };
            self.put_invariant(&floor, verdict);
        }
        Ok(())
    }

    /// A statement that could itself fail would say nothing of the requests
    /// for which it does.
    fn unless_it_errors(
        &mut self,
        invariant: &Policy,
        prove: impl FnOnce(&mut Prover) -> Result<Answer, VerifyError>,
    ) -> Result<Answer, VerifyError> {
        match self.prover.never_errors(invariant)? {
            Answer::Holds => prove(self.prover),
            _ => Ok(Answer::Unknown("the statement itself can fail".to_owned())),
        }
    }

    /// Cedar would skip a policy that fails, and the engine denies: neither is
    /// what its author meant, and only without failures are Cedar's answers
    /// the engine's.
    fn no_errors(&mut self) -> Result<(), VerifyError> {
        for policy in sorted(self.engine.cedar()) {
            let verdict = match self.prover.never_errors(policy)? {
                Answer::Fails(env) => self.failed(&env),
                other => plain(other),
            };
            self.put(
                format!("no-error.{}", policy.id()),
                "It can be evaluated for every request.",
                verdict,
            );
        }
        Ok(())
    }

    /// More proof never gives less.
    fn monotone(&mut self) -> Result<(), VerifyError> {
        for (weaker, stronger) in factors::STRONGER {
            let policies = self.engine.cedar();
            let (before, after) = (
                factors::given(policies, weaker)?,
                factors::given(policies, stronger)?,
            );
            let verdict = match (before, after) {
                (Ok(before), Ok(after)) => {
                    let (first, second) = (named(weaker, &before), named(stronger, &after));
                    match self.prover.implies(&first, &second)? {
                        Answer::Fails(env) => {
                            self.less_for_more((weaker, stronger), &env, (&before, &after))
                        }
                        other => plain(other),
                    }
                }
                (Err(why), _) | (_, Err(why)) => Verdict::Unknown { why },
            };
            self.put(
                format!("monotone.{weaker}-{stronger}"),
                format!("What is allowed with `{weaker}` is allowed with `{stronger}`."),
                verdict,
            );
        }
        Ok(())
    }

    /// A policy that matches no request says nothing.
    fn each_can_match(&mut self) -> Result<(), VerifyError> {
        for policy in sorted(self.engine.cedar()) {
            let verdict = match self.prover.never_matches(policy)? {
                Answer::Fails(_) => Verdict::Proved,
                Answer::Holds => self.useless("there is no request that it matches", policy),
                Answer::Unknown(why) => Verdict::Unknown { why },
            };
            self.put(
                format!("matches.{}", policy.id()),
                "There is a request that it matches.",
                verdict,
            );
        }
        Ok(())
    }

    /// Without any one policy of the shipped set, some decision is another.
    fn each_counts(&mut self) -> Result<(), VerifyError> {
        let all = self.engine.cedar();
        for policy in sorted(all) {
            let mut rest = all.clone();
            rest.remove_static(policy.id().clone())
                .map_err(VerifyError::policies)?;
            let without = named(format!("without {}", policy.id()), &rest);
            let all = named("all", all);
            let answer = match policy.effect() {
                Effect::Forbid => self.prover.implies(&without, &all)?,
                Effect::Permit => self.prover.implies(&all, &without)?,
            };
            let verdict = match answer {
                Answer::Fails(_) => Verdict::Proved,
                Answer::Holds => self.useless("without it, every decision is the same", policy),
                Answer::Unknown(why) => Verdict::Unknown { why },
            };
            self.put(
                format!("counts.{}", policy.id()),
                "Without it, some decision is another.",
                verdict,
            );
        }
        Ok(())
    }

    fn allowed_too_much(&self, env: &Env, guards: &PolicySet, below: &PolicySet) -> Verdict {
        let allows = replay(env, guards).decision() == Decision::Allow;
        let forbidden = replay(env, below).decision() == Decision::Deny;
        if !(allows && forbidden) {
            return unconfirmed();
        }
        let real = replay(env, self.engine.cedar());
        let says = if real.decision() == Decision::Allow {
            "is allowed by"
        } else {
            "is stopped by no guard: a policy that permits everything allows it"
        };
        self.refuted(env, says, &real, real.decision() == Decision::Allow)
    }

    fn allowed_too_little(&self, env: &Env, must: &PolicySet, floor: &Policy) -> Verdict {
        let real = replay(env, self.engine.cedar());
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

    fn failed(&self, env: &Env) -> Verdict {
        let real = replay(env, self.engine.cedar());
        if real.diagnostics().errors().next().is_none() {
            return unconfirmed();
        }
        let error = real.diagnostics().errors().next();
        let error = error.map(|error| crate::policy_error::escaped(&error.to_string()));
        let says = format!("cannot be decided: {}", error.unwrap_or_default());
        self.refuted(env, &says, &real, true)
    }

    fn less_for_more(
        &self,
        (weaker, stronger): (crate::AuthFactor, crate::AuthFactor),
        env: &Env,
        (before, after): (&PolicySet, &PolicySet),
    ) -> Verdict {
        let allowed = replay(env, before).decision() == Decision::Allow;
        let denied = replay(env, after);
        if !allowed || denied.decision() != Decision::Deny {
            return unconfirmed();
        }
        let says = format!("is allowed with `{weaker}`, and with `{stronger}` forbidden by");
        self.refuted(env, &says, &denied, true)
    }

    fn refuted(
        &self,
        env: &Env,
        says: &str,
        response: &cedar_policy::Response,
        name_policies: bool,
    ) -> Verdict {
        let mut example = Counterexample::new(self.engine, env, says.to_owned(), response);
        if !name_policies {
            example.policies.clear();
        }
        Verdict::Refuted(Box::new(example))
    }

    fn useless(&self, says: &str, policy: &Policy) -> Verdict {
        let id = PolicyId::new(policy.id().to_string());
        Verdict::Refuted(Box::new(Counterexample {
            request: Vec::new(),
            says: format!("{says}:"),
            policies: self.engine.policy(&id).cloned().into_iter().collect(),
        }))
    }
}

fn named<'a>(name: impl ToString, policies: &'a PolicySet) -> Named<'a> {
    Named {
        name: name.to_string(),
        policies,
    }
}

fn sorted(policies: &PolicySet) -> Vec<&Policy> {
    let mut all: Vec<&Policy> = policies.policies().collect();
    all.sort_by_key(|policy| policy.id().to_string());
    all
}

fn plain(answer: Answer) -> Verdict {
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

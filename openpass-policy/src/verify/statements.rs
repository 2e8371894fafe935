//! The statements to be proved.

use cedar_policy::{Effect, Policy, PolicyId as CedarPolicyId, PolicySet};

use super::{
    Proof, Statement, Verdict, VerifyError, decided, factors,
    invariants::{ceilings, floors, promised},
    possible,
    prover::{Answer, Named, Prover},
    refute::{Refuter, plain},
};
use crate::{Authentication, PolicyEngine, PolicyId, PolicySource};

/// Stands for whatever policies there may be beside the guards.
const ANY_POLICY: &str = "permit (principal, action, resource);";

/// Proves everything that can be said of `engine`.
pub(super) fn all(
    engine: &PolicyEngine,
    promises: &[&PolicySource],
    prover: &mut Prover,
) -> Result<Proof, VerifyError> {
    let mut all = Statements::new(engine, prover)?;
    all.ceilings()?;
    all.floors()?;
    for source in promises {
        all.promised(source)?;
    }
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

pub(super) struct Statements<'a> {
    engine: &'a PolicyEngine,
    /// The engine's policies as they decide.
    policies: PolicySet,
    prover: &'a mut Prover,
    done: Vec<Statement>,
}

/// The guards of `engine` with a permit of everything: what this never allows,
/// no set of policies with these guards allows.
pub(super) fn guards_and_any(engine: &PolicyEngine) -> Result<PolicySet, VerifyError> {
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

impl<'a> Statements<'a> {
    pub(super) fn new(
        engine: &'a PolicyEngine,
        prover: &'a mut Prover,
    ) -> Result<Self, VerifyError> {
        Ok(Self {
            engine,
            policies: decided::by(engine)?,
            prover,
            done: Vec::new(),
        })
    }

    /// Confirms what the solver refutes on the policies as they decide.
    const fn refuter(&self) -> Refuter<'_> {
        Refuter {
            engine: self.engine,
            policies: &self.policies,
        }
    }

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

    /// Checks what the guards promise, whatever policies stand beside them.
    fn ceilings(&mut self) -> Result<(), VerifyError> {
        let guards = guards_and_any(self.engine)?;
        for ceiling in ceilings()? {
            let verdict = self.ceiling(&ceiling, &named("guards", &guards))?;
            self.put_invariant(&ceiling, verdict);
        }
        Ok(())
    }

    pub(super) fn ceiling(
        &mut self,
        ceiling: &Policy,
        forbids: &Named<'_>,
    ) -> Result<Verdict, VerifyError> {
        let mut below = one(any_policy()?)?;
        below.add(ceiling.clone()).map_err(VerifyError::policies)?;
        let answer = self.unless_it_errors(ceiling, |prover| {
            prover.implies(forbids, &named(ceiling.id(), &below))
        })?;
        Ok(match answer {
            Answer::Fails(env) => {
                let forbids = forbids.policies;
                self.refuter().allowed_too_much(&env, forbids, &below)
            }
            other => plain(other),
        })
    }

    /// Checks what the author of the policies promises of them, whatever permits there
    /// are.
    fn promised(&mut self, source: &PolicySource) -> Result<(), VerifyError> {
        let mut forbids = one(any_policy()?)?;
        for policy in self.policies.policies() {
            if policy.effect() == Effect::Forbid {
                forbids.add(policy.clone()).map_err(VerifyError::policies)?;
            }
        }
        let forbids = possible::only(&forbids)?;
        for promise in promised(source)? {
            // Under one name the solver is told one set.
            let id = promise.id().to_string();
            if self.done.iter().any(|statement| statement.id == id) {
                return Err(VerifyError::policies(format!("{id} is promised twice")));
            }
            let verdict = self.ceiling(&promise, &named("forbids", &forbids))?;
            self.put_invariant(&promise, verdict);
        }
        Ok(())
    }

    /// Checks what is always possible.
    fn floors(&mut self) -> Result<(), VerifyError> {
        let shipped = self.engine.policies().all(|policy| policy.shipped);
        for floor in floors()? {
            let every_set = floor.annotation("for") == Some("every set");
            if !shipped && !every_set {
                continue;
            }
            let must = possible::only(&one(floor.clone())?)?;
            let policies = self.policies.clone();
            let answer = self.unless_it_errors(&floor, |prover| {
                prover.implies(&named(floor.id(), &must), &named("all", &policies))
            })?;
            let verdict = match answer {
                Answer::Fails(env) => self.refuter().allowed_too_little(&env, &must, &floor),
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
        let policies = self.policies.clone();
        for policy in sorted(&policies) {
            let possible = possible::only_for(policy)?;
            let verdict = match self.prover.never_errors(&possible)? {
                Answer::Fails(env) => self.refuter().failed(&env),
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
        let engine = self.engine;
        let can_be = |pair: &(Authentication, Authentication)| {
            engine.can_have(pair.0.factor()) && engine.can_have(pair.1.factor())
        };
        for (weaker, stronger) in crate::factor::stronger().filter(can_be) {
            let policies = &self.policies;
            let (before, after) = (
                factors::given(policies, weaker)?,
                factors::given(policies, stronger)?,
            );
            let verdict = match (before, after) {
                (Ok(before), Ok(after)) if self.each_is_monotone(&before, &after)? => {
                    Verdict::Proved
                }
                (Ok(before), Ok(after)) => {
                    let possible = possible::only(&before)?;
                    let first = named(format!("possible {weaker}"), &possible);
                    let second = named(stronger, &after);
                    match self.prover.implies(&first, &second)? {
                        Answer::Fails(env) => self.refuter().less_for_more(
                            (weaker, stronger),
                            &env,
                            (&before, &after),
                        ),
                        other => plain(other),
                    }
                }
                (Err(why), _) | (_, Err(why)) => Verdict::Unknown { why },
            };
            self.put(
                format!("monotone.{}-{}", in_id(weaker), in_id(stronger)),
                format!("What is allowed with `{weaker}` is allowed with `{stronger}`."),
                verdict,
            );
        }
        Ok(())
    }

    /// Whether no policy by itself permits less, or forbids more, in `after`: then all of
    /// them together do not either. The other way round it need not be so. A question
    /// about one policy is short, and one about five hundred may take the solver hours.
    fn each_is_monotone(
        &mut self,
        before: &PolicySet,
        after: &PolicySet,
    ) -> Result<bool, VerifyError> {
        // INVARIANT: nothing is proved by a solver that does not refute what is false,
        // what can be seen without one neither.
        let any = one(any_policy()?)?;
        let any = named("any", &any);
        if !matches!(self.prover.implies(&any, &any)?, Answer::Holds) {
            return Ok(false);
        }
        for policy in sorted(before) {
            let Some(then) = after.policy(policy.id()) else {
                return Ok(false);
            };
            let (fewer, more) = match policy.effect() {
                Effect::Permit => (policy, then),
                Effect::Forbid => (then, policy),
            };
            if !self.applies_where(fewer, more)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether `more` applies wherever `fewer` does.
    fn applies_where(&mut self, fewer: &Policy, more: &Policy) -> Result<bool, VerifyError> {
        let (first, second) = (as_permit(fewer)?, as_permit(more)?);
        if first.to_json().ok() == second.to_json().ok() || factors::applies_never(fewer) {
            return Ok(true);
        }
        let (first, second) = (possible::only(&one(first)?)?, one(second)?);
        let (first, second) = (named("fewer of one", &first), named("more of one", &second));
        let answer = self.prover.implies(&first, &second);
        self.prover.forget(&first.name);
        self.prover.forget(&second.name);
        Ok(matches!(answer?, Answer::Holds))
    }

    /// A policy that matches no request says nothing.
    fn each_can_match(&mut self) -> Result<(), VerifyError> {
        let policies = self.policies.clone();
        for policy in sorted(&policies) {
            let possible = possible::only_for(policy)?;
            let verdict = match self.prover.never_matches(&possible)? {
                Answer::Fails(env) => self.refuter().matches(&env, policy)?,
                Answer::Holds => self
                    .refuter()
                    .useless("there is no request that it matches", policy),
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

    /// Without any one policy of the shipped set, some decision is different.
    fn each_counts(&mut self) -> Result<(), VerifyError> {
        let all = &self.policies.clone();
        for policy in sorted(all) {
            let mut rest = all.clone();
            rest.remove_static(policy.id().clone())
                .map_err(VerifyError::policies)?;
            let (more, fewer) = match policy.effect() {
                Effect::Forbid => (&rest, all),
                Effect::Permit => (all, &rest),
            };
            let more = possible::only(more)?;
            let answer = self.prover.implies(
                &named(format!("more for {}", policy.id()), &more),
                &named(format!("fewer for {}", policy.id()), fewer),
            )?;
            let verdict = match answer {
                Answer::Fails(env) => self.refuter().differs(&env, &more, fewer),
                Answer::Holds => self
                    .refuter()
                    .useless("without it, every decision is the same", policy),
                Answer::Unknown(why) => Verdict::Unknown { why },
            };
            self.put(
                format!("counts.{}", policy.id()),
                "Without it, some decision is different.",
                verdict,
            );
        }
        Ok(())
    }
}

/// Returns the authentication that is given, as a part of a statement's id.
fn in_id(given: Authentication) -> String {
    given.to_string().replace(' ', "-")
}

/// A permit where `policy` applies.
fn as_permit(policy: &Policy) -> Result<Policy, VerifyError> {
    let mut json = policy.to_json().map_err(VerifyError::policies)?;
    if let Some(effect) = json.get_mut("effect") {
        *effect = "permit".into();
    }
    Policy::from_json(Some(policy.id().clone()), json).map_err(VerifyError::policies)
}

pub(super) fn named<'a>(name: impl ToString, policies: &'a PolicySet) -> Named<'a> {
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

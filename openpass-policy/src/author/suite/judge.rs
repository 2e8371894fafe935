//! The outcome of each case.

use std::collections::BTreeSet;

use super::{
    CaseOutcome, CaseReport, SuiteReport, TestCase, TestSuite, build,
    combine::{Asked, Axes},
};
use crate::{
    AuthFactor, Authentication, Decision, Denial, Operation, PolicyEngine, PolicyId,
    author::{Cell, Explanation, Role, WithFactor},
    policy_error::escaped,
};

/// The most combinations that the cases of one file ask for.
pub(super) const MOST: usize = 10_000;
/// The most failures of a file that are told what would have to be otherwise, which
/// takes many decisions each.
const TOLD_THE_NEAREST: usize = 20;
/// The most combinations that are named after the first that failed.
const OTHERS: usize = 10;
/// The most policies that a message names.
const NAMED: usize = 3;

/// A file's cases, on their way through an engine.
pub(super) struct Run<'a> {
    suite: &'a TestSuite,
    engine: &'a PolicyEngine,
    /// The combinations that may still be asked for.
    left: usize,
    /// The failures that may still be told the nearest change.
    told: usize,
    /// The own policies that decided in no case so far.
    unreached: BTreeSet<PolicyId>,
}

/// The result of one combination that is not the expected one.
struct Mismatch {
    got: String,
    operation: Operation,
    why: Explanation,
}

/// The combinations of a case that failed.
#[derive(Default)]
struct Failed {
    /// The first, by its name.
    first: Option<(Option<String>, Mismatch)>,
    /// The next ones, with what came.
    others: Vec<String>,
    /// The number of combinations that failed after those.
    more: usize,
}

impl Failed {
    fn add(&mut self, name: Option<String>, mismatch: Mismatch) {
        if self.first.is_none() {
            self.first = Some((name, mismatch));
        } else if self.others.len() < OTHERS {
            let name = name.unwrap_or_default();
            self.others
                .push(escaped(&format!("{name}: {}", mismatch.got)));
        } else {
            self.more = self.more.saturating_add(1);
        }
    }
}

pub(super) fn run(suite: &TestSuite, engine: &PolicyEngine) -> SuiteReport {
    let own = engine.policies().filter(|policy| !policy.shipped);
    let mut run = Run {
        suite,
        engine,
        left: MOST,
        told: TOLD_THE_NEAREST,
        unreached: own.map(|policy| policy.id.clone()).collect(),
    };
    let cases = suite.tests.iter().map(|case| run.case(case)).collect();
    let own = engine.policies().filter(|policy| !policy.shipped);
    let reached = own.filter(|policy| !run.unreached.contains(&policy.id));
    SuiteReport {
        cases,
        reached: reached.map(|policy| policy.id.clone()).collect(),
    }
}

impl Run<'_> {
    fn case(&mut self, case: &TestCase) -> CaseReport {
        let axes = Axes::of(self.suite, case);
        let combinations = axes.count();
        let outcome = self
            .outcome(case, &axes)
            .unwrap_or_else(|problem| CaseOutcome::Broken {
                problem: escaped(&problem),
            });
        CaseReport {
            name: escaped(&case.name),
            place: None,
            combinations,
            outcome,
        }
    }

    fn outcome(&mut self, case: &TestCase, axes: &Axes<'_>) -> Result<CaseOutcome, String> {
        self.suite.entities.are_known()?;
        self.excludes_somebody(case)?;
        self.may_ask(axes.count())?;
        let mut failed = Failed::default();
        for number in 0..axes.count() {
            let asked = axes.combination(number);
            match self.ask(case, &asked) {
                Ok(None) => {}
                Ok(Some(mismatch)) => failed.add(asked.name, mismatch),
                Err(problem) => return Err(at(asked.name.as_deref(), &problem)),
            }
        }
        Ok(match failed.first.take() {
            None => CaseOutcome::Passed,
            Some((combination, first)) => self.failed(case, combination, first, failed),
        })
    }

    /// A policy that may not decide, and is not there, would let the case pass
    /// whatever decides.
    fn excludes_somebody(&self, case: &TestCase) -> Result<(), String> {
        let reason = case.reason.as_ref();
        match reason.and_then(|reason| reason.excludes_nothing(self.engine)) {
            None => Ok(()),
            Some(id) => Err(format!(
                "reason: there is no policy `{id}`, so that excluding it says nothing; \
                 correct the id, or leave it out"
            )),
        }
    }

    fn may_ask(&mut self, combinations: usize) -> Result<(), String> {
        let too_many = || {
            format!(
                "with this case of {combinations} combinations, the file asks for more than \
                 {MOST}; shorten its lists, or split the file"
            )
        };
        self.left = self.left.checked_sub(combinations).ok_or_else(too_many)?;
        Ok(())
    }

    fn failed(
        &mut self,
        case: &TestCase,
        combination: Option<String>,
        first: Mismatch,
        failed: Failed,
    ) -> CaseOutcome {
        let reason = case.reason.as_ref().map(|reason| format!(" {reason}"));
        let expected = format!("{}{}", case.decision.cell(), reason.unwrap_or_default());
        CaseOutcome::Failed {
            combination: combination.map(|name| escaped(&name)),
            expected: escaped(&expected),
            got: escaped(&first.got),
            why: self.told(first),
            others: failed.others,
            more: failed.more,
        }
    }

    /// Asks one combination. `None` where the answer is the expected one.
    fn ask(&mut self, case: &TestCase, asked: &Asked<'_>) -> Result<Option<Mismatch>, String> {
        let operation = build::operation(asked, &self.suite.entities)?;
        let why = self.engine.decided(&operation, given(asked)?);
        match &why.decision {
            Decision::Deny(Denial::NoTime { policies }) => return Err(no_time(policies)),
            Decision::Deny(Denial::InvalidRequest { problems }) => {
                return Err(problems.to_string());
            }
            _ => {}
        }
        self.reach(&operation, &why);
        let got = match why.with_factor {
            Some(given) if given.allowed => Cell::Allow,
            Some(_) => Cell::Deny,
            None => Cell::of_proof(&why.decision),
        };
        let mut ids: Vec<&str> = why.deciding.iter().map(|d| d.policy.id.as_str()).collect();
        ids.sort_unstable();
        let is_so = case.reason.as_ref().is_none_or(|it| it.holds_of(&ids));
        // That a policy fails is no answer that anybody meant.
        let fails = why.deciding.iter().any(|it| it.role == Role::Failed);
        if got == case.decision.cell() && is_so && !fails {
            return Ok(None);
        }
        let got = match ids.as_slice() {
            ids if fails => format!("{got}: {} could not be evaluated", ids.join(", ")),
            [] => got.to_string(),
            ids => format!("{got} by {}", ids.join(", ")),
        };
        Ok(Some(Mismatch {
            got,
            operation,
            why,
        }))
    }

    /// Notes which policies decide: also those that say no with one factor and not
    /// with another, and so choose what is asked for.
    fn reach(&mut self, operation: &Operation, why: &Explanation) {
        if self.unreached.is_empty() {
            return;
        }
        for deciding in &why.deciding {
            self.unreached.remove(&deciding.policy.id);
        }
        if why.with_factor.is_some() {
            return;
        }
        let factors = self.engine.factors();
        let can_be_asked = |given: &Authentication| {
            let mut asked = factors.iter().map(AuthFactor::from);
            asked.any(|factor| factor == given.factor())
        };
        for given in Authentication::all().filter(can_be_asked) {
            let ids = match self.engine.decide_with(operation, given) {
                Ok(ids)
                | Err(
                    Denial::Forbidden { policies: ids } | Denial::PolicyErrors { policies: ids },
                ) => ids,
                Err(_) => Vec::new(),
            };
            for id in ids {
                self.unreached.remove(&id);
            }
        }
    }

    /// The explanation of a failure, with the nearest changes for the first few.
    fn told(&mut self, failed: Mismatch) -> Box<Explanation> {
        let Some(left) = self.told.checked_sub(1) else {
            return Box::new(failed.why);
        };
        self.told = left;
        let given = failed.why.with_factor.map(WithFactor::given);
        Box::new(self.engine.explain(&failed.operation, given))
    }
}

/// Returns the authentication that is given in one combination.
fn given(asked: &Asked<'_>) -> Result<Option<Authentication>, String> {
    let given = asked.factor.map(|factor| match asked.signed {
        true => Authentication::signed(factor),
        false => Authentication::unsigned(factor),
    });
    match given {
        Some(given) if asked.signed && !given.is_signed() => Err(format!(
            "authentication: no approver signs for the factor `{}`",
            given.factor()
        )),
        given => Ok(given),
    }
}

/// A problem of one combination.
fn at(combination: Option<&str>, problem: &str) -> String {
    match combination {
        Some(name) => format!("{problem} (with {name})"),
        None => problem.to_owned(),
    }
}

fn no_time(policies: &[PolicyId]) -> String {
    let named: Vec<&str> = policies.iter().take(NAMED).map(PolicyId::as_str).collect();
    let more = match policies.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "a policy looks at the time ({}{more}): say `time: mon 10:00` for the file, or in this \
         case's context",
        named.join(", ")
    )
}

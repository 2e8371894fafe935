//! Proof, with an SMT solver, of what holds for every possible request.
//!
//! Statements are Cedar policies, in `invariants/`: a `forbid` is a ceiling,
//! what it forbids is never allowed; a `permit` is a floor, what it permits is
//! always allowed.

mod counterexample;
mod decided;
mod factors;
mod invariants;
mod known;
#[cfg(test)]
mod lint_tests;
#[cfg(test)]
mod mutants;
mod possible;
mod prover;
mod refute;
mod solver;
mod statements;

use core::fmt;
use std::{path::Path, time::Duration};

use openpass_auth::SafeText;
use serde::Serialize;

use crate::{PolicyEngine, PolicySource};
pub use counterexample::Counterexample;
use prover::Prover;

/// symcc recurses over terms.
const STACK: usize = 256 * 1024 * 1024;

/// The statements that were proved of an engine's policies, and those that were
/// not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Proof {
    /// Each statement with its verdict.
    pub statements: Vec<Statement>,
}

/// One statement about every possible request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Statement {
    /// Its name.
    pub id: String,
    /// The statement, in words.
    pub doc: String,
    /// Whether it holds.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// Whether a statement holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new verdict must break the builds that turn verdicts into exit codes"
)]
pub enum Verdict {
    /// It holds for every possible request.
    Proved,
    /// There is a request for which it does not hold; it was replayed on the
    /// real engine.
    Refuted(Box<Counterexample>),
    /// The solver could not tell, or its answer could not be confirmed.
    Unknown {
        /// The reason why the statement is neither proved nor refuted.
        why: String,
    },
}

/// The reason why nothing could be proved or refuted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// No solver was named.
    #[error(
        "no solver: set the variable CVC5 to the path of cvc5 1.3.1 or later \
         (https://cvc5.github.io), or name it with `--solver PATH`; nothing was proved"
    )]
    NoSolver,
    /// There is no file at the solver's path.
    #[error(
        "no solver: there is no file {path}; get cvc5 1.3.1 or later from \
         https://cvc5.github.io; nothing was proved"
    )]
    SolverMissing {
        /// The path.
        path: SafeText,
    },
    /// The solver cannot be used.
    #[error("the solver cannot be used: {message}; nothing was proved")]
    Solver {
        /// The reason why the solver cannot be used.
        message: String,
    },
    /// The policies or statements cannot be put to the solver.
    #[error("the policies cannot be put to the solver: {message}; nothing was proved")]
    Policies {
        /// The reason why the solver cannot be given the policies.
        message: String,
    },
}

impl VerifyError {
    fn solver(error: impl fmt::Display) -> Self {
        Self::Solver {
            message: crate::policy_error::escaped(&error.to_string()),
        }
    }

    fn policies(error: impl fmt::Display) -> Self {
        Self::Policies {
            message: crate::policy_error::escaped(&error.to_string()),
        }
    }
}

impl PolicyEngine {
    /// Proves or refutes, for every possible request:
    ///
    /// - each ceiling of the guards, together with any policies;
    /// - each floor: that the person can always repair, whatever the policies
    ///   say, and can change policy and settings;
    /// - that no policy can fail;
    /// - that a stronger factor never turns a "yes" into a "no";
    /// - that each policy can match; and of the shipped set, when there is no
    ///   policy beside it, that each policy counts and the rest of the floors.
    ///
    /// `solver` is the path of cvc5; without, the variable CVC5 says. Before a
    /// proof counts, it has to refute statements that are false, and to confirm
    /// some that hold. It takes seconds, and blocks. Of what the solver has not told
    /// within 30 seconds, the verdict is [`Verdict::Unknown`].
    ///
    /// [`verification`](Self::verification) has more to choose.
    ///
    /// # Errors
    ///
    /// [`VerifyError`]: there is no solver, or it cannot be used. That is
    /// never a proof.
    pub fn verify(&self, solver: Option<&Path>) -> Result<Proof, VerifyError> {
        self.verification().solver(solver).prove()
    }

    /// A proof that is yet to be made, of all that [`verify`](Self::verify) proves.
    pub fn verification(&self) -> Verification<'_> {
        Verification {
            engine: self,
            solver: None,
            per_query: solver::PER_QUERY,
            promises: Vec::new(),
        }
    }
}

/// A proof that is yet to be made.
#[derive(Debug)]
#[must_use = "nothing is proved before `prove`"]
pub struct Verification<'a> {
    engine: &'a PolicyEngine,
    solver: Option<&'a Path>,
    per_query: Duration,
    promises: Vec<&'a PolicySource>,
}

impl<'a> Verification<'a> {
    /// The path of cvc5, in place of what the variable CVC5 says.
    pub const fn solver(mut self, solver: Option<&'a Path>) -> Self {
        self.solver = solver;
        self
    }

    /// As much time for each question, in place of 30 seconds: hundreds of policies can
    /// take minutes.
    pub const fn within(mut self, per_query: Duration) -> Self {
        self.per_query = per_query;
        self
    }

    /// Also what the author of the policies promises: a file of forbids, each with an
    /// `@id`. What one forbids is never allowed by the engine's guards and own forbids,
    /// whatever permits stand beside them.
    pub fn promises(mut self, promises: &'a PolicySource) -> Self {
        self.promises.push(promises);
        self
    }

    /// Proves or refutes all of it.
    ///
    /// # Errors
    ///
    /// As [`PolicyEngine::verify`], and that a file of promises is none.
    pub fn prove(self) -> Result<Proof, VerifyError> {
        let path = solver::locate(self.solver)?;
        let (engine, promises) = (self.engine, self.promises.as_slice());
        std::thread::scope(|scope| {
            std::thread::Builder::new()
                .name("openpass-policy-verify".to_owned())
                .stack_size(STACK)
                .spawn_scoped(scope, || {
                    let mut prover = Prover::new(&path, self.per_query, engine.schema())?;
                    statements::all(engine, promises, &mut prover)
                })
                .map_err(VerifyError::solver)?
                .join()
                .map_err(|_| VerifyError::solver("the proof panicked"))?
        })
    }
}

impl Proof {
    /// Whether every statement was proved, and there is any.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        !self.statements.is_empty()
            && self
                .statements
                .iter()
                .all(|statement| statement.verdict == Verdict::Proved)
    }

    /// Whether any statement was refuted.
    #[must_use]
    pub fn is_refuted(&self) -> bool {
        self.statements
            .iter()
            .any(|statement| matches!(statement.verdict, Verdict::Refuted(_)))
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for statement in &self.statements {
            let verdict = match &statement.verdict {
                Verdict::Proved => "proved ",
                Verdict::Refuted(_) => "REFUTED",
                Verdict::Unknown { .. } => "UNKNOWN",
            };
            writeln!(f, "{verdict}  {}\n         {}", statement.id, statement.doc)?;
            match &statement.verdict {
                Verdict::Proved => {}
                Verdict::Unknown { why } => writeln!(f, "         {why}")?,
                Verdict::Refuted(example) => {
                    for line in example.to_string().lines() {
                        writeln!(f, "         {line}")?;
                    }
                }
            }
        }
        let all = self.statements.len();
        let count = |wanted: fn(&Verdict) -> bool| {
            let statements = self.statements.iter();
            statements.filter(|s| wanted(&s.verdict)).count()
        };
        writeln!(
            f,
            "{all} statements: {} proved, {} refuted, {} unknown",
            count(|verdict| *verdict == Verdict::Proved),
            count(|verdict| matches!(verdict, Verdict::Refuted(_))),
            count(|verdict| matches!(verdict, Verdict::Unknown { .. })),
        )
    }
}

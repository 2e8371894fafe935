//! cvc5 as a process of its own.

use std::{
    ffi::OsString,
    io::{self, BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    pin::Pin,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    task::{Context, Poll},
    time::Duration,
};

use cedar_policy_symcc::{
    SmtLibScript as _,
    err::SolverError,
    solver::{Decision, DecisionWithModel, Solver},
};
use tokio::io::AsyncWrite;

use super::VerifyError;

/// The longest time that cvc5 may work on one query before it says "unknown", if the
/// caller does not set another.
pub(super) const PER_QUERY: Duration = Duration::from_secs(30);
/// The time that cvc5 may then take to say so.
const GRACE: Duration = Duration::from_secs(15);
/// The most bytes of one answer.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// A running cvc5. It ends with this value.
pub(super) struct Cvc5 {
    child: Child,
    input: ChildStdin,
    lines: Receiver<io::Result<String>>,
    script: Script,
    /// The longest time that an answer may take.
    patience: Duration,
}

/// The text that is to be sent to the solver, kept until there is a question.
#[derive(Default)]
struct Script(Vec<u8>);

impl AsyncWrite for Script {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Returns the path of the solver: the path that was given, or that of the variable
/// CVC5. The solver is never looked for elsewhere.
pub(super) fn locate(given: Option<&Path>) -> Result<PathBuf, VerifyError> {
    let path = match given {
        Some(path) => Some(OsString::from(path)),
        None => std::env::var_os("CVC5").filter(|path| !path.is_empty()),
    };
    let path = PathBuf::from(path.ok_or(VerifyError::NoSolver)?);
    if path.is_file() {
        Ok(path)
    } else {
        let path = openpass_auth::SafeText::escape(&path.to_string_lossy());
        Err(VerifyError::SolverMissing { path })
    }
}

impl Cvc5 {
    /// Starts the solver and asks it two questions whose answers are known.
    pub(super) fn start(path: &Path, per_query: Duration) -> Result<Self, VerifyError> {
        Self::start_within(path, per_query, per_query.saturating_add(GRACE))
    }

    fn start_within(
        path: &Path,
        per_query: Duration,
        patience: Duration,
    ) -> Result<Self, VerifyError> {
        let mut solver =
            Self::spawn(path, per_query, patience).map_err(|error| VerifyError::Solver {
                message: error.to_string(),
            })?;
        for (claim, expected) in [("(and p (not p))", Decision::Unsat), ("p", Decision::Sat)] {
            let question =
                format!("(reset)(set-logic ALL)(declare-const p Bool)(assert {claim})\n");
            solver.script.0.extend_from_slice(question.as_bytes());
            match solver.ask() {
                Ok(answer) if answer == expected => {}
                Ok(_) => return Err(VerifyError::solver("it answers a simple question wrongly")),
                Err(error) => return Err(VerifyError::solver(error)),
            }
        }
        Ok(solver)
    }

    fn spawn(path: &Path, per_query: Duration, patience: Duration) -> io::Result<Self> {
        let mut child = Command::new(path)
            .args(["--lang=smt"])
            .arg(format!("--tlimit-per={}", per_query.as_millis()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("it has no pipes"));
        };
        let (sender, lines) = channel();
        // It ends when the solver does, or when nobody listens any more.
        std::thread::Builder::new()
            .name("openpass-policy-cvc5".to_owned())
            .spawn(move || {
                for line in BufReader::new(output).lines() {
                    if sender.send(line).is_err() {
                        break;
                    }
                }
            })?;
        Ok(Self {
            child,
            input,
            lines,
            script: Script::default(),
            patience,
        })
    }

    fn send(&mut self) -> io::Result<()> {
        self.input.write_all(&self.script.0)?;
        self.script.0.clear();
        self.input.flush()
    }

    fn line(&mut self) -> Result<String, SolverError> {
        match self.lines.recv_timeout(self.patience) {
            Ok(line) => Ok(line?),
            Err(RecvTimeoutError::Timeout) => {
                Err(SolverError::Solver("it did not answer in time".to_owned()))
            }
            Err(RecvTimeoutError::Disconnected) => {
                Err(SolverError::Solver("it ended unexpectedly".to_owned()))
            }
        }
    }

    fn ask(&mut self) -> Result<Decision, SolverError> {
        self.script.0.extend_from_slice(b"(check-sat)\n");
        self.send()?;
        match self.line()?.trim() {
            "sat" => Ok(Decision::Sat),
            "unsat" => Ok(Decision::Unsat),
            "unknown" => Ok(Decision::Unknown),
            other => Err(SolverError::UnrecognizedSolverOutput(
                crate::policy_error::escaped(other),
            )),
        }
    }

    fn model(&mut self) -> Result<String, SolverError> {
        self.script.0.extend_from_slice(b"(get-model)\n");
        self.send()?;
        let mut model = self.line()?;
        if model.trim() != "(" {
            let model = crate::policy_error::escaped(&model);
            return Err(SolverError::UnrecognizedSolverOutput(model));
        }
        model.push('\n');
        loop {
            let line = self.line()?;
            model.push_str(&line);
            model.push('\n');
            if line.trim() == ")" {
                return Ok(model);
            }
            if model.len() > MAX_ANSWER {
                return Err(SolverError::Solver("its answer is too long".to_owned()));
            }
        }
    }
}

impl Drop for Cvc5 {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Solver for Cvc5 {
    fn smtlib_input(&mut self) -> &mut (dyn AsyncWrite + Unpin + Send) {
        &mut self.script
    }

    async fn enable_models(&mut self) -> Result<(), SolverError> {
        let script = self.smtlib_input();
        Ok(script.set_option("produce-models", "true").await?)
    }

    async fn check_sat(&mut self) -> Result<Decision, SolverError> {
        self.ask()
    }

    async fn check_sat_with_model(&mut self) -> Result<DecisionWithModel, SolverError> {
        Ok(match self.ask()? {
            Decision::Sat => DecisionWithModel::Sat {
                model: self.model()?,
            },
            Decision::Unsat => DecisionWithModel::Unsat,
            Decision::Unknown => DecisionWithModel::Unknown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_61_a_solver_that_says_nothing_is_not_waited_for_without_end() {
        // It opens no pipe of its own, and reads none.
        let silent = Path::new("/bin/sleep");
        let mut solver = Cvc5::spawn(silent, PER_QUERY, Duration::from_millis(50)).unwrap();
        let asked = solver.ask();
        assert!(asked.is_err());
        let started = Cvc5::start_within(
            Path::new("/usr/bin/yes"),
            PER_QUERY,
            Duration::from_millis(50),
        );
        assert!(matches!(started, Err(VerifyError::Solver { .. })));
    }
}

//! The program that asks: a child with an environment of its own.

use std::{
    env,
    io::{BufRead as _, BufReader, Lines},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use futures_lite::future;
use openpass_auth::{Authenticator, Challenge, Detail, Factor, FactorSet, SafeText, ShownChange};
use openpass_auth_passphrase::{
    Passphrase, PassphraseAuthenticator, PassphraseVerifier, PinentryPrompt, Verified, VerifyError,
};

const ROLE: &str = "OPENPASS_TEST_ROLE";
const PROGRAM: &str = "OPENPASS_TEST_PROGRAM";
const REPORT: &str = "CHILD REPORTS: ";

/// Not a test: what the child runs. Without a role there is nothing to do.
#[test]
fn role() {
    let Ok(role) = env::var(ROLE) else { return };
    match role.as_str() {
        "ask" => report(&ask(&question(60))),
        "ask for the second time" => report(&ask(&question(60).with_attempt(2, 3))),
        "ask for a moment" => report(&ask(&moment())),
        "ask about hostile text" => report(&ask(&hostile(false))),
        "ask about hostile text that gives power" => report(&ask(&hostile(true))),
        "default signals, then ask" => crate::ends::exec_with_default_signals(),
        "drop" => crate::ends::drop_while_asking(),
        "contract" => crate::contract::run(),
        unknown => panic!("no such role: {unknown}"),
    }
}

/// The child's own program once more, in another role.
pub(crate) fn again(role: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["host::role", "--exact", "--nocapture"])
        .env(ROLE, role);
    command
}

pub(crate) fn report(text: &str) {
    println!("\n{REPORT}{text}");
}

/// A child that plays a role.
pub(crate) struct Host {
    command: Command,
}

impl Host {
    /// In a graphic session of its own machine, with `program` for pinentry.
    pub(crate) fn with(role: &str, program: &Path) -> Self {
        Self::in_a_session(role).set(PROGRAM, program.to_str().unwrap())
    }

    /// The same, with a pinentry from the usual places. On macOS the session is a
    /// remote one: no test pops up a dialog that a person would have to answer.
    pub(crate) fn with_usual(role: &str) -> Self {
        let host = Self::in_a_session(role);
        if cfg!(target_os = "macos") {
            return host.set("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22");
        }
        host
    }

    fn in_a_session(role: &str) -> Self {
        let mut command = again(role);
        command
            .env_clear()
            .env(ROLE, role)
            .env("DISPLAY", ":0")
            .env("TMPDIR", env::temp_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        Self { command }
    }

    pub(crate) fn set(mut self, variable: &str, value: &str) -> Self {
        self.command.env(variable, value);
        self
    }

    #[cfg(not(target_os = "macos"))]
    pub(crate) fn unset(mut self, variable: &str) -> Self {
        self.command.env_remove(variable);
        self
    }

    /// Runs it to its end and returns what it reports.
    pub(crate) fn says(self) -> String {
        self.start().hears()
    }

    pub(crate) fn start(mut self) -> Running {
        let mut child = self.command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Running { child, lines }
    }
}

/// A host that runs.
pub(crate) struct Running {
    pub(crate) child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    /// Waits for the next report.
    pub(crate) fn hears(&mut self) -> String {
        let mut lines = self.lines.by_ref().map_while(Result::ok);
        lines
            .find_map(|line| Some(line.split_once(REPORT)?.1.to_owned()))
            .unwrap_or_else(|| panic!("the host ended without a report"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The program that the child was told to use.
pub(crate) fn program() -> Option<PathBuf> {
    env::var_os(PROGRAM).map(PathBuf::from)
}

pub(crate) fn asks() -> Result<Arc<dyn Authenticator>, String> {
    let prompt = match program() {
        None => PinentryPrompt::new(),
        Some(program) => PinentryPrompt::with_program(program).map_err(|e| e.to_string())?,
    };
    Ok(Arc::new(PassphraseAuthenticator::new(prompt, OnlyRight)))
}

fn ask(challenge: &Challenge) -> String {
    let asks = match asks() {
        Ok(asks) => asks,
        Err(refused) => return refused,
    };
    match future::block_on(asks.authenticate(challenge)) {
        Ok(evidence) if evidence.answers(challenge) => "yes".to_owned(),
        Ok(_) => "evidence for another challenge".to_owned(),
        Err(error) => error.to_string(),
    }
}

pub(crate) fn question(seconds: u64) -> Challenge {
    let summary = SafeText::fill("raise agent {} to admin", &[&SafeText::quoted("codex")]);
    let change = |field, before, after, widens| {
        let text = SafeText::literal;
        let change = ShownChange::new(text(field), text(before), text(after), widens);
        Detail::Change(change)
    };
    let accepts = FactorSet::only(Factor::Passphrase);
    Challenge::new(summary, accepts, Duration::from_secs(seconds))
        .with_details(vec![
            change("max_reads_per_hour", "100", "10", false),
            change("canRunCommands", "false", "true", true),
        ])
        .with_code(SafeText::literal("7QX4-M2P9"))
}

fn moment() -> Challenge {
    let accepts = FactorSet::only(Factor::Passphrase);
    let what = SafeText::literal("wait a moment");
    Challenge::new(what, accepts, Duration::from_millis(700))
}

/// What an agent may call itself.
fn hostile(widens: bool) -> Challenge {
    let name = "x\u{1b}[2J\u{202e}\r\nSETDESC all is well\u{9b}\u{200b}\u{3164}<b>&amp;%0A";
    let summary = SafeText::fill("remove agent {}", &[&SafeText::quoted(name)]);
    let long = SafeText::escape(&"long ".repeat(2000));
    let accepts = FactorSet::only(Factor::Passphrase);
    let details = (0..30).map(|_| {
        let long = || long.clone();
        Detail::Change(ShownChange::new(long(), long(), long(), widens))
    });
    Challenge::new(summary, accepts, Duration::from_secs(60)).with_details(details.collect())
}

#[derive(Debug)]
pub(crate) struct OnlyRight;

impl PassphraseVerifier for OnlyRight {
    fn verify(&self, passphrase: &Passphrase) -> Result<Verified, VerifyError> {
        if passphrase.expose() == crate::RIGHT {
            Ok(Verified::unnamed())
        } else {
            Err(VerifyError::Wrong)
        }
    }
}

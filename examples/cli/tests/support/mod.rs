//! The built `openpass`, for the test kit to run.

use std::path::Path;

pub(crate) use openpass_testkit::*;

const BINARY: &str = env!("CARGO_BIN_EXE_openpass");

#[cfg(unix)]
openpass_testkit::leave_the_terminal!();

/// Runs of the command.
pub(crate) struct Openpass;

impl Openpass {
    /// Runs on `vault`, found by `--vault`.
    pub(crate) fn on<S: AsRef<str>>(vault: &TestVault, arguments: &[S]) -> Run {
        let mut all = vec!["--vault", vault.dir_text()];
        all.extend(arguments.iter().map(AsRef::as_ref));
        Self::at_home(vault.home(), &all)
    }

    /// Runs where nothing but `home` says where the vault is.
    pub(crate) fn at_home(home: &Path, arguments: &[&str]) -> Run {
        Run::of(BINARY, home, arguments)
    }
}

/// A vault whose owner has set the guard.
#[cfg(unix)]
pub(crate) trait Settings {
    /// Sets the guard's settings as their owner does. What that leaves on the log is no
    /// part of [`TestVault::log`].
    fn settings(self, text: &str) -> Self;
}

#[cfg(unix)]
impl Settings for TestVault {
    fn settings(self, text: &str) -> Self {
        for line in text.lines() {
            let (key, value) = line.split_once(": ").unwrap();
            let script = ["--yes", "--no-biometric", "--reason", "r"];
            let set = ["guard", "set", key, value, "--passphrase-fd", "3"];
            let set = [&set[..], &script].concat();
            let ended = Openpass::on(&self, &set)
                .with_fd_3(RIGHT)
                .without_a_terminal();
            ended.with(code::DONE);
        }
        self.is_set_up();
        self
    }
}

/// The exit codes, as the command documents them.
pub(crate) mod code {
    pub(crate) const DONE: i32 = 0;
    pub(crate) const USAGE: i32 = 1;
    pub(crate) const NOT_FOUND: i32 = 2;
    pub(crate) const NO_VAULT: i32 = 3;
    pub(crate) const DENIED: i32 = 5;
    pub(crate) const BROKEN: i32 = 6;
    pub(crate) const NOT_AUTHENTICATED: i32 = 10;
    pub(crate) const NOBODY_TO_ASK: i32 = 11;
    pub(crate) const CONFLICT: i32 = 12;
    pub(crate) const WAITS: i32 = 13;
    pub(crate) const NOT_WRITTEN: i32 = 14;
    pub(crate) const TAKEN: i32 = 16;
}

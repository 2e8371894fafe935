//! A vault that the real product made, and the command on it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use openpass_testkit::{Person, Run, TestVault, changed, files};

pub(crate) use openpass_testkit::{Ended, RIGHT as PASSPHRASE};

const BINARY: &str = env!("CARGO_BIN_EXE_openpass");

openpass_testkit::leave_the_terminal!();

/// A copy of the sample vault, with its YAML rules.
pub(crate) struct Sample(TestVault);

impl Sample {
    pub(crate) fn new() -> Self {
        Self(TestVault::with_rules())
    }

    /// Puts another identity in the place of the vault's.
    pub(crate) fn exchange_identity(&self, passphrase: &str) {
        let key = openpass_auth_passphrase::identity::generate();
        self.0
            .put("identity.age", openpass_testkit::sealed(&key, passphrase));
    }

    /// Rewrites the guard's log, and signs it with its own key.
    pub(crate) fn forge_log(&self, edit: impl Fn(&str) -> String) {
        self.0.forge_log(edit);
    }

    /// Edits the entry of `agent` in config.yaml by hand.
    pub(crate) fn edit_agent(&self, agent: &str, from: &str, to: &str) {
        self.0.edit_agent(agent, from, to);
    }

    pub(crate) fn dir(&self) -> &Path {
        self.0.dir()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        self.0.put(name, text);
    }

    /// A run of the command, which is not started yet.
    pub(crate) fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        let all = [&["--vault", self.0.dir_text()], arguments].concat();
        let run = Run::of(BINARY, self.0.home(), &all);
        variables
            .iter()
            .fold(run, |run, (name, value)| run.with(name, value))
    }

    /// The command without a terminal, and with nobody to ask.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, &[], &[])
    }

    /// The command by a script that gives the passphrase.
    pub(crate) fn script(&self, arguments: &[&str]) -> Ended {
        self.script_with(arguments, PASSPHRASE)
    }

    pub(crate) fn script_with(&self, arguments: &[&str], passphrase: &str) -> Ended {
        let flags = [
            "--yes",
            "--no-biometric",
            "--reason",
            "a test",
            "--passphrase-fd",
            "3",
        ];
        self.run_with(&[arguments, flags.as_slice()].concat(), &[passphrase], &[])
    }

    /// As [`run`](Self::run); `texts` can be read from descriptors 3 and up.
    pub(crate) fn run_with(
        &self,
        arguments: &[&str],
        texts: &[&str],
        variables: &[(&str, &str)],
    ) -> Ended {
        self.command(arguments, variables)
            .with_files(texts)
            .without_a_terminal()
    }

    /// The command by a person at a terminal of their own, on which everything is.
    pub(crate) fn person(&self, arguments: &[&str]) -> Person {
        self.person_with(arguments, &[])
    }

    /// As [`person`](Self::person), with these variables.
    pub(crate) fn person_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Person {
        self.command(arguments, variables)
            .all_on_terminal()
            .with_rows(40)
            .at_a_terminal()
    }

    /// Every file outside guard/, but for the empty lock.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files(self.dir())
    }

    /// The files outside guard/ that differ from `before`.
    pub(crate) fn changed(&self, before: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<String> {
        changed(before, &self.files())
    }
}

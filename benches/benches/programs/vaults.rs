//! Vaults for the built programs.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use openpass_testkit::{RIGHT, TestVault};

/// A file of the log gets no further lines from 128 KiB on. Up to here, the next line
/// still goes into it.
const NEARLY_FULL: u64 = 120 * 1024;

/// A vault, and the built command that changes it.
#[derive(Debug)]
pub(crate) struct Vault {
    folder: TestVault,
    openpass: PathBuf,
}

impl Vault {
    /// Makes a vault with the sample's agents and no policies of its own.
    pub(crate) fn new(openpass: &Path) -> Self {
        let vault = Self {
            folder: TestVault::new(),
            openpass: openpass.to_owned(),
        };
        // The first change also makes the log.
        vault.sets_the_timeout("31s");
        vault
    }

    /// The vault's folder.
    pub(crate) fn dir(&self) -> &Path {
        self.folder.dir()
    }

    /// Runs a command that changes nothing.
    pub(crate) fn looks(&self, arguments: &[&str]) {
        let mut command = self.command(arguments);
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(status.unwrap().success(), "{arguments:?} failed");
    }

    /// Makes changes until the current file of the log is nearly full.
    pub(crate) fn fill_the_log(&self) {
        let mut even = false;
        while self.log() < NEARLY_FULL {
            self.sets_the_timeout(if even { "31s" } else { "30s" });
            even = !even;
        }
    }

    /// Applies a file of policies.
    pub(crate) fn applies(&self, file: &str, text: &str) {
        let own = self.folder.home().join(file);
        put(&own, text);
        self.changes(&["policy", "apply", &own.to_string_lossy()]);
    }

    fn sets_the_timeout(&self, value: &str) {
        self.changes(&["guard", "set", "timeout", value]);
    }

    /// The bytes of the log's current file.
    fn log(&self) -> u64 {
        let file = self.folder.path("guard/log.jsonl");
        fs::metadata(file).map_or(0, |file| file.len())
    }

    /// Runs a command that changes something, with the passphrase.
    fn changes(&self, arguments: &[&str]) {
        // The shell hands the passphrase over as file descriptor 3.
        let script = r#"printf '%s\n' "$PASSPHRASE" | "$0" "$@" 3<&0 </dev/null"#;
        let mut command = Command::new("sh");
        command.args(["-c", script]).arg(&self.openpass);
        self.in_the_vault(&mut command);
        let unattended = ["--yes", "--no-biometric", "--reason", "a benchmark"];
        command.args(arguments).args(unattended);
        command
            .args(["--passphrase-fd", "3"])
            .env("PASSPHRASE", RIGHT);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.openpass);
        self.in_the_vault(&mut command);
        command.args(arguments);
        command
    }

    fn in_the_vault(&self, command: &mut Command) {
        command.env_clear().env("HOME", self.folder.home());
        command.env("PATH", env::var_os("PATH").unwrap_or_default());
        command.env("OPENPASS_VAULT", self.folder.dir());
    }
}

#[expect(clippy::disallowed_methods, reason = "a file beside the vault")]
fn put(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

//! One run of the built binary, before it starts.

use std::{
    env,
    ffi::OsString,
    fs::File,
    io::{Read as _, Write as _},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use super::{Ended, Person, TestVault};

const BINARY: &str = env!("CARGO_BIN_EXE_openpass");
/// Names the file that stands for stdout, for [`leave_the_terminal`].
const STDOUT: &str = "OPENPASS_TEST_STDOUT";
const ARGUMENTS: &str = "OPENPASS_TEST_ARGUMENTS";

/// What to run, with an environment of its own.
#[derive(Debug, Clone)]
pub(crate) struct Openpass {
    pub(super) program: Vec<OsString>,
    pub(super) variables: Vec<(OsString, OsString)>,
    pub(super) stdin: Vec<u8>,
    pub(super) all_on_terminal: bool,
}

impl Openpass {
    /// Runs on `vault`, found by `--vault`.
    pub(crate) fn on<S: AsRef<str>>(vault: &TestVault, arguments: &[S]) -> Self {
        let mut all = vec!["--vault", vault.dir_text()];
        all.extend(arguments.iter().map(AsRef::as_ref));
        Self::at_home(vault.home(), &all)
    }

    /// Runs where nothing but `home` says where the vault is.
    pub(crate) fn at_home(home: &Path, arguments: &[&str]) -> Self {
        let mut program = vec![OsString::from(BINARY)];
        program.extend(arguments.iter().map(OsString::from));
        let run = Self {
            program,
            variables: Vec::new(),
            stdin: Vec::new(),
            all_on_terminal: false,
        };
        let path = env::var_os("PATH").unwrap_or_default();
        let run = run.with("HOME", home).with("PATH", path);
        if cfg!(target_os = "macos") {
            // No test pops up a dialog that a person would have to answer.
            run.with("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
        } else {
            run
        }
    }

    /// Sets a variable.
    pub(crate) fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Gives it bytes on stdin, which is a pipe.
    pub(crate) fn reading(mut self, bytes: impl AsRef<[u8]>) -> Self {
        bytes.as_ref().clone_into(&mut self.stdin);
        self
    }

    /// Gives it bytes on file descriptor 3, a pipe, and nothing on stdin.
    pub(crate) fn with_fd_3(self, bytes: impl AsRef<[u8]>) -> Self {
        self.reading(bytes).redirected("3<&0 0</dev/null")
    }

    /// Starts it by a shell, with these redirections.
    pub(crate) fn redirected(self, redirections: &str) -> Self {
        self.by_shell(&format!("exec {redirections}; exec \"$@\""))
    }

    /// Starts it by a shell script whose arguments are the command.
    pub(crate) fn by_shell(mut self, script: &str) -> Self {
        let shell = ["/bin/sh", "-c", script, "sh"].map(OsString::from);
        self.program.splice(0..0, shell);
        self
    }

    /// Leaves stdin, stdout and stderr on the terminal, as a person has them.
    pub(crate) const fn all_on_terminal(mut self) -> Self {
        self.all_on_terminal = true;
        self
    }

    /// Runs it at a terminal where nobody types, and waits for its end.
    pub(crate) fn unattended(self) -> Ended {
        self.at_a_terminal().leaves()
    }

    /// Sits a person down at a terminal and starts it there.
    pub(crate) fn at_a_terminal(self) -> Person {
        Person::starts(self)
    }

    /// Runs it in a session that has no terminal, as CI and daemons do.
    pub(crate) fn without_a_terminal(self) -> Ended {
        let stdout = tempfile::NamedTempFile::new().unwrap();
        let program: Vec<&str> = self.program.iter().map(|a| a.to_str().unwrap()).collect();
        let start = Instant::now();
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["leave_the_terminal", "--nocapture"])
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env(STDOUT, stdout.path())
            .env(ARGUMENTS, serde_json::to_string(&program).unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Whether it reads its stdin is its own affair.
        drop(child.stdin.take().unwrap().write_all(&self.stdin));
        let mut stderr = String::new();
        let mut pipe = child.stderr.take().unwrap();
        pipe.read_to_string(&mut stderr).unwrap();
        let status = child.wait().unwrap();
        let took = start.elapsed();
        let stdout = std::fs::read_to_string(stdout.path()).unwrap();
        Ended::new(status, [stdout, stderr, String::new()], took)
    }
}

/// Not a test: becomes the binary, in a session of its own. Only a process
/// that leads no session can do that, so not the one that tests. Its stdout
/// has the test runner's lines on it, so another file stands for it.
#[test]
fn leave_the_terminal() {
    let Some(stdout) = env::var_os(STDOUT) else {
        return;
    };
    let program: Vec<String> = serde_json::from_str(&env::var(ARGUMENTS).unwrap()).unwrap();
    rustix::process::setsid().unwrap();
    let (binary, arguments) = program.split_first().unwrap();
    let error = Command::new(binary)
        .args(arguments)
        .env_remove(STDOUT)
        .env_remove(ARGUMENTS)
        .stdout(File::options().append(true).open(stdout).unwrap())
        .exec();
    panic!("{binary} does not start: {error}");
}

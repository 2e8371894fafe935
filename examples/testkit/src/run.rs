//! One run of a program, before it starts.

use std::{
    env,
    ffi::OsString,
    fs::{self, File},
    io::{Read as _, Write as _},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Instant,
};

use tempfile::TempDir;

use crate::{Ended, Person};

/// Names the file that stands for stdout, for [`become_the_program`].
const STDOUT: &str = "OPENPASS_TEST_STDOUT";
const ARGUMENTS: &str = "OPENPASS_TEST_ARGUMENTS";
/// The first line of that file: without it nothing ran, however the test runner ended.
const STARTS: &str = "the program starts\n";

/// A program to run, with an environment of its own.
#[derive(Debug, Clone)]
pub struct Run {
    pub(crate) program: Vec<OsString>,
    pub(crate) variables: Vec<(OsString, OsString)>,
    pub(crate) stdin: Vec<u8>,
    pub(crate) all_on_terminal: bool,
    pub(crate) rows: u16,
    /// The files that the program reads by descriptor, there until its end.
    pub(crate) files: Option<Arc<TempDir>>,
}

impl Run {
    /// Runs `program` with `home` as the user's folder.
    pub fn of<S: AsRef<str>>(program: &str, home: &Path, arguments: &[S]) -> Self {
        let mut all = vec![OsString::from(program)];
        all.extend(arguments.iter().map(|argument| argument.as_ref().into()));
        let run = Self {
            program: all,
            variables: Vec::new(),
            stdin: Vec::new(),
            all_on_terminal: false,
            rows: 24,
            files: None,
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
    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Gives it bytes on stdin, which is a pipe.
    pub fn reading(mut self, bytes: impl AsRef<[u8]>) -> Self {
        bytes.as_ref().clone_into(&mut self.stdin);
        self
    }

    /// Gives it bytes on file descriptor 3, a pipe, and nothing on stdin.
    pub fn with_fd_3(self, bytes: impl AsRef<[u8]>) -> Self {
        self.reading(bytes).redirected("3<&0 0</dev/null")
    }

    /// Gives it these texts as files on file descriptors 3 and up, and nothing on stdin.
    pub fn with_files(mut self, texts: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut redirections = String::from("0</dev/null");
        for (number, text) in (3..).zip(texts) {
            let path = folder.path().join(number.to_string());
            fs::write(&path, text).unwrap();
            redirections = format!("{redirections} {number}<'{}'", path.display());
        }
        self.files = Some(Arc::new(folder));
        self.redirected(&redirections)
    }

    /// Starts it by a shell, with these redirections.
    pub fn redirected(self, redirections: &str) -> Self {
        self.by_shell(&format!("exec {redirections}; exec \"$@\""))
    }

    /// Starts it by a shell script whose arguments are the command.
    pub fn by_shell(mut self, script: &str) -> Self {
        let shell = ["/bin/sh", "-c", script, "sh"].map(OsString::from);
        self.program.splice(0..0, shell);
        self
    }

    /// Leaves stdin, stdout and stderr on the terminal, as a person has them.
    pub const fn all_on_terminal(mut self) -> Self {
        self.all_on_terminal = true;
        self
    }

    /// Gives its terminal so many lines, of 100 columns.
    pub const fn with_rows(mut self, rows: u16) -> Self {
        self.rows = rows;
        self
    }

    /// Runs it at a terminal where nobody types, and waits for its end.
    pub fn unattended(self) -> Ended {
        self.at_a_terminal().leaves()
    }

    /// Sits a person down at a terminal and starts it there.
    pub fn at_a_terminal(self) -> Person {
        Person::starts(self)
    }

    /// Runs it in a session that has no terminal, as CI and daemons do.
    ///
    /// The test program needs a way there, once: [`leave_the_terminal`](crate::leave_the_terminal).
    pub fn without_a_terminal(self) -> Ended {
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
        let stdout = fs::read_to_string(stdout.path()).unwrap();
        let Some(stdout) = stdout.strip_prefix(STARTS) else {
            panic!("the program was not started; is leave_the_terminal!() declared?\n{stderr}");
        };
        Ended::new(status, [stdout.to_owned(), stderr, String::new()], took)
    }
}

/// Declares what [`Run::without_a_terminal`] needs in each program of tests.
#[macro_export]
macro_rules! leave_the_terminal {
    () => {
        /// Not a test: becomes the program, in a session of its own. Only a process
        /// that leads no session can do that, so not the one that tests.
        #[test]
        fn leave_the_terminal() {
            $crate::become_the_program();
        }
    };
}

/// Becomes the program that [`Run::without_a_terminal`] named, or returns when there is
/// none. Its stdout has the test runner's lines on it, so another file stands for it.
pub fn become_the_program() {
    let Some(stdout) = env::var_os(STDOUT) else {
        return;
    };
    let program: Vec<String> = serde_json::from_str(&env::var(ARGUMENTS).unwrap()).unwrap();
    rustix::process::setsid().unwrap();
    let mut stdout = File::options().append(true).open(stdout).unwrap();
    stdout.write_all(STARTS.as_bytes()).unwrap();
    let (binary, arguments) = program.split_first().unwrap();
    let error = Command::new(binary)
        .args(arguments)
        .env_remove(STDOUT)
        .env_remove(ARGUMENTS)
        .stdout(stdout)
        .exec();
    panic!("{binary} does not start: {error}");
}

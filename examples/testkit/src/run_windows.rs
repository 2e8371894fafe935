//! One run of a program on Windows, before it starts.

use std::{
    ffi::OsString,
    io::{Read, Write as _},
    os::windows::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    thread::{self, JoinHandle},
    time::Instant,
};

use windows_sys::Win32::System::Threading::DETACHED_PROCESS;

use crate::{Ended, console::Console};

/// A program to run. Of the test's environment it has what the system needs, and no more.
#[derive(Debug, Clone)]
pub struct Run {
    program: OsString,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    stdin: Vec<u8>,
}

impl Run {
    /// Runs `program` with `home` as the user's folder.
    pub fn of<S: AsRef<str>>(program: &str, home: &Path, arguments: &[S]) -> Self {
        let of_the_system = ["SystemRoot", "TEMP", "TMP", "PATH", "RUST_BACKTRACE"]
            .into_iter()
            .filter_map(|name| Some((name.into(), std::env::var_os(name)?)));
        let run = Self {
            program: program.into(),
            arguments: arguments.iter().map(|it| it.as_ref().into()).collect(),
            variables: of_the_system.collect(),
            stdin: Vec::new(),
        };
        run.with("USERPROFILE", home)
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

    /// Runs it without a console, as services and scheduled tasks run.
    pub fn without_a_terminal(self) -> Ended {
        self.starts(DETACHED_PROCESS).ends(String::new)
    }

    /// Runs it on the test's console, and for each pair waits for the first text to stand
    /// there once more and presses the second. The console has to be as it was in the end.
    pub fn at_a_terminal(self, asked: &[(&str, &str)]) -> Ended {
        let console = Console::new();
        let before = console.modes();
        let started = self.starts(0);
        for (number, (asks, keys)) in asked.iter().enumerate() {
            let before = asked.iter().take(number).filter(|it| it.0 == *asks);
            console.reads_times(asks, before.count() + 1);
            console.press(keys);
        }
        started.ends(|| {
            assert_eq!(console.modes(), before, "the console is not as it was");
            console.screen().trim().to_owned()
        })
    }

    fn starts(&self, flags: u32) -> Started {
        let start = Instant::now();
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .creation_flags(flags)
            .spawn()
            .unwrap();
        // Whether it reads its stdin is its own affair.
        drop(child.stdin.take().unwrap().write_all(&self.stdin));
        let stdout = heard(child.stdout.take().unwrap());
        let stderr = heard(child.stderr.take().unwrap());
        Started {
            child,
            start,
            stdout: Some(stdout),
            stderr: Some(stderr),
        }
    }
}

/// A program that runs until the test is over, at most.
struct Started {
    child: Child,
    start: Instant,
    stdout: Option<JoinHandle<String>>,
    stderr: Option<JoinHandle<String>>,
}

impl Started {
    /// Waits for its end, and then looks at the screen.
    fn ends(mut self, screen: impl FnOnce() -> String) -> Ended {
        let status = self.child.wait().unwrap();
        let took = self.start.elapsed();
        let all = [self.stdout.take(), self.stderr.take()];
        let [stdout, stderr] = all.map(|stream| stream.unwrap().join().unwrap());
        Ended::new(status, [stdout, stderr, screen()], took)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // It has ended, or the test failed: the next one needs the console.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn heard(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        pipe.read_to_string(&mut text).unwrap();
        text
    })
}

//! One run of a program on Windows, before it starts.

use std::{
    ffi::OsString,
    io::Write as _,
    os::windows::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
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
        let start = Instant::now();
        let child = self.starts(DETACHED_PROCESS);
        ended(child, start, String::new())
    }

    /// Runs it on the test's console, and presses `keys` each time that `asks` stands there.
    pub fn at_a_terminal(self, asked: &[(&str, &str)]) -> Ended {
        let console = Console::new();
        let before = console.modes();
        let start = Instant::now();
        let child = self.starts(0);
        for (asks, keys) in asked {
            console.reads(asks);
            console.press(keys);
        }
        let mut child = child;
        child.wait().unwrap();
        assert_eq!(console.modes(), before, "the console is not as it was");
        ended(child, start, console.screen().trim_end().to_owned())
    }

    fn starts(&self, flags: u32) -> Child {
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
        child
    }
}

fn ended(child: Child, start: Instant, screen: String) -> Ended {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let streams = [text(output.stdout), text(output.stderr), screen];
    Ended::new(output.status, streams, start.elapsed())
}

//! The server's process.

#[cfg_attr(unix, path = "child/unix.rs")]
#[cfg_attr(not(unix), path = "child/other.rs")]
mod system;

use std::{ffi::OsString, io, process::Stdio, time::Duration};

use tokio::process::{Child as Process, ChildStderr, ChildStdin, ChildStdout, Command};

use self::system::Group;

/// The command that starts a server.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ServerCommand {
    /// The program: a path, or a name that is looked for on `PATH`.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

impl ServerCommand {
    /// The command of this program with these arguments.
    pub fn new<A: Into<OsString>>(
        program: impl Into<OsString>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
        }
    }
}

/// A running server, and what it started in its process group.
#[derive(Debug)]
pub(super) struct Child {
    process: Process,
    group: Group,
}

/// The server's standard streams.
pub(super) struct Streams {
    pub(super) stdin: ChildStdin,
    pub(super) stdout: ChildStdout,
    pub(super) stderr: ChildStderr,
}

impl Child {
    /// Starts the server in a process group of its own.
    ///
    /// # Errors
    ///
    /// That the program does not start.
    pub(super) fn start(command: &ServerCommand) -> io::Result<(Self, Streams)> {
        let mut started = Command::new(&command.program);
        started
            .args(&command.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        system::apart(&mut started);
        let mut process = started.spawn()?;
        let group = Group::of(&process);
        let (stdin, stdout) = (process.stdin.take(), process.stdout.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = (stdin, stdout, process.stderr.take())
        else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let streams = Streams {
            stdin,
            stdout,
            stderr,
        };
        Ok((Self { process, group }, streams))
    }

    /// Waits until the server has ended. What it started may still run.
    pub(super) async fn exited(&mut self) {
        self.group.exited(&mut self.process).await;
    }

    /// Ends the server, whose stdin is closed, and its process group: it has
    /// `patience` to end by itself, and as long again once it is told to.
    pub(super) async fn end(mut self, patience: Duration) {
        if !self.ended_within(patience).await {
            self.group.tell_to_end();
            if !self.ended_within(patience).await {
                self.group.kill();
            }
        }
        // What it started ends with it.
        self.group.kill();
        // Once the process is waited for, its number may be another's.
        self.group.forget();
        // Where there are no groups, this kills the process at least.
        drop(self.process.kill().await);
    }

    async fn ended_within(&mut self, patience: Duration) -> bool {
        tokio::time::timeout(patience, self.exited()).await.is_ok()
    }
}

impl Drop for Child {
    /// A session that is dropped leaves nothing running either.
    fn drop(&mut self) {
        self.group.kill();
    }
}

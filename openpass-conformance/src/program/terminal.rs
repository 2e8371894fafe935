//! A program on a terminal of its own, and what a person sees and types there.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    os::{
        fd::{AsFd, OwnedFd},
        unix::process::ExitStatusExt as _,
    },
    process::{Child, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use pty_process::{
    Size,
    blocking::{Command, Pty},
};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{Mode, OFlags},
    process::{Pid, Signal},
    termios::tcgetattr,
};

use crate::report::{Played, broken};
use crate::start::Start;

const ROWS: u16 = 60;
const COLUMNS: u16 = 200;
const TICK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 5_000_000,
};
/// A mark on the terminal behind all that the program wrote.
const LAST: &[u8] = b"(end of what was shown)";

/// A program with its terminal. It is killed when this is dropped.
pub(super) struct Terminal {
    pty: Option<Pty>,
    /// The program's end: held open, it never hangs up by itself.
    held_open: Option<OwnedFd>,
    child: Child,
    screen: Vec<u8>,
    looked: usize,
    modes: String,
}

impl Terminal {
    pub(super) fn starts(start: &Start) -> Played<Self> {
        let opened = Self::opened(start, None);
        opened.or_else(|error| broken(format!("the program does not start: {error}")))
    }

    /// Starts it with a pipe as its stdin, which has `text` and then its end.
    pub(super) fn starts_with_a_pipe(start: &Start, text: &str) -> Played<Self> {
        let opened = Self::opened(start, Some(text));
        opened.or_else(|error| broken(format!("the program does not start: {error}")))
    }

    fn opened(start: &Start, piped: Option<&str>) -> Result<Self, pty_process::Error> {
        let (pty, pts) = pty_process::blocking::open()?;
        pty.resize(Size::new(ROWS, COLUMNS))?;
        let name = rustix::pty::ptsname(pty.as_fd(), Vec::new())?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let held_open = rustix::fs::open(name, flags, Mode::empty())?;
        rustix::io::ioctl_fionbio(&pty, true)?;
        let modes = format!("{:?}", tcgetattr(pty.as_fd())?);
        let mut command = Command::new(&start.program).args(&start.arguments);
        command = command
            .env_clear()
            .env("TERM", "xterm")
            .envs(start.variables());
        if piped.is_some() {
            command = command.stdin(Stdio::piped());
        }
        let mut child = command.spawn(pts)?;
        if let (Some(mut pipe), Some(text)) = (child.stdin.take(), piped) {
            // Whether it reads them is its own affair.
            drop(pipe.write_all(text.as_bytes()));
        }
        Ok(Self {
            child,
            pty: Some(pty),
            held_open: Some(held_open),
            screen: Vec::new(),
            looked: 0,
            modes,
        })
    }

    /// Waits until `is_so`, and says whether it came to that in time.
    pub(super) fn until(
        &mut self,
        patience: Duration,
        mut is_so: impl FnMut(&mut Self) -> bool,
    ) -> bool {
        let end = Instant::now() + patience;
        loop {
            self.look();
            if is_so(self) {
                return true;
            }
            if Instant::now() >= end {
                return false;
            }
            self.wait();
        }
    }

    /// The text behind what was looked at.
    pub(super) fn unseen(&self) -> String {
        let unseen = self.screen.get(self.looked..).unwrap_or_default();
        String::from_utf8_lossy(unseen).into_owned()
    }

    /// Counts everything until now as looked at.
    pub(super) const fn looks_away(&mut self) {
        self.looked = self.screen.len();
    }

    /// Everything that was on the terminal.
    pub(super) fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen).into_owned()
    }

    /// Types, whether or not anybody reads it.
    pub(super) fn types(&mut self, keys: &str) {
        if let Some(pty) = &mut self.pty {
            drop(pty.write_all(keys.as_bytes()));
        }
    }

    pub(super) fn signals(&self, signal: Signal) {
        // It may have ended by itself.
        let _ = rustix::process::kill_process(Pid::from_child(&self.child), signal);
    }

    /// Closes the terminal's window.
    pub(super) fn hangs_up(&mut self) {
        drop(self.held_open.take());
        drop(self.pty.take());
    }

    pub(super) fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits for the end and sees the rest; `None` if it goes on.
    pub(super) fn ends(&mut self, patience: Duration) -> Option<ExitStatus> {
        let mut status = None;
        self.until(patience, |it| {
            status = it.has_ended();
            status.is_some()
        });
        if let (Some(_), Some(other_end)) = (status, &self.held_open) {
            let _ = rustix::io::write(other_end, LAST);
            self.until(patience, |it| it.screen.ends_with(LAST));
            let whole = self.screen.len().saturating_sub(LAST.len());
            self.screen.truncate(whole);
            self.looked = self.looked.min(whole);
        }
        status
    }

    /// Whether the terminal's modes are those from before the start.
    pub(super) fn is_as_it_was(&self) -> bool {
        self.pty.as_ref().is_none_or(|pty| {
            tcgetattr(pty.as_fd()).is_ok_and(|modes| format!("{modes:?}") == self.modes)
        })
    }

    fn look(&mut self) {
        let mut bytes = [0; 4096];
        while let Some(pty) = &mut self.pty {
            match pty.read(&mut bytes) {
                Ok(count @ 1..) => self.screen.extend(bytes.iter().take(count)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Nothing is there, or nothing will be.
                Ok(0) | Err(_) => return,
            }
        }
    }

    /// Waits a moment, less if there is something to see.
    fn wait(&self) {
        let open = self.pty.as_ref().map(|pty| PollFd::new(pty, PollFlags::IN));
        let mut open: Vec<PollFd<'_>> = open.into_iter().collect();
        // The next look tells what came of it.
        let _ = poll(&mut open, Some(&TICK));
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The end of a program, in words.
pub(super) fn told(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "an end of no kind".to_owned(),
    }
}

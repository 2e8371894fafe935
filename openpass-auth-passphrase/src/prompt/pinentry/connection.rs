//! A conversation with pinentry: a command, and an answer in time.

use std::time::{Duration, Instant};

use openpass_auth::{AuthError, BackendError, CancelledBy};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};

use super::{
    line::{LINE, Line, Received, decode},
    process::Process,
};
use crate::{Cancel, buffer::Buffer, prompt::signals::Signals};

/// The most lines that answer one command: a passphrase may be split.
const LINES: usize = 64;
/// The longest wait before a cancel or a signal is looked for again.
const TICK: Duration = Duration::from_millis(20);

/// A conversation with pinentry, which ends at the deadline, by a cancel or by
/// a signal.
pub(super) struct Connection<'a> {
    process: &'a Process,
    signals: &'a Signals,
    cancel: &'a Cancel,
    deadline: Instant,
    received: Received,
}

/// The end of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// The command was done.
    Ok,
    /// The command was not done, for this code of libgpg-error, without its source.
    Refused(u32),
}

impl<'a> Connection<'a> {
    /// Waits for pinentry's greeting.
    pub(super) fn open(
        process: &'a Process,
        signals: &'a Signals,
        cancel: &'a Cancel,
        deadline: Instant,
    ) -> Result<Self, AuthError> {
        let mut connection = Self {
            process,
            signals,
            cancel,
            deadline,
            received: Received::default(),
        };
        match connection.answer(None)? {
            Answer::Ok => Ok(connection),
            Answer::Refused(_) => Err(broken("pinentry refused the connection")),
        }
    }

    /// Sends a command, and puts its data, if it sends any, into `data`.
    pub(super) fn command(
        &mut self,
        command: &str,
        data: Option<&mut Buffer>,
    ) -> Result<Answer, AuthError> {
        if command.len() > LINE || command.contains('\n') {
            return Err(broken(
                "a command for pinentry is too long, or has more than one line",
            ));
        }
        self.send(format!("{command}\n").as_bytes())?;
        self.answer(data)
    }

    fn send(&self, mut left: &[u8]) -> Result<(), AuthError> {
        while !left.is_empty() {
            self.still_wanted()?;
            match self.process.write(left) {
                Ok(count) => left = left.get(count..).unwrap_or_default(),
                Err(Errno::AGAIN | Errno::INTR) => {
                    let _ = self.cancel.wait(TICK);
                }
                Err(_) => return Err(self.ended()),
            }
        }
        Ok(())
    }

    fn answer(&mut self, mut data: Option<&mut Buffer>) -> Result<Answer, AuthError> {
        for _ in 0..LINES {
            self.receive_line()?;
            let line = Line::of(self.received.line());
            let answer = match line {
                Line::Data(encoded) => {
                    let place = data.as_deref_mut();
                    let place = place.ok_or(broken("pinentry sent data that nobody asked for"))?;
                    decode(encoded, place)?;
                    None
                }
                Line::Ok => Some(Answer::Ok),
                Line::Err(code) => Some(Answer::Refused(code)),
                // Nobody allowed it one, and a cache is no person.
                Line::FromCache => {
                    return Err(broken("pinentry answered from a cache and asked nobody"));
                }
                Line::Remark => None,
                Line::Other => return Err(broken("pinentry sent a line that is not valid")),
            };
            self.received.forget_line();
            if let Some(answer) = answer {
                return Ok(answer);
            }
        }
        Err(broken("pinentry sent too many lines"))
    }

    /// Reads until a whole line is there.
    fn receive_line(&mut self) -> Result<(), AuthError> {
        while !self.received.has_line() {
            if self.received.is_full() {
                return Err(broken("pinentry sent a line that is too long"));
            }
            self.still_wanted()?;
            match self.process.read(self.received.room()) {
                Ok(0) => return Err(self.ended()),
                Ok(count) => self.received.has(count),
                Err(Errno::AGAIN | Errno::INTR) => self.wait(),
                Err(_) => return Err(self.ended()),
            }
        }
        Ok(())
    }

    /// Waits for pinentry, for a tick at the most. Whatever comes of it, the
    /// next read tells.
    fn wait(&self) {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let tick = Timespec::try_from(left.min(TICK)).ok();
        let stdout = PollFd::new(self.process.stdout(), PollFlags::IN);
        let _ = poll(&mut [stdout], tick.as_ref());
    }

    pub(super) fn still_wanted(&self) -> Result<(), AuthError> {
        if self.cancel.is_cancelled() {
            return Err(AuthError::Cancelled(CancelledBy::Host));
        }
        if self.signals.end_it() {
            return Err(AuthError::Cancelled(CancelledBy::System));
        }
        if Instant::now() >= self.deadline {
            return Err(AuthError::TimedOut);
        }
        Ok(())
    }

    /// Returns the reason for pinentry's end: a cancel kills it; else it ended by
    /// itself.
    fn ended(&self) -> AuthError {
        match self.still_wanted() {
            Err(reason) => reason,
            Ok(()) => broken("pinentry ended without an answer"),
        }
    }
}

pub(super) fn broken(message: &'static str) -> AuthError {
    BackendError::new(message).into()
}

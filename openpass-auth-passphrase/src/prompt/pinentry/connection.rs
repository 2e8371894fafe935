//! Assuan's lines, as far as pinentry needs them (libassuan's manual, "Server
//! responses").

use std::time::{Duration, Instant};

use openpass_auth::{AuthError, BackendError, CancelledBy};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};
use zeroize::{Zeroize as _, Zeroizing};

use super::process::Process;
use crate::{Cancel, buffer::Buffer, prompt::signals::Signals};

/// The longest line, either way, without its newline.
pub(super) const LINE: usize = 1000;
/// So many lines answer one command at the most: a passphrase may be split.
const LINES: usize = 64;
/// How long is waited before a cancel or a signal is looked at again.
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

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// It was done.
    Ok,
    /// It was not; libgpg-error's code, without its source.
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
            Answer::Refused(_) => Err(broken("pinentry does not want to talk")),
        }
    }

    /// Sends a command, and puts its data, if it sends any, into `data`.
    pub(super) fn command(
        &mut self,
        command: &str,
        data: Option<&mut Buffer>,
    ) -> Result<Answer, AuthError> {
        if command.len() > LINE || command.contains('\n') {
            return Err(broken("a line for pinentry is too long, or more than one"));
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
                Line::Remark => None,
                Line::Other => return Err(broken("pinentry sent a line that is none")),
            };
            self.received.forget_line();
            if let Some(answer) = answer {
                return Ok(answer);
            }
        }
        Err(broken("pinentry does not come to an end"))
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
                Ok(count) => self.received.filled += count,
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

    /// Why pinentry ended: a cancel kills it; else it did by itself.
    fn ended(&self) -> AuthError {
        match self.still_wanted() {
            Err(reason) => reason,
            Ok(()) => broken("pinentry ended without an answer"),
        }
    }
}

/// What has come and was not read yet. It never grows, and is wiped.
struct Received {
    bytes: Zeroizing<Vec<u8>>,
    filled: usize,
}

impl Default for Received {
    fn default() -> Self {
        Self {
            // One more for the newline.
            bytes: Zeroizing::new(vec![0; LINE + 1]),
            filled: 0,
        }
    }
}

impl Received {
    fn here(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    fn room(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.filled..).unwrap_or_default()
    }

    fn is_full(&self) -> bool {
        self.filled >= self.bytes.len()
    }

    fn has_line(&self) -> bool {
        self.here().contains(&b'\n')
    }

    /// The first line, without its newline.
    fn line(&self) -> &[u8] {
        self.here()
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default()
    }

    fn forget_line(&mut self) {
        let used = (self.line().len() + 1).min(self.filled);
        self.bytes.copy_within(used..self.filled, 0);
        self.filled -= used;
        self.room().zeroize();
    }
}

/// A line from pinentry.
enum Line<'a> {
    Ok,
    Err(u32),
    Data(&'a [u8]),
    /// A status or a comment: nothing to do.
    Remark,
    Other,
}

impl<'a> Line<'a> {
    fn of(line: &'a [u8]) -> Self {
        let (word, rest) = match line.iter().position(|byte| *byte == b' ') {
            Some(at) => (line.get(..at), line.get(at + 1..)),
            None => (Some(line), None),
        };
        let (word, rest) = (word.unwrap_or_default(), rest.unwrap_or_default());
        match word {
            b"OK" => Self::Ok,
            b"ERR" => code(rest).map_or(Self::Other, Self::Err),
            b"D" => Self::Data(rest),
            b"S" => Self::Remark,
            _ if word.first() == Some(&b'#') => Self::Remark,
            _ => Self::Other,
        }
    }
}

/// An error's code: the lower 16 bits of the number (libgpg-error, gpg_error.h).
fn code(rest: &[u8]) -> Option<u32> {
    let number = rest.split(|byte| *byte == b' ').next()?;
    let number: u32 = core::str::from_utf8(number).ok()?.parse().ok()?;
    Some(number & 0xffff)
}

/// Undoes Assuan's escapes, byte by byte into a buffer that is wiped.
fn decode(encoded: &[u8], into: &mut Buffer) -> Result<(), AuthError> {
    let wrong = || broken("pinentry sent data that is wrongly escaped");
    let mut bytes = encoded.iter();
    while let Some(byte) = bytes.next() {
        if *byte != b'%' {
            into.push(*byte);
            continue;
        }
        let mut digit = || char::from(*bytes.next()?).to_digit(16);
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(wrong());
        };
        into.push(u8::try_from(high * 16 + low).map_err(|_| wrong())?);
    }
    Ok(())
}

pub(super) fn broken(message: &'static str) -> AuthError {
    BackendError::new(message).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &[u8]) -> Option<Vec<u8>> {
        let mut buffer = Buffer::new();
        decode(text, &mut buffer).ok()?;
        Some(buffer.finish().unwrap().to_vec())
    }

    #[test]
    fn escapes_are_undone_once() {
        assert_eq!(decoded(b"a%25%0a b%2525"), Some(b"a%\n b%25".to_vec()));
        for wrong in [b"%".as_slice(), b"%2", b"%zz", b"a%2"] {
            assert_eq!(decoded(wrong), None);
        }
    }

    #[test]
    fn lines_are_told_by_their_first_word() {
        assert!(matches!(Line::of(b"OK"), Line::Ok));
        assert!(matches!(Line::of(b"OK closing connection"), Line::Ok));
        assert!(matches!(Line::of(b"D OK"), Line::Data(b"OK")));
        assert!(matches!(Line::of(b"S PASSWORD_FROM_CACHE"), Line::Remark));
        assert!(matches!(Line::of(b"# OK"), Line::Remark));
        // 83886179 is pinentry's own: source 5, code 99.
        assert!(matches!(Line::of(b"ERR 83886179 canceled"), Line::Err(99)));
        for other in [
            b"".as_slice(),
            b"OKAY",
            b"ok",
            b"ERR",
            b"ERR x",
            b"INQUIRE x",
        ] {
            assert!(matches!(Line::of(other), Line::Other), "{other:?}");
        }
    }

    #[test]
    fn what_was_received_leaves_nothing_behind() {
        let mut received = Received::default();
        let bytes = b"D secret\nOK\n";
        received.room()[..bytes.len()].copy_from_slice(bytes);
        received.filled = bytes.len();
        assert_eq!(received.line(), b"D secret");
        received.forget_line();
        assert_eq!(received.line(), b"OK");
        assert!(!received.bytes.windows(3).any(|piece| piece == b"ret"));
    }
}

//! A passphrase handed over by the program that started this one.

mod descriptor;
mod error;

use core::sync::atomic::{AtomicBool, Ordering};
use std::{os::fd::OwnedFd, time::Duration};

use openpass_auth::{AuthError, BackendError, CancelledBy, PromptPlace, Unavailable};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::FileType,
    io::Errno,
};
use zeroize::Zeroizing;

pub use self::error::PassphraseFdError;
use super::{Cancel, PassphrasePrompt, Question};
use crate::{Passphrase, buffer::Buffer};

/// The longest wait for a silent pipe before a cancel is looked for again.
const TICK: Duration = Duration::from_millis(20);

/// Reads a passphrase from a file descriptor, once: `--passphrase-fd N`.
///
/// On Windows none can be opened ([`PassphraseFdError::NotSupported`]).
///
/// For unattended use, where nobody sees the question. It takes a pipe or a
/// file and never a terminal, whose echo would show the passphrase; nor
/// descriptors 0 to 2, where a passphrase meets other programs' data. All of
/// it is the passphrase, but one newline at its end.
///
/// It works on a duplicate of its own, and `N` itself stays open for the host. A
/// file is read from its start, wherever the host has read to, and the host's
/// position stays. A pipe is read only where something is there to be read, so that
/// a silent one ends at the deadline; nobody else may read from it meanwhile.
#[derive(Debug)]
pub struct PassphraseFd {
    file: OwnedFd,
    kind: Kind,
    used: AtomicBool,
}

/// The kind of file behind the descriptor. Pipes and files are read differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pipe,
    File,
}

impl PassphraseFd {
    /// Opens file descriptor `number`; reads nothing yet.
    ///
    /// # Errors
    ///
    /// [`PassphraseFdError`], by which the host refuses before it asks for
    /// anything else.
    pub fn open(number: u32) -> Result<Self, PassphraseFdError> {
        if number <= 2 {
            return Err(PassphraseFdError::Standard);
        }
        let file = descriptor::duplicate(number).map_err(|_| PassphraseFdError::NotOpen)?;
        let status = rustix::fs::fstat(&file).map_err(|_| PassphraseFdError::NotOpen)?;
        let kind = match FileType::from_raw_mode(status.st_mode) {
            FileType::Fifo => Kind::Pipe,
            FileType::RegularFile => Kind::File,
            _ => return Err(PassphraseFdError::NeitherPipeNorFile),
        };
        if !descriptor::is_readable(&file) {
            return Err(PassphraseFdError::NotOpen);
        }
        Ok(Self {
            file,
            kind,
            used: AtomicBool::new(false),
        })
    }

    /// Reads to the end of the file, as far as it fits, but one newline.
    fn read(&self, question: &Question, cancel: &Cancel) -> Result<Buffer, AuthError> {
        let mut passphrase = Buffer::new();
        let mut newline = false;
        let mut chunk = Zeroizing::new([0; 256]);
        let mut position = 0;
        loop {
            if cancel.is_cancelled() {
                return Err(AuthError::Cancelled(CancelledBy::Host));
            }
            if question.time_left().is_zero() {
                return Err(AuthError::TimedOut);
            }
            match self.next(chunk.as_mut_slice(), position, question.time_left()) {
                Ok(0) => return Ok(passphrase),
                Ok(count) => {
                    position += count as u64;
                    for byte in chunk.iter().take(count) {
                        push_all_but_last_newline(&mut passphrase, &mut newline, *byte);
                    }
                }
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(error) => return Err(unreadable(error)),
            }
            if passphrase.overflowed() {
                // An endless file would never end; this one is too long anyway.
                return Ok(passphrase);
            }
        }
    }

    /// Reads the next bytes, or returns [`Errno::AGAIN`] after a tick without any.
    fn next(&self, into: &mut [u8], position: u64, time_left: Duration) -> Result<usize, Errno> {
        if self.kind == Kind::File {
            return rustix::io::pread(&self.file, into, position);
        }
        // The description is the host's too, so it is not ours to make it
        // non-blocking: a read waits for as long as the writer likes.
        let tick = Timespec::try_from(time_left.min(TICK)).map_err(|_| Errno::INVAL)?;
        match poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&tick))? {
            0 => Err(Errno::AGAIN),
            _ => rustix::io::read(&self.file, into),
        }
    }
}

impl PassphrasePrompt for PassphraseFd {
    fn places(&self) -> Vec<PromptPlace> {
        Vec::new()
    }

    /// Always `Ok`: nobody can tell without reading the descriptor.
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        if self.used.swap(true, Ordering::SeqCst) {
            let used = "the passphrase's file descriptor was read already, and answers once";
            return Err(BackendError::new(used).into());
        }
        let passphrase = self.read(question, cancel)?;
        Ok(Passphrase::from_buffer(passphrase)
            .map_err(|error| BackendError::caused_by(error.to_string(), error))?)
    }
}

/// Holds a newline back until something follows it.
fn push_all_but_last_newline(passphrase: &mut Buffer, newline: &mut bool, byte: u8) {
    if *newline {
        passphrase.push(b'\n');
    }
    *newline = byte == b'\n';
    if !*newline {
        passphrase.push(byte);
    }
}

fn unreadable(error: Errno) -> AuthError {
    let message = "the passphrase's file descriptor could not be read";
    BackendError::caused_by(message, error).into()
}

#[cfg(test)]
mod tests {
    use std::{
        fs::File,
        io::{Seek as _, Write as _},
        os::fd::{AsFd, AsRawFd as _},
    };

    use openpass_auth::{Challenge, Factor, FactorSet, SafeText};

    use super::*;

    fn question(timeout: Duration) -> Question {
        let what = SafeText::literal("test");
        (&Challenge::new(what, FactorSet::only(Factor::Passphrase), timeout)).into()
    }

    fn open(fd: impl AsFd) -> Result<PassphraseFd, PassphraseFdError> {
        PassphraseFd::open(fd.as_fd().as_raw_fd().try_into().unwrap())
    }

    fn answer(bytes: &[u8]) -> Result<String, AuthError> {
        let (reader, writer) = rustix::pipe::pipe().unwrap();
        let prompt = open(&reader).unwrap();
        drop(reader);
        let bytes = bytes.to_vec();
        let writing = std::thread::spawn(move || File::from(writer).write_all(&bytes));
        let answer = prompt.ask(&question(Duration::from_secs(10)), &Cancel::new());
        drop(prompt);
        drop(writing.join().unwrap());
        answer.map(|passphrase| passphrase.expose().to_owned())
    }

    #[test]
    fn all_of_a_pipe_but_one_newline_is_the_passphrase() {
        assert_eq!(answer(b"correct horse").unwrap(), "correct horse");
        assert_eq!(answer(b"correct horse\n").unwrap(), "correct horse");
        assert_eq!(answer(b" correct horse \n").unwrap(), " correct horse ");
        let longest = [b'x'; 1024];
        assert_eq!(answer(&longest).unwrap().len(), 1024);
        let newline_too = [longest.as_slice(), b"\n"].concat();
        assert_eq!(answer(&newline_too).unwrap().len(), 1024);
    }

    #[test]
    fn what_is_no_passphrase_is_refused_by_name() {
        let refused = |bytes: &[u8]| answer(bytes).unwrap_err().to_string();
        assert_eq!(refused(b""), "the passphrase is empty");
        assert_eq!(refused(b"\n"), "the passphrase is empty");
        assert!(refused(b"two\nlines").contains("line break"));
        assert!(refused(b"\xff").contains("UTF-8"));
        assert!(refused(&[b'x'; 70_000]).contains("longer than 1024"));
    }

    #[test]
    fn case_2_standard_descriptors_and_terminals_are_refused() {
        for number in 0..=2 {
            let refused = PassphraseFd::open(number).unwrap_err();
            assert_eq!(refused, PassphraseFdError::Standard);
        }
        let (master, slave) = pty_process::blocking::open().unwrap();
        let no_pipe = PassphraseFdError::NeitherPipeNorFile;
        assert_eq!(open(&master).unwrap_err(), no_pipe);
        drop(slave);
        let device = File::open("/dev/zero").unwrap();
        assert_eq!(open(&device).unwrap_err(), no_pipe);
        let folder = File::open("/").unwrap();
        assert_eq!(open(&folder).unwrap_err(), no_pipe);
        let closed = PassphraseFd::open(900).unwrap_err();
        assert_eq!(closed, PassphraseFdError::NotOpen);
    }

    #[test]
    fn what_is_open_for_writing_alone_is_refused() {
        let (_reader, writer) = rustix::pipe::pipe().unwrap();
        assert_eq!(open(&writer).unwrap_err(), PassphraseFdError::NotOpen);
        let file = tempfile::NamedTempFile::new().unwrap();
        let flags = rustix::fs::OFlags::WRONLY;
        let writes = rustix::fs::open(file.path(), flags, rustix::fs::Mode::empty()).unwrap();
        assert_eq!(open(&writes).unwrap_err(), PassphraseFdError::NotOpen);
    }

    #[test]
    fn a_file_is_read_from_its_start_and_the_hosts_position_stays() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"correct horse\n").unwrap();
        let prompt = open(&file).unwrap();
        let read = prompt.ask(&question(Duration::from_secs(10)), &Cancel::new());
        assert_eq!(read.unwrap().expose(), "correct horse");
        assert_eq!(file.stream_position().unwrap(), 14);
    }

    /// Its mode is of the description, which the host goes on with.
    #[test]
    fn the_hosts_pipe_stays_a_blocking_one() {
        let (reader, writer) = rustix::pipe::pipe().unwrap();
        drop(writer);
        let prompt = open(&reader).unwrap();
        let asked = prompt.ask(&question(Duration::from_secs(10)), &Cancel::new());
        assert!(asked.is_err());
        drop(prompt);
        let flags = rustix::fs::fcntl_getfl(&reader).unwrap();
        assert!(!flags.contains(rustix::fs::OFlags::NONBLOCK));
    }

    #[test]
    fn a_silent_pipe_ends_at_the_deadline() {
        let (reader, _writer) = rustix::pipe::pipe().unwrap();
        let prompt = open(&reader).unwrap();
        let outcome = prompt.ask(&question(Duration::from_millis(100)), &Cancel::new());
        assert!(matches!(outcome, Err(AuthError::TimedOut)));
    }

    #[test]
    fn a_cancel_ends_the_wait() {
        let (reader, _writer) = rustix::pipe::pipe().unwrap();
        let prompt = open(&reader).unwrap();
        let cancel = Cancel::new();
        cancel.cancel();
        let outcome = prompt.ask(&question(Duration::from_secs(60)), &cancel);
        assert!(matches!(
            outcome,
            Err(AuthError::Cancelled(CancelledBy::Host))
        ));
    }

    #[test]
    fn it_answers_once() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"correct horse\n").unwrap();
        let prompt = open(&file).unwrap();
        let question = question(Duration::from_secs(10));
        assert!(prompt.ask(&question, &Cancel::new()).is_ok());
        let again = prompt.ask(&question, &Cancel::new()).unwrap_err();
        assert!(again.to_string().contains("answers once"));
    }
}

//! The guard's log, in `guard/log.jsonl`: one JSON line an event, each signed
//! with all before it. `docs/guard-log.md` says what that is worth.

mod anchor;
mod chapter;
mod key;
pub(crate) mod line;
pub(crate) mod state;
pub(crate) mod terms;
mod verify;

use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use openpass_policy::{AuditError, AuditEvent, AuditRecord, AuditSink};
use rustix::fs::OFlags;
use serde::Serialize;

use self::{
    anchor::Anchor,
    chapter::Chapter,
    key::{LogKey, Mac},
    line::{Ended, Line, Prepared},
    verify::Walk,
};
use crate::{
    Vault, VaultError, files, guard_dir, lock,
    step::{self, Step},
};

pub use state::Since;
pub(crate) use state::State;
pub use verify::{Flaw, Problem, Verification};

/// Appends each record to the guard's log and syncs it before it returns.
///
/// From an intent to its outcome it holds a shared lock, so that another
/// process does not take a change that is being made for one that was broken
/// off.
#[derive(Debug)]
pub struct GuardLog {
    dir: PathBuf,
    running: Mutex<Vec<File>>,
}

/// The last line's place in the chain, and how long its file is.
struct Tail {
    seq: u64,
    mac: Mac,
    length: u64,
    /// How many bytes stand behind it that were never finished.
    torn: u64,
}

impl GuardLog {
    /// The log of `vault`. The file is made with the first record.
    #[must_use]
    pub fn of(vault: &Vault) -> Self {
        Self {
            dir: vault.guard_dir(),
            running: Mutex::default(),
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.dir.join(chapter::CURRENT)
    }

    /// Every line that has a line's form, the oldest first, as JSON. Whether
    /// they are genuine is [`verify`](Self::verify)'s question.
    ///
    /// # Errors
    ///
    /// That a file of the log cannot be read.
    pub fn lines(&self) -> Result<Vec<serde_json::Value>, VaultError> {
        let mut lines = Vec::new();
        for name in chapter::names(&self.dir)? {
            let chapter = Chapter::read(&self.dir, &name)?;
            lines.extend(
                chapter
                    .lines()
                    .filter_map(|line| serde_json::from_slice(line).ok()),
            );
        }
        Ok(lines)
    }

    /// Goes through the whole log and says what is wrong with it.
    ///
    /// # Errors
    ///
    /// That the log or its key cannot be read.
    pub fn verify(&self) -> Result<Verification, VaultError> {
        let key = self.key()?;
        verify::verify(&self.dir, key.as_ref())
    }

    /// What the log comes to.
    pub(crate) fn state(&self) -> Result<State, VaultError> {
        let key = self.key()?;
        let anchor = Anchor::find(&self.dir, key.as_ref());
        let mut chapters = Vec::new();
        for name in chapter::names(&self.dir)?.iter().rev() {
            let chapter = Chapter::settled(&self.dir, name, &anchor)?;
            let begins = chapter.lines().next().and_then(Line::read);
            let is_enough =
                begins.is_some_and(|line| matches!(line.facts.event, line::Event::Rotated { .. }));
            chapters.push(chapter);
            if is_enough {
                break;
            }
        }
        let mut walk = Walk::new(key.as_ref(), false);
        for chapter in chapters.iter().rev() {
            walk.chapter(chapter);
        }
        walk.end(&anchor);
        Ok(walk.state)
    }

    /// Whether something stands behind the last line that was never finished.
    pub(crate) fn is_torn(&self) -> Result<bool, VaultError> {
        let Some(key) = self.key()? else {
            return Ok(false);
        };
        Ok(self.tail(&key)?.torn > 0)
    }

    /// Puts a line in the place of one that was never finished, so that it can
    /// be seen that there was one.
    pub(crate) fn mend(&self) -> Result<(), AuditError> {
        let mended = self.exclusively(|key| self.whole_tail(key).map(drop));
        mended.map_err(not_recorded)
    }

    /// Says what a commit is about to do to the files.
    pub(crate) fn prepared(&self, digest: &str, prepared: &Prepared) -> Result<(), AuditError> {
        self.store(digest, &OwnEvent::Prepared(prepared))
    }

    /// Says that a commit has replaced every file, and that the disk has not
    /// confirmed it.
    pub(crate) fn unconfirmed(&self, digest: &str) -> Result<(), AuditError> {
        self.store(digest, &OwnEvent::Unconfirmed {})
    }

    /// Says how an operation ended that was broken off.
    pub(crate) fn settled(&self, digest: &str, outcome: &Ended) -> Result<(), AuditError> {
        let settled = true;
        self.store(digest, &OwnEvent::Outcome { outcome, settled })
    }

    /// Whether no process is between an intent and its outcome. While the file
    /// is kept, none gets there.
    pub(crate) fn nobody_is_running(&self) -> Result<Option<File>, VaultError> {
        lock::now(&self.running_path(), lock::Kind::Exclusive)
    }

    fn running_path(&self) -> PathBuf {
        self.dir.join("log.running")
    }

    fn key(&self) -> Result<Option<LogKey>, VaultError> {
        LogKey::load(&self.dir).map_err(|error| VaultError::unreadable(&self.dir, error))
    }

    fn store(&self, digest: &str, event: &OwnEvent<'_>) -> Result<(), AuditError> {
        self.append(&OwnRecord { digest, event })
            .map_err(not_recorded)
    }

    fn append<T: Serialize>(&self, body: &T) -> io::Result<()> {
        self.exclusively(|key| {
            let mut tail = self.whole_tail(key)?;
            if tail.length >= chapter::FULL {
                tail = self.rotate(key, &tail)?;
            }
            self.write(key, &tail, body)
        })
    }

    /// Does something with the log while no other process does.
    fn exclusively(&self, act: impl FnOnce(&LogKey) -> io::Result<()>) -> io::Result<()> {
        guard_dir::ensure(&self.dir)?;
        let other = |error: VaultError| io::Error::other(error.to_string());
        let held = lock::wait(&self.dir.join("log.lock"), lock::Kind::Exclusive).map_err(other)?;
        act(&LogKey::load_or_make(&self.dir)?)?;
        drop(held);
        Ok(())
    }

    /// The end of the chain, behind which nothing stands.
    fn whole_tail(&self, key: &LogKey) -> io::Result<Tail> {
        let other = |error: VaultError| io::Error::other(error.to_string());
        let tail = self.tail(key).map_err(other)?;
        if tail.torn == 0 {
            return Ok(tail);
        }
        let event = &OwnEvent::Torn { bytes: tail.torn };
        self.write(key, &tail, &OwnRecord { digest: "", event })?;
        self.tail(key).map_err(other)
    }

    /// The end of the chain. A line that was cut off or made unreadable is
    /// passed over.
    fn tail(&self, key: &LogKey) -> Result<Tail, VaultError> {
        let mut tail = Tail {
            seq: 0,
            mac: Mac::NONE,
            length: 0,
            torn: 0,
        };
        let anchor = Anchor::find(&self.dir, Some(key));
        for name in chapter::names(&self.dir)?.iter().rev() {
            let mut chapter = Chapter::read(&self.dir, name)?;
            let torn = chapter.settle_end(&anchor);
            if name == chapter::CURRENT {
                tail.length = chapter.finished();
                tail.torn = torn;
            }
            if let Some(last) = chapter.lines().rev().find_map(Line::read) {
                tail.seq = last.facts.seq;
                tail.mac = last.mac;
                break;
            }
        }
        if anchor.problem_with(tail.seq, tail.mac).is_some() {
            // A number stays free, so that what is wrong stays visible when
            // the anchor is renewed.
            tail.seq = tail.seq.max(anchor.seq()).saturating_add(1);
        }
        Ok(tail)
    }

    fn write<T: Serialize>(&self, key: &LogKey, tail: &Tail, body: &T) -> io::Result<()> {
        let seq = tail.seq.checked_add(1).ok_or(io::ErrorKind::FileTooLarge)?;
        let (line, mac) = line::sign(key, &tail.mac, seq, body)?;
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE;
        let mut file = files::open_own(&self.path(), flags)?;
        // What is behind was never finished: nothing has relied on it.
        file.set_len(tail.length)?;
        if let Err(error) = put(&mut file, &line) {
            // Half a line would be taken for a damaged one.
            drop(file.set_len(tail.length));
            return Err(error);
        }
        step::reached(Step::LineWritten);
        Anchor::write(&self.dir, key, seq, mac)
    }

    /// Begins a new file, whose first line says what the old one came to.
    fn rotate(&self, key: &LogKey, tail: &Tail) -> io::Result<Tail> {
        let state = self
            .state()
            .map_err(|error| io::Error::other(error.to_string()))?;
        #[expect(clippy::disallowed_methods, reason = "this is the store")]
        std::fs::rename(self.path(), self.dir.join(chapter::older(tail.seq)))?;
        let begin = Tail { length: 0, ..*tail };
        let event = &OwnEvent::Rotated {
            previous: tail.mac.to_hex(),
            state: &state,
        };
        self.write(key, &begin, &OwnRecord { digest: "", event })?;
        self.tail(key)
            .map_err(|error| io::Error::other(error.to_string()))
    }
}

impl AuditSink for GuardLog {
    fn record(&self, record: &AuditRecord) -> Result<(), AuditError> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(record.event, AuditEvent::Intent { .. }) {
            guard_dir::ensure(&self.dir).map_err(not_recorded)?;
            let shared = lock::wait(&self.running_path(), lock::Kind::Shared)
                .map_err(|error| not_recorded(io::Error::other(error.to_string())))?;
            self.append(record).map_err(not_recorded)?;
            running.push(shared);
            return Ok(());
        }
        let written = self.append(record).map_err(not_recorded);
        if matches!(record.event, AuditEvent::Outcome { .. }) {
            drop(running.pop());
        }
        written
    }
}

fn not_recorded(error: io::Error) -> AuditError {
    AuditError::caused_by(format!("guard/{}: {error}", chapter::CURRENT), error)
}

fn put(file: &mut File, line: &[u8]) -> io::Result<()> {
    #[cfg(feature = "kill-points")]
    {
        let (half, rest) = line.split_at(line.len() / 2);
        file.write_all(half)?;
        step::reached(Step::LineHalfWritten);
        file.write_all(rest)?;
    }
    #[cfg(not(feature = "kill-points"))]
    file.write_all(line)?;
    file.sync_all()
}

#[derive(Serialize)]
struct OwnRecord<'a> {
    digest: &'a str,
    event: &'a OwnEvent<'a>,
}

/// The store's own events.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum OwnEvent<'a> {
    Prepared(&'a Prepared),
    Unconfirmed {},
    Outcome {
        outcome: &'a Ended,
        settled: bool,
    },
    Rotated {
        previous: String,
        state: &'a State,
    },
    /// In the place of a line that was never finished.
    Torn {
        bytes: u64,
    },
}

/// The folder of the log in a vault, for what stands beside it.
pub(crate) fn exists(dir: &Path) -> bool {
    dir.join(chapter::CURRENT).symlink_metadata().is_ok()
}

//! The guard's log, in `guard/log.jsonl`: one JSON line an event, each signed
//! with all before it. `docs/guard-log.md` says what that is worth.
//!
//! ```text
//! append   one line more, under a lock, with the anchor renewed behind it
//! walk     from the lines to what they come to (State), and what is wrong
//! verify   every file, for people: which line, and what is wrong with it
//! ```
//!
//! - A line is written, synced and named by the anchor before anybody relies on it
//!   (`append`, `anchor`). One that was cut off is put right (`chapter`, `line`).
//! - A full file is rotated, a damaged one set aside by a proof, and all of them
//!   closed by a change of key (`append`, `aside`, `generation`, `key`).
//! - What counts of the lines is a [`State`]: what is approved, what is pinned,
//!   what is open, what is in doubt (`state`, `open`, `terms`, `repairs`).
//! - What approvers signed is verified by their public keys alone (`signatures`).
//! - What does not fit into a line is cut (`reduced`); what could not be written is
//!   counted (`missing`).

mod anchor;
mod append;
mod aside;
mod chapter;
mod generation;
mod key;
pub(crate) mod line;
mod missing;
mod notice;
pub(crate) mod open;
mod quiet;
pub(crate) mod recent;
mod reduced;
mod repairs;
mod signatures;
pub(crate) mod state;
pub(crate) mod terms;
mod verify;
mod walk;
mod walks;
mod widened;

use core::sync::atomic::AtomicU64;
use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use openpass_policy::{Action, AuditError, AuditEvent, AuditRecord, AuditSink, LogId, Outcome};

use self::{
    append::OwnEvent,
    chapter::Chapter,
    key::LogKey,
    line::{Ended, Line, Prepared},
    reduced::Reduced,
};
use crate::{
    Vault, VaultError,
    asker::Asking,
    guard_dir,
    in_the_way::{self, Wanted},
    lock,
    snapshot::Reads,
};

pub use signatures::{BadSignature, Signatures};
pub use state::Since;
pub(crate) use state::State;
pub use verify::{Flaw, Problem, Verification};
pub(crate) use walks::Walks;

/// Appends each record to the guard's log and syncs it before it returns.
///
/// From an intent to its outcome the log holds a shared lock, so that another
/// process does not take a change that is being made for a change that was broken
/// off.
#[derive(Debug)]
pub struct GuardLog {
    dir: PathBuf,
    running: Mutex<Vec<File>>,
    /// The files that were read at one moment, if it is the log of a snapshot. What
    /// is written never goes by them.
    reads: Option<Arc<Reads>>,
    /// The result of the same bytes before.
    walks: Walks,
    /// The number of records that could be neither written nor counted on the disk.
    unlogged: AtomicU64,
    /// The asker of what is recorded, where a host asks.
    asked_by: Option<Asking>,
}

/// The most files that are read back for what the log came to. Where nobody but the guard
/// made any, one is enough.
const MOST_CHAPTERS: usize = 16;

/// The state that the log came to, and the condition of its last file.
#[derive(Debug)]
pub(crate) struct Walked {
    state: Arc<State>,
    /// The last line's number, as far as it can be believed.
    seq: u64,
    /// The number that the anchor names.
    anchored: u64,
    /// Whether the anchor does not fit the end.
    ends_wrong: bool,
    /// Whether anything is wrong with the file that is written to.
    is_damaged: bool,
}

impl GuardLog {
    /// The log of `vault`. The file is made with the first record.
    #[must_use]
    pub fn of(vault: &Vault) -> Self {
        Self {
            dir: vault.guard_dir(),
            running: Mutex::default(),
            reads: vault.reads.clone(),
            walks: vault.walks().clone(),
            unlogged: AtomicU64::new(0),
            asked_by: None,
        }
    }

    /// Says on each record's line who asked, as far as that is still so by then.
    pub(crate) fn asked_by(mut self, asked_by: Asking) -> Self {
        self.asked_by = Some(asked_by);
        self
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.dir.join(chapter::CURRENT)
    }

    /// Gives the text of each line that has a line's form to `look`, the oldest first,
    /// until one is refused. One file of the log is in memory at a time. Whether the lines
    /// are genuine is [`verify`](Self::verify)'s question.
    ///
    /// # Errors
    ///
    /// That a file of the log cannot be read, or what `look` refuses a line for.
    pub fn each_text<E: From<VaultError>>(
        &self,
        mut look: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        for name in chapter::names(&self.dir)? {
            let chapter = Chapter::read(&self.dir, &name)?;
            let mut lines = chapter.lines().filter(|line| Line::read(line).is_some());
            lines.try_for_each(&mut look)?;
        }
        Ok(())
    }

    /// Like [`each_text`](Self::each_text), but all of them at once, as JSON.
    ///
    /// # Errors
    ///
    /// That a file of the log cannot be read.
    pub fn lines(&self) -> Result<Vec<serde_json::Value>, VaultError> {
        let mut lines = Vec::new();
        self.each_text(|line| {
            lines.extend(serde_json::from_slice(line).ok());
            Ok::<(), VaultError>(())
        })?;
        Ok(lines)
    }

    /// Gives each line that has a line's form to `look`, the oldest first.
    pub(crate) fn each_line(&self, mut look: impl FnMut(Line<'_>)) -> Result<(), VaultError> {
        for name in chapter::names(&self.dir)? {
            let chapter = Chapter::read(&self.dir, &name)?;
            chapter.lines().filter_map(Line::read).for_each(&mut look);
        }
        Ok(())
    }

    /// Whether the file that is written to is damaged, so that a change which
    /// takes a proof would set it aside.
    pub(crate) fn is_damaged(&self) -> Result<bool, VaultError> {
        Ok(self.read()?.is_damaged)
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

    /// Returns the state that the log comes to.
    pub(crate) fn state(&self) -> Result<State, VaultError> {
        self.shared_state().map(|state| State::clone(&state))
    }

    /// Like [`state`](Self::state), for who only looks at it.
    pub(crate) fn shared_state(&self) -> Result<Arc<State>, VaultError> {
        Ok(Arc::clone(&self.read()?.state))
    }

    /// Returns the state that the log comes to and the condition of its last file,
    /// at the moment of the snapshot if there is one.
    fn read(&self) -> Result<Arc<Walked>, VaultError> {
        let walk = || self.walked(self.key()?.as_ref());
        match &self.reads {
            Some(reads) => reads.log(walk),
            None => walk(),
        }
    }

    fn walked(&self, key: Option<&LogKey>) -> Result<Arc<Walked>, VaultError> {
        self.walks.now(&self.dir, key)
    }

    /// Whether something stands behind the last line that was never finished, or
    /// that line is there without its anchor.
    pub(crate) fn is_unfinished(&self) -> Result<bool, VaultError> {
        let Some(key) = self.key()? else {
            return Ok(false);
        };
        let tail = self.tail(&key)?;
        Ok(tail.torn > 0 || tail.is_ahead)
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
        lock::now(&self.running_path(), lock::Mode::Exclusive)
    }

    fn running_path(&self) -> PathBuf {
        self.dir.join("log.running")
    }

    /// Moves aside what is in the place of the guard's own files, so that who
    /// proved themselves is not locked out by it.
    fn make_room(&self) -> io::Result<()> {
        in_the_way::make_room(&self.dir, Wanted::Folder)?;
        for folder in ["approved", "kept", "pending"] {
            in_the_way::make_room(&self.dir.join(folder), Wanted::Folder)?;
        }
        Ok(())
    }

    fn key(&self) -> Result<Option<LogKey>, VaultError> {
        LogKey::load(&self.dir).map_err(|error| VaultError::unreadable(&self.dir, error))
    }
}

impl AuditSink for GuardLog {
    /// Returns an id made of the place of the log's vault: two logs of it that are opened
    /// by other names are one.
    fn id(&self) -> LogId {
        let place = self.dir.parent().unwrap_or(&self.dir);
        let place = dunce::canonicalize(place).unwrap_or_else(|_| place.to_owned());
        LogId::of(&[b"vault", place.as_os_str().as_encoded_bytes()])
    }

    fn record(&self, record: &AuditRecord) -> Result<(), AuditError> {
        let is_unknown = AuditEvent::Outcome {
            outcome: Outcome::Unknown,
        };
        if record.event == is_unknown && !matches!(record.action, Action::Host(_)) {
            // The intent stays open, and the next start looks at the files.
            return Ok(());
        }
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(record.event, AuditEvent::Intent { .. }) {
            if is_proved(record) {
                self.make_room().map_err(not_recorded)?;
            }
            guard_dir::ensure(&self.dir).map_err(not_recorded)?;
            let shared = lock::wait(&self.running_path(), lock::Mode::Shared)
                .map_err(|error| not_recorded(io::Error::other(error.to_string())))?;
            self.put_on(record).map_err(not_recorded)?;
            running.push(shared);
            return Ok(());
        }
        let written = self.put_on(record).map_err(|error| {
            missing::count(&self.dir, &self.unlogged);
            not_recorded(error)
        });
        if matches!(record.event, AuditEvent::Outcome { .. }) {
            drop(running.pop());
        }
        written
    }

    /// Does nothing: `record` counts what it could not write, and its refusal tells the
    /// requester.
    fn missed(&self, _: &AuditRecord, _: &AuditError) {}
}

impl GuardLog {
    /// Appends `record`; what of it is too long for a line is left out.
    fn put_on(&self, record: &AuditRecord) -> io::Result<()> {
        let is_proved = is_proved(record);
        let asked_by = self.asked_by.as_ref().map(|it| it.by().still());
        let whole = line::Asked::new(asked_by.as_ref(), record);
        match self.append(&whole, line::MOST, is_proved) {
            Err(error) if line::is_too_long(&error) => {
                let reduced = Reduced::of(record);
                let reduced = line::Asked::new(asked_by.as_ref(), &reduced);
                self.append(&reduced, line::MOST, is_proved)
            }
            done => done,
        }
    }
}

/// Whether it is an intent for which somebody proved who they are.
const fn is_proved(record: &AuditRecord) -> bool {
    match &record.event {
        AuditEvent::Intent { factor, .. } => factor.proves_who(),
        _ => false,
    }
}

fn not_recorded(error: io::Error) -> AuditError {
    AuditError::caused_by(format!("guard/{}: {error}", chapter::CURRENT), error)
}

/// Whether there is a log in the guard's folder `dir`.
pub(crate) fn exists(dir: &Path) -> bool {
    chapter::NewestFirst::of(dir)
        .next()
        .is_ok_and(|newest| newest.is_some())
}

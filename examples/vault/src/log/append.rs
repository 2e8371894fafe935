//! Appends lines to the log.

use std::{
    fs::File,
    io::{self, Write as _},
};

use openpass_policy::AuditError;
use serde::Serialize;

use super::{
    GuardLog, Walked,
    anchor::Anchor,
    aside,
    chapter::{self, Chapter, NewestFirst},
    generation::Closed,
    key::{LogKey, Mac},
    line::{self, Ended, Line, Place, Prepared},
    missing, not_recorded,
    state::State,
};
use crate::{
    VaultError, durable, files, guard_dir,
    in_the_way::{self, Wanted},
    lock,
    step::{self, Step},
    system::{self, Use},
};

/// The last line's place in the chain, and how long its file is.
pub(super) struct Tail {
    pub(super) seq: u64,
    pub(super) mac: Mac,
    pub(super) length: u64,
    /// Whether the file gets no further lines.
    pub(super) is_full: bool,
    /// The number of bytes behind the last line that belong to an unfinished line.
    pub(super) torn: u64,
    /// Whether there is a file to go on in.
    pub(super) is_there: bool,
    /// Whether the anchor names the line before this one, which is the last.
    pub(super) is_ahead: bool,
    /// The id of the vault that the next line belongs to, as the last line says.
    pub(super) vault: Option<[u8; 16]>,
}

#[derive(Serialize)]
struct OwnRecord<'a> {
    digest: &'a str,
    event: &'a OwnEvent<'a>,
}

/// The store's own events.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(super) enum OwnEvent<'a> {
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
    /// The file before is damaged, and lies under this name.
    #[serde(rename = "set-aside")]
    SetAside {
        file: String,
        #[serde(flatten)]
        what: aside::What,
        previous: String,
        state: &'a State,
    },
    /// The files before are closed, as they are.
    Rekeyed {
        previous: String,
        closed: &'a Closed,
        state: &'a State,
    },
    /// Stands in the place of a line that was never finished.
    Torn {
        bytes: u64,
    },
}

impl GuardLog {
    pub(super) fn store(&self, digest: &str, event: &OwnEvent<'_>) -> Result<(), AuditError> {
        let record = OwnRecord { digest, event };
        self.append(&record, line::MOST_OF_OURS, false)
            .map_err(not_recorded)
    }

    /// Appends a line of up to `most` bytes. A damaged file is set aside before
    /// it by a change that takes a proof, and when it is full.
    pub(super) fn append<T: Serialize>(
        &self,
        body: &T,
        most: usize,
        is_proved: bool,
    ) -> io::Result<()> {
        self.exclusively(|key| {
            let mut tail = self.whole_tail(key)?;
            if tail.is_full || is_proved {
                let walked = self.walked(Some(key)).map_err(other)?;
                if walked.is_damaged && tail.is_there {
                    tail = self.set_aside(key, &tail, &walked)?;
                } else if tail.is_full {
                    tail = self.rotate(key, &tail, &walked.state)?;
                }
            }
            self.write(key, &tail, body, most)
        })
    }

    /// Puts a line in the place of an unfinished one, so that it can be seen that there was
    /// one, and renews the anchor behind a finished line that it does not name yet.
    pub(crate) fn mend(&self) -> Result<(), AuditError> {
        let mended = self.exclusively(|key| self.whole_tail(key).map(drop));
        mended.map_err(not_recorded)
    }

    /// Removes the unfinished files of the guard's folder. It is called only while nobody is
    /// at a commit; and who has a line to write, a refusal say, makes such files too.
    pub(crate) fn remove_unfinished(&self) -> io::Result<()> {
        self.exclusively(|_| {
            durable::remove_unfinished(&self.dir);
            Ok(())
        })
    }

    /// Does something with the log while no other process does.
    pub(super) fn exclusively(
        &self,
        act: impl FnOnce(&LogKey) -> io::Result<()>,
    ) -> io::Result<()> {
        guard_dir::ensure(&self.dir)?;
        let held = lock::wait(&self.dir.join("log.lock"), lock::Mode::Exclusive).map_err(other)?;
        let key = LogKey::load_or_make(&self.dir)?;
        let done = act(&key);
        if done.is_err() {
            key.take_back(&self.dir);
        }
        drop(held);
        done
    }

    /// The end of the chain, behind which nothing stands.
    pub(super) fn whole_tail(&self, key: &LogKey) -> io::Result<Tail> {
        let tail = self.tail(key).map_err(other)?;
        if tail.is_ahead {
            // One line may be ahead of its anchor, and never two.
            Anchor::write(&self.dir, key, tail.seq, tail.mac)?;
        }
        if tail.torn == 0 {
            return Ok(tail);
        }
        let event = &OwnEvent::Torn { bytes: tail.torn };
        self.write_own(key, &tail, event)?;
        self.tail(key).map_err(other)
    }

    /// The end of the chain. A line that was cut off or made unreadable is
    /// passed over.
    pub(super) fn tail(&self, key: &LogKey) -> Result<Tail, VaultError> {
        let mut tail = Tail {
            seq: 0,
            mac: Mac::NONE,
            length: 0,
            is_full: false,
            torn: 0,
            is_there: false,
            is_ahead: false,
            vault: None,
        };
        let anchor = Anchor::find(&self.dir, Some(key));
        let mut names = NewestFirst::of(&self.dir);
        let mut is_empty = true;
        for _ in 0..super::MOST_CHAPTERS {
            let Some(name) = names.next()? else {
                break;
            };
            is_empty = false;
            let mut chapter = Chapter::read(&self.dir, &name)?;
            let torn = chapter.settle_end(&anchor);
            if name == chapter::CURRENT {
                tail.length = chapter.finished();
                tail.is_full = chapter.is_full();
                tail.torn = torn;
                tail.is_there = true;
            }
            let mut lines = chapter.lines().rev().filter_map(Line::read);
            if let Some(last) = lines.next() {
                tail.seq = last.facts.seq;
                tail.mac = last.mac;
                tail.vault = self.named_by(key, &last, lines.next().as_ref())?;
                break;
            }
        }
        // INVARIANT: the first line of a log that is gone leaves a number free, or
        // anybody's refusal would make a whole log of it.
        let is_first = || is_empty && key.is_new() && !chapter::left_something(&self.dir, None);
        if !anchor.names(tail.seq, tail.mac) && !is_first() {
            self.go_by_the_chain(key, &mut tail)?;
        }
        Ok(tail)
    }

    /// Returns the id of the vault that the line behind `last` belongs to. `before` is the
    /// line before `last` in its file.
    ///
    /// INVARIANT: a line that is not genuine names no vault, or everybody who can write
    /// could have all later lines name another.
    fn named_by(
        &self,
        key: &LogKey,
        last: &Line<'_>,
        before: Option<&Line<'_>>,
    ) -> Result<Option<[u8; 16]>, VaultError> {
        let begins = || chapter::previous_of(last).unwrap_or(Mac::NONE);
        let previous = before.map_or_else(begins, |before| before.mac);
        match last.is_genuine(key, &previous) {
            true => Ok(last.facts.names_vault()),
            false => Ok(self.walked(Some(key))?.state.approvers.scope),
        }
    }

    /// Numbers the next line where the anchor does not name the last one: what
    /// a line that is not genuine says of its number is not believed.
    fn go_by_the_chain(&self, key: &LogKey, tail: &mut Tail) -> Result<(), VaultError> {
        let walked = self.walked(Some(key))?;
        let is_next = tail.seq == walked.anchored.saturating_add(1) && tail.seq == walked.seq;
        tail.is_ahead = is_next && !walked.is_damaged;
        tail.seq = walked.seq;
        if walked.ends_wrong {
            // A number stays free, so that what is wrong stays visible when
            // the anchor is renewed.
            tail.seq = tail.seq.max(walked.anchored).saturating_add(1);
        }
        Ok(())
    }

    pub(super) fn write_own(
        &self,
        key: &LogKey,
        tail: &Tail,
        event: &OwnEvent<'_>,
    ) -> io::Result<()> {
        let record = OwnRecord { digest: "", event };
        self.write(key, tail, &record, line::MOST_OF_OURS)
    }

    fn write<T: Serialize>(
        &self,
        key: &LogKey,
        tail: &Tail,
        body: &T,
        most: usize,
    ) -> io::Result<()> {
        let missing = missing::Missing::of(&self.dir, &self.unlogged);
        let seq = tail.seq.checked_add(1).ok_or(io::ErrorKind::FileTooLarge)?;
        let place = Place {
            previous: tail.mac,
            seq,
            missing: missing.count(),
            vault: tail.vault,
        };
        let (line, mac) = line::sign(key, place, body, most)?;
        let mut file = files::open_own(&self.path(), Use::AppendOrMake)?;
        // What is behind was never finished: nothing has relied on it.
        system::cut(&mut file, tail.length)?;
        if let Err(error) = put(&mut file, &line) {
            // Half a line would be taken for a damaged one.
            drop(file.set_len(tail.length));
            return Err(error);
        }
        step::reached(Step::LineWritten);
        let anchored = step::disk_obeys(Step::LineWritten)
            .and_then(|()| Anchor::write(&self.dir, key, seq, mac));
        if let Err(error) = anchored {
            // Nobody relies on the line. It stays if the anchor names it already.
            if !Anchor::find(&self.dir, Some(key)).names(seq, mac) {
                drop(file.set_len(tail.length));
            }
            return Err(error);
        }
        missing.tell();
        Ok(())
    }

    /// Begins a new file, whose first line says what the old one came to.
    fn rotate(&self, key: &LogKey, tail: &Tail, state: &State) -> io::Result<Tail> {
        self.rename(&chapter::older(tail.seq))?;
        let begin = Tail { length: 0, ..*tail };
        let event = OwnEvent::Rotated {
            previous: tail.mac.to_hex(),
            state,
        };
        self.write_own(key, &begin, &event)?;
        self.tail(key).map_err(other)
    }

    /// Begins a new file behind a damaged one, which is kept under a name that says so.
    fn set_aside(&self, key: &LogKey, tail: &Tail, walked: &Walked) -> io::Result<Tail> {
        let what = aside::What::of(&self.path())?;
        let file = chapter::damaged(tail.seq);
        self.rename(&file)?;
        let begin = Tail { length: 0, ..*tail };
        let event = OwnEvent::SetAside {
            file,
            what,
            previous: tail.mac.to_hex(),
            state: &walked.state,
        };
        self.write_own(key, &begin, &event)?;
        self.tail(key).map_err(other)
    }

    /// Gives the current file another name. What stands in its way there locks nobody out.
    pub(super) fn rename(&self, to: &str) -> io::Result<()> {
        let to = self.dir.join(to);
        in_the_way::make_room(&to, Wanted::File)?;
        #[expect(clippy::disallowed_methods, reason = "this is the store")]
        std::fs::rename(self.path(), to)
    }
}

/// The same without "nothing was changed": of the files, the log cannot say that.
pub(super) fn other(error: VaultError) -> io::Error {
    io::Error::other(error.without_what_changed())
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
    durable::sync(file)
}

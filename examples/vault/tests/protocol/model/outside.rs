//! What happens to the processes and to the disk from outside: crashes, edits, time, and
//! older files that are put back.

use super::{
    action::{Died, What, Who},
    disk::{Content, FILES, Held, Line, Which},
    world::{At, By, Process, Resolving, Settling, Start, Starting, World},
};

impl World {
    /// The line that `who` would write next.
    fn next_line_of(&self, who: Who) -> Option<Line> {
        let settling = match (who, self.start) {
            (Who::Process(of), _) => match self.process(of).at {
                At::Settling(settling) => Some(settling),
                _ => return self.next_line(of),
            },
            (Who::Start, Some(start)) => match start.at {
                Starting::Settling(settling) => Some(settling),
                _ => None,
            },
            (Who::Start, None) => None,
        };
        settling.and_then(|it| match it.step {
            Resolving::Telling(ended) => Some(Line::Outcome(it.of, ended)),
            _ => None,
        })
    }

    /// Whether `who` is there to be killed.
    pub(super) fn is_alive(&self, who: Who) -> bool {
        match who {
            Who::Process(of) => !matches!(self.process(of).at, At::Waiting | At::Gone),
            Who::Start => self.start.is_some(),
        }
    }

    /// Whether `who` can die in the middle of a line.
    pub(super) fn is_about_to_write(&self, who: Who) -> bool {
        self.next_line_of(who).is_some()
    }

    /// Ends a process. The kernel gives its locks back; what it wrote stays.
    pub(super) fn crash(&mut self, who: Who, died: Died) {
        self.spent.crashes += 1;
        match (died, who) {
            (Died::BetweenLines, _) => {}
            // `Step::LineHalfWritten`.
            (Died::HalfALine, _) => {
                self.guard.mend();
                self.guard.torn = true;
            }
            // `Step::LineWritten`.
            (Died::BeforeTheAnchor, Who::Process(of)) => {
                match self.process(of).at {
                    At::Settling(settling) => {
                        settling.step(self, None);
                    }
                    _ => self.write_line(of, None),
                }
                self.guard.ahead = true;
            }
            (Died::BeforeTheAnchor, Who::Start) => {
                if let Some(Starting::Settling(settling)) = self.start.map(|it| it.at) {
                    settling.step(self, None);
                }
                self.guard.ahead = true;
            }
        }
        match who {
            Who::Process(of) => self.process_mut(of).at = At::Gone,
            Who::Start => self.start = None,
        }
    }

    /// A person says yes to the change as it would be now. `Vault::propose`: a file that
    /// holds the new content already is no part of a change.
    pub(super) fn ask(&mut self, of: Which, by: By) -> Option<()> {
        let fits = |file: &Held| file.content != of.after() && file.content != Content::Theirs;
        if self.process(of).at != At::Waiting || !self.files.iter().all(fits) {
            return None;
        }
        let before = self.files;
        let process = self.process_mut(of);
        (process.at, process.by, process.before) = (At::Asked, by, before);
        Some(())
    }

    /// Whether the process that holds the lock reads a guarded file next. An edit before
    /// any other step comes to the same as one behind it.
    pub(super) fn files_are_read_next(&self) -> bool {
        let reads = |settling: &Settling| {
            matches!(
                settling.step,
                Resolving::Finishing(..) | Resolving::TakingBack(..)
            )
        };
        let process = |process: &Process| match &process.at {
            At::Locked | At::Settled | At::Undoing(_) => true,
            At::Settling(settling) => reads(settling),
            At::Replaced(number) => *number < FILES,
            _ => false,
        };
        let start = |start: Start| match &start.at {
            Starting::Locked => true,
            Starting::Settling(settling) => reads(settling),
            Starting::Sweeping => false,
        };
        self.is_unlocked() || self.processes.iter().any(process) || self.start.is_some_and(start)
    }

    /// Whether anything depends on the grant of a change still: its process is about to
    /// begin (`is_begun` false) or to redeem it, or recovery looks at its terms.
    pub(super) fn grant_matters(&self, of: Which, at: At) -> bool {
        let process = self.process(of).at;
        let is_open = || {
            let open = self.guard.open();
            open.iter().any(|it| it.of == of && it.before.is_some())
        };
        process == at || (of == Which::Widening && process == At::Gone && is_open())
    }

    /// The settings or the policies become others: no grant of before is in force.
    pub(super) fn overtake(&mut self) {
        for process in &mut self.processes {
            process.is_overtaken |= process.at != At::Waiting;
        }
    }

    /// Somebody writes a guarded file.
    pub(super) fn edit(&mut self, place: usize, content: Content) {
        self.spent.edits += 1;
        self.files[place] = Held {
            content,
            from_outside: true,
        };
    }

    /// Somebody puts back what was copied.
    pub(super) fn put_back(&mut self, what: What) -> Option<()> {
        let (guard, files) = *self.copy.take()?;
        self.spent.rolled_back = true;
        if matches!(what, What::Files | What::Both) {
            self.files = files.map(|file| Held {
                from_outside: true,
                ..file
            });
        }
        match what {
            What::Files => {}
            What::Guard | What::Both => self.guard = guard,
            What::Log => {
                let is_shorter = guard.lines.len() < self.guard.lines.len();
                self.guard.lines = guard.lines;
                (self.guard.torn, self.guard.ahead) = (false, false);
                if is_shorter {
                    self.guard.lines.push(Line::Gap);
                }
            }
        }
        Some(())
    }
}

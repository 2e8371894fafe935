//! The steps of the process of a change: `Guard::authorize`, then `Vault::commit`.

use super::{
    disk::{Ended, FILES, Held, Line, Which, contents},
    fault::Fault,
    world::{At, Settling, Starting, World},
};

impl World {
    /// The line that the next step of the process would write.
    pub(super) fn next_line(&self, of: Which) -> Option<Line> {
        match self.process(of).at {
            At::Asked => Some(Line::Intent(of)),
            At::ApprovedKept => Some(self.prepared(of, None)),
            At::Unsynced => Some(Line::Unconfirmed(of)),
            At::Synced => Some(Line::Outcome(of, Ended::Done)),
            At::Failing(ended) => Some(Line::Outcome(of, ended)),
            At::Refusing => Some(Line::Outcome(of, Ended::Refused)),
            _ => None,
        }
    }

    /// `Vault::journal` and `Vault::seal`.
    fn prepared(&self, of: Which, fault: Option<Fault>) -> Line {
        let (_, seal) = self.guard.approved();
        let next = match fault {
            Some(Fault::SealsAtTheQuestion) => 1,
            _ => seal + 1,
        };
        Line::Prepared(of, contents(&self.process(of).before), next)
    }

    /// Writes `next_line`, and does what comes with it.
    pub(super) fn write_line(&mut self, of: Which, fault: Option<Fault>) {
        match self.process(of).at {
            At::Asked => {
                self.guard.append(Line::Intent(of));
                self.past_mut(of).intended = true;
            }
            At::ApprovedKept => {
                let line = self.prepared(of, fault);
                self.guard.append(line);
                self.past_mut(of).announced = true;
            }
            At::Unsynced => {
                self.guard.append(Line::Unconfirmed(of));
                self.past_mut(of).unconfirmed = true;
            }
            At::Synced => self.tell(of, Ended::Done),
            At::Failing(ended) => self.tell(of, ended),
            At::Refusing => self.tell(of, Ended::Refused),
            _ => {}
        }
    }

    /// One step of the process; `None` where it has none, or has to wait.
    pub(super) fn go_on(&mut self, of: Which, fault: Option<Fault>) -> Option<At> {
        let process = *self.process(of);
        let next = match process.at {
            At::Waiting | At::Gone => return None,
            // `GuardLog::record`: it waits for `log.running`.
            At::Asked if self.is_swept() => return None,
            At::Asked if fault == Some(Fault::NoIntent) => At::Granted,
            At::Asked => self.writes(of, fault, At::Granted),
            // `Vault::lock`, then `Grant::begin`.
            At::Granted if !self.is_unlocked() => return None,
            At::Granted if process.is_late => At::Refusing,
            At::Granted => At::Locked,
            // `Vault::settle_prepared`.
            At::Locked if fault == Some(Fault::CommitSettlesNothing) => At::Settled,
            At::Locked => self.settle_first(of, fault),
            At::Settling(settling) => settling.step(self, fault).map_or(At::Locked, At::Settling),
            At::Settled => self.redeem(of, fault),
            // `Snapshot::write`, from here on.
            At::Redeemed => {
                self.beside[of as usize][0] = true;
                At::FirstPrepared
            }
            At::FirstPrepared => {
                self.beside[of as usize] = [true; FILES];
                At::AllPrepared
            }
            // `Vault::keep`: what only takes power is never put back.
            At::AllPrepared => {
                if of == Which::Widening {
                    self.guard.kept = Some(process.before);
                }
                At::ApprovedKept
            }
            At::ApprovedKept => self.writes(of, fault, At::Replaced(0)),
            At::Replaced(FILES) => At::Synced,
            At::Replaced(number) => self.replace_next(of, number),
            // `Redeemed` is dropped, and the intent stays open.
            At::Unsynced => self.writes(of, fault, At::Gone),
            At::Synced => self.writes(of, fault, At::Recorded),
            At::Undoing(number) => self.undo(of, number),
            At::Failing(_) => self.writes(of, fault, At::Recorded),
            At::Refusing => self.writes(of, fault, At::Gone),
            // `Vault::clean_up`.
            At::Recorded => {
                self.guard.kept = None;
                At::CleanedUp
            }
            At::CleanedUp => At::Gone,
        };
        if matches!(next, At::Failing(_)) {
            // What was prepared goes when it is dropped.
            self.beside[of as usize] = [false; FILES];
        }
        self.process_mut(of).at = next;
        Some(next)
    }

    fn writes(&mut self, of: Which, fault: Option<Fault>, next: At) -> At {
        self.write_line(of, fault);
        next
    }

    fn is_swept(&self) -> bool {
        self.start.is_some_and(|it| it.at == Starting::Sweeping)
    }

    /// Begins with the first change that was broken off with files prepared.
    fn settle_first(&mut self, of: Which, fault: Option<Fault>) -> At {
        let by = self.process(of).by;
        let open = self.guard.open();
        let found = open.iter().find_map(|it| Some((it, it.before?)));
        found.map_or(At::Settled, |(open, before)| {
            At::Settling(Settling::begin(self, open, before, by, fault))
        })
    }

    /// `Vault::as_approved`, then `Grant::redeem`.
    fn redeem(&mut self, of: Which, fault: Option<Fault>) -> At {
        let process = *self.process(of);
        let is_overtaken = process.is_overtaken && fault != Some(Fault::TakesOvertaken);
        if is_overtaken || contents(&process.before) != contents(&self.files) {
            return At::Refusing;
        }
        // `commit` takes a grant, and `begin` was asked while it was in time.
        self.past_mut(of).redeemed = !process.is_overtaken;
        // The same contents, wherever they come from by now.
        self.process_mut(of).before = self.files;
        At::Redeemed
    }

    /// `write::replace_all`: the look at the file and the rename are one step here.
    fn replace_next(&mut self, of: Which, number: usize) -> At {
        let before = contents(&self.process(of).before);
        let now = contents(&self.files);
        let is_as_before = match number {
            0 => now == before,
            _ => now[number] == before[number],
        };
        match (is_as_before, number) {
            (false, 0) => At::Failing(Ended::Refused),
            (false, _) => At::Undoing(number),
            (true, _) => {
                self.replace(of, number);
                At::Replaced(number + 1)
            }
        }
    }

    /// `write::undo`: the last first, up to one that is another's.
    fn undo(&mut self, of: Which, number: usize) -> At {
        let Some(place) = number.checked_sub(1) else {
            return At::Failing(Ended::Refused);
        };
        if self.files[place].content != of.after() {
            return At::Failing(Ended::Left);
        }
        self.files[place] = self.process(of).before[place];
        let past = self.past_mut(of);
        (past.landed[place], past.undone) = (false, true);
        At::Undoing(place)
    }

    /// The new content takes its place; it may be there already.
    pub(super) fn replace(&mut self, of: Which, place: usize) {
        let past = self.past[of as usize];
        if !past.intended || !past.announced {
            self.broken = Some("no_effect_without_intent");
        } else if of == Which::Widening && !past.redeemed {
            self.broken = Some("no_widening_without_its_grant");
        }
        if self.files[place].content != of.after() {
            self.beside[of as usize][place] = false;
            self.files[place] = Held {
                content: of.after(),
                from_outside: false,
            };
        }
        let past = self.past_mut(of);
        past.begun = true;
        past.landed[place] = true;
    }
}

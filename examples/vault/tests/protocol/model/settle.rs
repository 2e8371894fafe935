//! What is done about a change that was broken off.

use super::{
    disk::{Content, Ended, FILES, Open, Which},
    fault::Fault,
    world::{By, Resolving, Settling, World},
};

/// `recover::Stands`.
#[derive(PartialEq, Eq)]
enum Stands {
    Before,
    After,
    Otherwise,
}

impl Settling {
    fn stands(&self, world: &World, place: usize) -> Stands {
        match world.files[place].content {
            content if content == self.of.after() => Stands::After,
            content if content == self.before[place] => Stands::Before,
            _ => Stands::Otherwise,
        }
    }

    /// `Vault::resolve`, up to what it decides.
    pub(super) fn begin(
        world: &mut World,
        open: &Open,
        before: [Content; FILES],
        by: By,
        fault: Option<Fault>,
    ) -> Self {
        let mut settling = Self {
            of: open.of,
            before,
            step: Resolving::Telling(Ended::NothingStands),
        };
        let all: Vec<Stands> = (0..FILES)
            .map(|place| settling.stands(world, place))
            .collect();
        let process = world.process(open.of);
        let in_time = !process.is_late || fault == Some(Fault::FinishesLate);
        let by_person = by == By::Person || fault == Some(Fault::AnybodyFinishes);
        // `Vault::still_holds`.
        let still_holds = in_time && !process.is_overtaken;
        let narrows = open.of == Which::Narrowing && fault != Some(Fault::NarrowingIsPutBack);
        let is_after = all.iter().all(|it| *it == Stands::After);
        let has = |wanted| all.contains(&wanted);
        let is_lost = open.misses_a_line && world.guard.kept.is_none();
        let is_lost = is_lost || fault == Some(Fault::CallsItLost);
        let beside_theirs = has(Stands::Otherwise) && fault != Some(Fault::FinishesBesideTheirs);
        settling.step = if is_after && fault == Some(Fault::SaysNotBegun) {
            Resolving::Telling(Ended::NothingStands)
        } else if (is_after && open.unconfirmed) || (has(Stands::After) && narrows) {
            Resolving::Finishing(0, false)
        } else if !has(Stands::After) && fault == Some(Fault::HidesThatItBegan) {
            Resolving::Telling(Ended::NotBegun)
        } else if !has(Stands::After) {
            Resolving::Telling(Ended::NothingStands)
        } else if by_person && still_holds && !beside_theirs {
            Resolving::Finishing(0, false)
        } else if !has(Stands::Before) && is_lost {
            Resolving::Telling(Ended::Lost)
        } else {
            Resolving::TakingBack(FILES, false)
        };
        if matches!(settling.step, Resolving::Finishing(..)) {
            settling.may_finish(world, by);
        }
        settling
    }

    /// Notes a widening that is finished without what allows it.
    fn may_finish(&self, world: &mut World, by: By) {
        let process = world.process(self.of);
        let past = world.past[self.of as usize];
        let in_force = by == By::Person && !process.is_late && !process.is_overtaken;
        let is_allowed = past.redeemed && (past.unconfirmed || in_force);
        if self.of == Which::Widening && !is_allowed {
            world.broken = Some("no_widening_without_its_grant");
        }
    }

    /// One step; `None` when it is settled.
    pub(super) fn step(mut self, world: &mut World, fault: Option<Fault>) -> Option<Self> {
        self.step = match self.step {
            Resolving::Finishing(FILES, left) => {
                let is_left = left && fault != Some(Fault::SaysDone);
                Resolving::Telling(if is_left { Ended::Left } else { Ended::Done })
            }
            // `Vault::finish`.
            Resolving::Finishing(place, left) => match self.finish_file(world, place) {
                // What gives power is whole, or it is put back.
                false if self.of == Which::Widening => match fault {
                    Some(Fault::FinishesBesideTheirs) => Resolving::Finishing(place + 1, true),
                    _ => Resolving::TakingBack(FILES, true),
                },
                false if fault == Some(Fault::StopsAtTheFirst) => Resolving::Telling(Ended::Left),
                finished => Resolving::Finishing(place + 1, left || !finished),
            },
            Resolving::TakingBack(0, left) => {
                Resolving::Telling(if left { Ended::Left } else { Ended::PutBack })
            }
            // `Vault::take_back`.
            Resolving::TakingBack(number, left) => {
                let is_back = self.put_back(world, number - 1);
                Resolving::TakingBack(number - 1, left || !is_back)
            }
            // `settle::put`.
            Resolving::Telling(ended) => {
                if world.is_running(self.of) {
                    world.broken = Some("a_running_change_is_left_to_its_process");
                }
                self.tell(world, ended);
                Resolving::CleaningUp
            }
            // `Vault::remove_leftovers` and `Vault::clean_up`.
            Resolving::CleaningUp => {
                world.beside[self.of as usize] = [false; FILES];
                world.guard.kept = None;
                return None;
            }
        };
        Some(self)
    }

    fn tell(&self, world: &mut World, ended: Ended) {
        let is_missing = world.guard.is_damaged();
        match ended {
            // Nothing is claimed of the files.
            Ended::Lost if is_missing => {
                world
                    .guard
                    .append(super::disk::Line::Outcome(self.of, ended));
            }
            ended => world.tell(self.of, ended),
        }
    }

    /// `Vault::finish_file`: whether the file is new now.
    fn finish_file(&self, world: &mut World, place: usize) -> bool {
        let is_new = match self.stands(world, place) {
            Stands::After => true,
            Stands::Before => world.beside[self.of as usize][place],
            Stands::Otherwise => false,
        };
        if is_new {
            world.replace(self.of, place);
        }
        is_new
    }

    /// `Vault::put_back`: whether the file is as it was.
    fn put_back(&self, world: &mut World, place: usize) -> bool {
        match self.stands(world, place) {
            Stands::Before => return true,
            Stands::Otherwise => return false,
            Stands::After => {}
        }
        let kept = match (world.guard.kept, self.of) {
            (Some(kept), _) => kept,
            // What the fault keeps.
            (None, Which::Narrowing) => world.process(self.of).before,
            (None, Which::Widening) => return false,
        };
        if kept[place].content > world.files[place].content {
            world.broken = Some("a_narrowing_is_not_undone_by_recovery");
        }
        world.files[place] = kept[place];
        world.past_mut(self.of).landed[place] = false;
        true
    }
}

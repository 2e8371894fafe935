//! A start of a host: `Vault::settle` and `Vault::settle_for`.

use super::{
    disk::{Ended, FILES},
    fault::Fault,
    world::{By, Settling, Start, Starting, World},
};

impl World {
    /// `Vault::settle_now`, up to the lock.
    pub(super) fn start(&mut self, by: By) -> Option<()> {
        let guard = &self.guard;
        let nothing_to_do =
            guard.open().is_empty() && guard.kept.is_none() && !guard.torn && !guard.ahead;
        // `lock_unless_running`: it leaves, or it waits.
        if nothing_to_do || !self.is_unlocked() {
            return None;
        }
        self.guard.mend();
        self.start = Some(Start {
            by,
            at: Starting::Locked,
        });
        Some(())
    }

    /// One step of the start that is at work.
    pub(super) fn start_goes_on(&mut self, fault: Option<Fault>) -> Option<()> {
        let start = self.start?;
        let next = match start.at {
            Starting::Locked => self.settle_next(start.by, fault),
            Starting::Settling(settling) => {
                let next = settling.step(self, fault);
                Some(next.map_or(Starting::Locked, Starting::Settling))
            }
            Starting::Sweeping => self.sweep(fault),
        };
        self.start = next.map(|at| Start { at, ..start });
        Some(())
    }

    fn settle_next(&mut self, by: By, fault: Option<Fault>) -> Option<Starting> {
        let open = self.guard.open();
        let found = open.iter().find_map(|it| Some((it, it.before?)));
        if let Some((open, before)) = found {
            let settling = Settling::begin(self, open, before, by, fault);
            return Some(Starting::Settling(settling));
        }
        // `nobody_is_running`.
        let is_free = !self.somebody_is_running() || fault == Some(Fault::SettlesTheRunning);
        is_free.then_some(Starting::Sweeping)
    }

    /// Ends the intents that came to nothing, one by one, then what is left over.
    fn sweep(&mut self, fault: Option<Fault>) -> Option<Starting> {
        let open = self.guard.open();
        if let Some(open) = open.iter().find(|open| open.before.is_none()) {
            if self.is_running(open.of) {
                self.broken = Some("a_running_change_is_left_to_its_process");
            }
            self.tell(open.of, Ended::NotBegun);
            return Some(Starting::Sweeping);
        }
        // `Vault::clean_up` and `remove_unfinished`.
        self.guard.kept = None;
        if fault != Some(Fault::SweepsNothing) {
            self.beside = [[false; FILES]; 2];
        }
        if !self.somebody_is_running() && self.beside != [[false; FILES]; 2] {
            self.broken = Some("a_start_leaves_nothing_over");
        }
        None
    }
}

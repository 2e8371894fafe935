//! A state of the model: the disk, who is at work on it, and what only the model knows.

use super::disk::{Content, Ended, FILES, Files, Guard, Held, Which, contents};

/// Who settles: `settle::By`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum By {
    Anybody,
    Person,
}

/// How far the process of a change is. The steps of `openpass_vault::Step` have its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum At {
    Waiting,
    /// Its person has said yes; the intent is not on the log.
    Asked,
    Granted,
    Locked,
    /// Settles the other change, which was broken off.
    Settling(Settling),
    Settled,
    Redeemed,
    FirstPrepared,
    AllPrepared,
    ApprovedKept,
    /// So many files are replaced: `Journaled`, `FirstReplaced`, …, `AllReplaced`.
    Replaced(usize),
    /// The disk did not confirm the names.
    Unsynced,
    Synced,
    /// So many files are still to be put back, since one was another's.
    Undoing(usize),
    Failing(Ended),
    /// The lock is given back, and the outcome is not on the log.
    Refusing,
    Recorded,
    CleanedUp,
    Gone,
}

/// The process of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Process {
    pub(crate) at: At,
    pub(crate) by: By,
    /// The files that the question was asked about.
    pub(crate) before: Files,
    /// The time to begin with its grant is over.
    pub(crate) is_late: bool,
    /// The settings or the policies that its grant was given under are others now.
    pub(crate) is_overtaken: bool,
}

/// What is done about one change that was broken off: `Vault::resolve` and `put`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Settling {
    pub(crate) of: Which,
    pub(crate) before: [Content; FILES],
    pub(crate) step: Resolving,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Resolving {
    /// Goes on with the file of this number; whether one could not be finished.
    Finishing(usize, bool),
    /// So many files are still to be looked at; whether one could not be put back.
    TakingBack(usize, bool),
    Telling(Ended),
    CleaningUp,
}

/// A start of a host: `Vault::settle`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Start {
    pub(crate) by: By,
    pub(crate) at: Starting,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Starting {
    Locked,
    Settling(Settling),
    /// Nobody is between an intent and its outcome, and nobody gets there.
    Sweeping,
}

/// What was done to a change, though the log may have been put back since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Past {
    pub(crate) intended: bool,
    pub(crate) announced: bool,
    pub(crate) redeemed: bool,
    pub(crate) unconfirmed: bool,
    /// A file was replaced.
    pub(crate) begun: bool,
    /// Its own process put a file back.
    pub(crate) undone: bool,
    /// The files of which the new content was there, by their places.
    pub(crate) landed: [bool; FILES],
}

/// How much of what may happen has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Spent {
    pub(crate) crashes: u8,
    pub(crate) edits: u8,
    pub(crate) bad_syncs: u8,
    pub(crate) rolled_back: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) files: Files,
    /// The new contents that lie beside the old ones, for each change.
    pub(crate) beside: [[bool; FILES]; 2],
    pub(crate) guard: Guard,
    pub(crate) processes: [Process; 2],
    pub(crate) start: Option<Start>,
    /// What somebody copied, to put it back later.
    pub(crate) copy: Option<Box<(Guard, Files)>>,
    pub(crate) spent: Spent,
    pub(crate) past: [Past; 2],
    /// The invariant that the last step broke, where the state alone does not show it.
    pub(crate) broken: Option<&'static str>,
}

impl World {
    pub(crate) fn new() -> Self {
        let base = Held {
            content: Content::Base,
            from_outside: false,
        };
        let process = Process {
            at: At::Waiting,
            by: By::Person,
            before: [base; FILES],
            is_late: false,
            is_overtaken: false,
        };
        Self {
            files: [base; FILES],
            beside: [[false; FILES]; 2],
            guard: Guard::default(),
            processes: [process; 2],
            start: None,
            copy: None,
            spent: Spent::default(),
            past: [Past::default(); 2],
            broken: None,
        }
    }

    pub(crate) fn process(&self, of: Which) -> &Process {
        &self.processes[of as usize]
    }

    pub(crate) fn process_mut(&mut self, of: Which) -> &mut Process {
        &mut self.processes[of as usize]
    }

    pub(crate) fn past_mut(&mut self, of: Which) -> &mut Past {
        &mut self.past[of as usize]
    }

    /// Whether its process is between its intent and its outcome: it holds
    /// `log.running`, shared.
    pub(crate) fn is_running(&self, of: Which) -> bool {
        !matches!(
            self.process(of).at,
            At::Waiting | At::Asked | At::Recorded | At::CleanedUp | At::Gone
        )
    }

    pub(crate) fn somebody_is_running(&self) -> bool {
        Which::BOTH.iter().any(|of| self.is_running(*of))
    }

    /// Whether nobody holds the vault's lock.
    pub(crate) fn is_unlocked(&self) -> bool {
        let holds = |process: &Process| {
            !matches!(
                process.at,
                At::Waiting | At::Asked | At::Granted | At::Refusing | At::Gone
            )
        };
        self.start.is_none() && !self.processes.iter().any(holds)
    }

    /// Whether nobody is at work, and the log has an outcome for every intent.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.is_unlocked()
            && !self.somebody_is_running()
            && !self.guard.torn
            && self.guard.open().is_empty()
    }

    /// Forgets of a change that has its outcome what nothing depends on any more, so that
    /// fewer states differ.
    pub(crate) fn forget_what_is_over(&mut self) {
        let open = self.guard.open();
        for of in Which::BOTH {
            if self.process(of).at == At::Gone && !open.iter().any(|it| it.of == of) {
                *self.process_mut(of) = Process {
                    at: At::Gone,
                    ..Self::new().processes[0]
                };
                *self.past_mut(of) = Past {
                    undone: self.past[of as usize].undone,
                    ..Past::default()
                };
            }
        }
    }

    /// Whether a person is told that something is not as it was approved:
    /// `Drift::is_empty`.
    pub(crate) fn is_told(&self) -> bool {
        self.guard.is_damaged() || contents(&self.files) != self.guard.approved().0
    }

    /// Whether the guard itself made `of` of this file.
    pub(crate) fn is_of(&self, place: usize, of: Which) -> bool {
        self.files[place].content == of.after() && !self.files[place].from_outside
    }

    /// Whether an older state of the guard's folder explains what was found, and a person
    /// is told of it.
    pub(crate) fn is_rolled_back_and_told(&self) -> bool {
        self.spent.rolled_back && self.is_told()
    }
}

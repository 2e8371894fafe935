//! What can happen next.

use super::{
    disk::{Content, Which},
    world::By,
};

/// Who dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Process(Which),
    Start,
}

/// At which moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Died {
    /// Before its next step.
    BetweenLines,
    /// Half of a line is on the disk.
    HalfALine,
    /// A line is on the disk, and the anchor does not name it.
    BeforeTheAnchor,
}

/// What is put back as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum What {
    Files,
    /// The guard's whole folder.
    Guard,
    Both,
    /// The log without its anchor.
    Log,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    Ask(Which, By),
    GoOn(Which),
    /// The disk does not confirm that the new names would survive a crash.
    SyncFails(Which),
    Start(By),
    StartGoesOn,
    Crash(Who, Died),
    /// The grant's time is over.
    Late(Which),
    Overtake,
    Edit(usize, Content),
    Copy,
    PutBack(What),
}

//! Faults that can be put into the protocol, to see which invariant finds them.

/// One step that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fault {
    /// The commit goes on though the intent is not on the log.
    NoIntent,
    /// Recovery finishes what gives power at a start of anybody.
    AnybodyFinishes,
    /// Recovery finishes what gives power when its grant is over.
    FinishesLate,
    /// The store takes a grant under other policies.
    TakesOvertaken,
    /// Recovery stops at the first file that it cannot finish.
    StopsAtTheFirst,
    /// A person's start finishes what gives power though a file of it is another's.
    FinishesBesideTheirs,
    /// Recovery says "done" whatever it could not finish.
    SaysDone,
    /// Recovery says that nothing had begun where everything is replaced.
    SaysNotBegun,
    /// A change that takes power keeps what was before, and is put back like another.
    NarrowingIsPutBack,
    /// Recovery calls the outcome of what is whole lost.
    CallsItLost,
    /// Recovery does not look whether somebody is at work.
    SettlesTheRunning,
    /// A commit does not settle what was broken off.
    CommitSettlesNothing,
    /// Recovery leaves the unfinished files.
    SweepsNothing,
    /// The seal is numbered when the question is asked.
    SealsAtTheQuestion,
    /// Recovery says that nothing had begun where nothing stands any more.
    HidesThatItBegan,
}

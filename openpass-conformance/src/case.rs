//! The abuse cases, by name.

use core::fmt;

/// One abuse case. Its `Display` is the sentence that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Case {
    /// A change that a person approves is made. Without this, all else would hold of a
    /// program that does nothing.
    Approved,
    /// While the question is up, nothing has changed.
    AskedFirst,
    /// The change that is made is the one that was asked for.
    DoneAsAsked,
    /// The question has who asks, and every value that gives power.
    Shown,
    /// Control characters, bidi characters and invisible ones never come out raw, and a
    /// long value is whole or counted.
    UnsafeText,
    /// A person's no changes nothing.
    Denied,
    /// A wrong answer changes nothing.
    WrongAnswer,
    /// The change is refused at once if nobody can be asked.
    Absent,
    /// An answer that comes by a pipe is none.
    Piped,
    /// A flag that answers questions is no approval.
    YesFlag,
    /// An answer past the deadline is none.
    Late,
    /// A prompt that is called off, or a program that is told to end, changes nothing.
    CalledOff,
    /// An error of the authenticator is no yes.
    Failing,
    /// A panic of the authenticator is no yes.
    Panicking,
    /// Evidence for another question is none.
    OtherQuestion,
    /// Evidence by a factor that was not asked for is none.
    OtherFactor,
    /// Evidence that was kept from an earlier question is none.
    KeptEvidence,
    /// One approval is one change: the next attempt asks again.
    Once,
    /// An answer that is given twice is one answer.
    AnsweredTwice,
    /// Of two attempts at once, an answer serves the one that it was given to.
    TwoAtOnce,
    /// An approval does not carry over to a state that was edited meanwhile.
    EditedMeanwhile,
    /// Killed at any step, the state is the old one or the new one, and never the new one
    /// without an approval.
    Killed,
    /// Approvals and refusals leave a record.
    Recorded,
    /// A routine change goes through where nobody can be asked.
    Routine,
    /// An approval that an agent claims in a call is none.
    Claimed,
    /// A client's answer to a question of the server is no approval.
    Elicited,
    /// A server asks nothing on the terminal that its client has.
    ClientsTerminal,
}

impl Case {
    /// Every case, in the order in which a report has them.
    pub const ALL: &'static [Self] = &[
        Self::Approved,
        Self::AskedFirst,
        Self::DoneAsAsked,
        Self::Shown,
        Self::UnsafeText,
        Self::Denied,
        Self::WrongAnswer,
        Self::Absent,
        Self::Piped,
        Self::YesFlag,
        Self::Late,
        Self::CalledOff,
        Self::Failing,
        Self::Panicking,
        Self::OtherQuestion,
        Self::OtherFactor,
        Self::KeptEvidence,
        Self::Once,
        Self::AnsweredTwice,
        Self::TwoAtOnce,
        Self::EditedMeanwhile,
        Self::Killed,
        Self::Recorded,
        Self::Routine,
        Self::Claimed,
        Self::Elicited,
        Self::ClientsTerminal,
    ];

    /// The rows of the table of abuse cases in the guard's `SECURITY.md` that the case
    /// touches. It tries a part of such a row, and does not stand for all of it. Empty
    /// where the case is not an attack of that table.
    #[must_use]
    pub const fn numbers(self) -> &'static [u8] {
        match self {
            Self::Approved
            | Self::AskedFirst
            | Self::DoneAsAsked
            | Self::Denied
            | Self::WrongAnswer
            | Self::AnsweredTwice
            | Self::Recorded
            | Self::Routine => &[],
            Self::Killed => &[9],
            Self::Shown => &[41, 42],
            Self::UnsafeText => &[22],
            Self::Absent => &[32],
            Self::Piped => &[2],
            Self::YesFlag => &[3],
            Self::CalledOff => &[23, 34],
            Self::Late
            | Self::Failing
            | Self::Panicking
            | Self::OtherQuestion
            | Self::OtherFactor
            | Self::KeptEvidence => &[33],
            Self::Once => &[5],
            Self::TwoAtOnce => &[10],
            Self::EditedMeanwhile => &[6],
            Self::Claimed => &[19],
            Self::Elicited => &[20, 21],
            Self::ClientsTerminal => &[27],
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::Approved => "an approved change is made",
            Self::AskedFirst => "nothing changes before the answer",
            Self::DoneAsAsked => "what is done is what was asked for",
            Self::Shown => "the question shows who asks and what widens",
            Self::UnsafeText => "unsafe text is never shown raw",
            Self::Denied => "a no changes nothing",
            Self::WrongAnswer => "a wrong answer changes nothing",
            Self::Absent => "where nobody can be asked it is refused at once",
            Self::Piped => "an answer by a pipe is none",
            Self::YesFlag => "a flag is no approval",
            Self::Late => "an answer past the deadline is none",
            Self::CalledOff => "a question that is called off changes nothing",
            Self::Failing => "an error is no yes",
            Self::Panicking => "a panic is no yes",
            Self::OtherQuestion => "evidence for another question is none",
            Self::OtherFactor => "evidence by another factor is none",
            Self::KeptEvidence => "evidence that was kept is none",
            Self::Once => "one approval is one change",
            Self::AnsweredTwice => "an answer given twice is one answer",
            Self::TwoAtOnce => "of two at once, each has its own answer",
            Self::EditedMeanwhile => "an approval is for the state that was shown",
            Self::Killed => "killed at any step, the state is whole",
            Self::Recorded => "approvals and refusals are on the log",
            Self::Routine => "a routine change asks nobody",
            Self::Claimed => "an approval that an agent claims is none",
            Self::Elicited => "a client's own answer is no approval",
            Self::ClientsTerminal => "the client's terminal is left alone",
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.sentence())
    }
}

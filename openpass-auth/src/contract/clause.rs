//! The promises of an authenticator, clause by clause.

use core::fmt;

/// One clause of the contract of [`Authenticator`](crate::Authenticator). Its
/// `Display` is the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Clause {
    /// A leaf declares its one factor.
    OneFactor,
    /// A challenge that accepts all other factors is
    /// [`FactorNotAccepted`](crate::Unavailable::FactorNotAccepted), and nobody
    /// is asked.
    AcceptedFactor,
    /// A challenge past its deadline is [`TimedOut`](crate::AuthError::TimedOut),
    /// and nobody is asked.
    NotPastTheDeadline,
    /// [`available`](crate::Authenticator::available) shows nothing; after its
    /// yes, somebody is asked; after its no, nobody is. It is looked at in every
    /// call. The state does not change meanwhile, as it may outside of a test.
    Available,
    /// Each of two calls of one authenticator gives evidence of its factor for
    /// its own challenge, and for no other: none that was made ahead of time.
    OwnChallenge,
    /// Two calls are two prompts: a yes is not remembered.
    AsksAnew,
    /// A wrong answer is [`Rejected`](crate::AuthError::Rejected), by the factor
    /// that was asked for.
    WrongAnswer,
    /// A cancel is [`Cancelled`](crate::AuthError::Cancelled).
    Cancel,
    /// An answer that serves once, such as a one-time code, is `Rejected` when it
    /// is given to a second challenge. Checked where
    /// [`answers_serve_once`](super::Harness::answers_serve_once).
    ServesOnce,
    /// Silence is `TimedOut`, or waiting on; a leaf may leave the deadline to
    /// [`Contained`](crate::Contained).
    Silence,
    /// A right answer past the deadline is no yes.
    LateYes,
    /// An answer that comes once its call was dropped is not taken for one to the
    /// next question.
    StaleAnswer,
    /// `poll` returns, whatever the person does.
    PollReturns,
    /// Once the future is dropped, the drop returns and the prompt is gone, with
    /// nothing more done by anybody: within five seconds, so that a slow machine
    /// breaks no clause.
    ///
    /// A terminal is given back before the drop returns. A pinentry is killed by then,
    /// and the system takes a moment to end it. An `LAContext` belongs to the thread
    /// that made it, so a drop can tell only that thread to invalidate it. With all
    /// three, the drop itself sets the dismissal off. An authenticator that waits for
    /// its deadline, or for an answer, breaks the clause.
    Dismissal,
    /// No text that leaves it holds what the person types: evidence, errors with
    /// all their sources, `Debug` and `Display`. It is looked for in every call.
    NoSecret,
}

impl Clause {
    /// Every clause, in the order in which they are checked.
    pub const ALL: [Self; 15] = [
        Self::OneFactor,
        Self::AcceptedFactor,
        Self::NotPastTheDeadline,
        Self::Available,
        Self::OwnChallenge,
        Self::AsksAnew,
        Self::WrongAnswer,
        Self::Cancel,
        Self::ServesOnce,
        Self::Silence,
        Self::LateYes,
        Self::StaleAnswer,
        Self::PollReturns,
        Self::Dismissal,
        Self::NoSecret,
    ];

    const fn sentence(self) -> &'static str {
        match self {
            Self::OneFactor => "a leaf declares its one factor",
            Self::AcceptedFactor => "a factor that is not accepted is never asked for",
            Self::NotPastTheDeadline => "nobody is asked past the deadline",
            Self::Available => "what `available` says is what the call then does",
            Self::OwnChallenge => "an approval answers its own challenge only",
            Self::AsksAnew => "every call asks again",
            Self::WrongAnswer => "a wrong answer is rejected, by the factor that was asked for",
            Self::Cancel => "a cancel is a cancel",
            Self::ServesOnce => "an answer that serves only once is rejected the second time",
            Self::Silence => "silence is never an answer",
            Self::LateYes => "a yes past the deadline is not a yes",
            Self::StaleAnswer => "an answer to a question that is gone counts for nothing",
            Self::PollReturns => "nothing blocks in poll",
            Self::Dismissal => "dropping the future dismisses the prompt at once",
            Self::NoSecret => "no secret leaves the authenticator",
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

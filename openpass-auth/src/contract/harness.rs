//! The harness that tells the suite about an authenticator.

use std::sync::Arc;

use crate::{Authenticator, Factor};

/// The behaviour of the person, or of the system on their behalf, when asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scenario {
    /// Gives a right answer to every question, at once, and a fresh one where
    /// answers serve once.
    Approves,
    /// Gives a wrong answer.
    AnswersWrongly,
    /// Calls it off.
    Cancels,
    /// Never answers.
    StaysSilent,
    /// Keeps silent, and gives the right answer when the suite calls
    /// [`Harness::answer_now`]: too late.
    AnswersLate,
    /// Gives a right answer to the first question, and the very same to each
    /// after it. Staged only where [`Harness::answers_serve_once`].
    RepeatsAnswer,
}

/// Prepares an authenticator, as its own tests know how.
///
/// No method has a default: what is left out would go unchecked.
pub trait Harness {
    /// The one factor that the authenticator proves.
    fn factor(&self) -> Factor;

    /// A fresh authenticator, which could ask, in front of a person who does
    /// `scenario`.
    fn authenticator(&self, scenario: Scenario) -> Arc<dyn Authenticator>;

    /// Returns the number of prompts that have been shown since the harness was made.
    fn prompts_shown(&self) -> usize;

    /// Whether a prompt is on show now.
    fn prompt_is_open(&self) -> bool;

    /// Has the person of [`Scenario::AnswersLate`] give the right answer now, to
    /// the last prompt that was shown, even if it is gone, as keys that are typed
    /// too late. It must not wait for a next prompt, which is not its own; when it
    /// returns, the answer was given.
    fn answer_now(&self);

    /// Returns the texts that the person types in any scenario: right answers and wrong
    /// ones. The list is empty where nothing is typed.
    ///
    /// Choose texts that appear nowhere by chance: eight characters or more.
    fn secrets(&self) -> Vec<String>;

    /// Whether each right answer serves once only, such as a one-time code.
    fn answers_serve_once(&self) -> bool;
}

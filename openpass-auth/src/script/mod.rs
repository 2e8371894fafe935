//! A person for tests, with what they do written down.

mod asked;
mod authenticator;
mod stage;
mod step;

use core::future::poll_fn;
use core::task::Poll;
use std::sync::Arc;

use crate::{AuthError, CancelledBy, Factor, FactorSet, Unavailable};

pub use asked::Asked;
use stage::{Stage, State};
use step::{Answer, Step};

/// A person and the authenticator that asks them, for tests: does what is
/// written down, in order, and remembers what was asked.
///
/// Its clones are the same person, so that a test keeps one and gives another to
/// what it tests.
///
/// ```
/// use std::{sync::Arc, time::Duration};
/// use openpass_auth::{
///     AuthError, Authenticator, Challenge, Contained, Factor, FactorSet, SafeText, Script,
/// };
///
/// let person = Script::new().wrong(Factor::Passphrase).yes(Factor::Passphrase);
/// let ask = Contained::new(Arc::new(person.clone()));
///
/// let challenge = || {
///     let what = SafeText::literal("set the colour to green");
///     Challenge::new(what, FactorSet::only(Factor::Passphrase), Duration::from_secs(60))
/// };
/// # futures_lite::future::block_on(async {
/// let first = ask.authenticate(&challenge()).await;
/// assert!(matches!(first, Err(AuthError::Rejected { factor: Factor::Passphrase })));
/// assert!(ask.authenticate(&challenge()).await.is_ok());
/// assert_eq!(person.asked(), ["set the colour to green"; 2]);
/// assert_eq!(person.left(), 0);
/// # });
/// ```
///
/// # An answer that the test holds back
///
/// [`held`](Self::held) keeps an answer until the test calls
/// [`release`](Self::release): after a deadline, after another call, or after the
/// test has changed something. No clock has to be waited for.
///
/// ```
/// use std::time::Duration;
/// use futures_lite::future;
/// use openpass_auth::{Authenticator, Challenge, Factor, FactorSet, SafeText, Script};
///
/// let person = Script::new().yes(Factor::Biometry).held();
/// let what = SafeText::literal("open the door");
/// let accepts = FactorSet::only(Factor::Biometry);
/// let challenge = Challenge::new(what, accepts, Duration::from_secs(60));
/// # future::block_on(async {
/// let mut asking = person.authenticate(&challenge);
/// assert!(future::poll_once(&mut asking).await.is_none());
/// assert_eq!(person.on_show(), 1);
/// person.release();
/// assert!(asking.await.is_ok());
/// # });
/// ```
///
/// # What it takes care of
///
/// It keeps the contract of [`Authenticator`](crate::Authenticator), with one
/// exception: a held yes that is released past the deadline is a yes still, so
/// that a test sees whether what stands around it refuses it.
///
/// When all is used up, it is available still, and answers
/// [`Unavailable::NotSupported`]: a test that asks more often than it planned sees
/// a refusal.
#[derive(Debug, Clone, Default)]
pub struct Script(Arc<Stage>);

impl Script {
    /// A person who does nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A person who calls the first prompt off.
    #[must_use]
    pub fn no() -> Self {
        Self::new().cancels()
    }

    /// A person who gives `answers` by `factor`, in order: for tests that go
    /// through tables. `Ok` is a [`yes`](Self::yes), and the others as
    /// [`fails`](Self::fails).
    #[must_use]
    pub fn answering(
        factor: Factor,
        answers: impl IntoIterator<Item = Result<(), AuthError>>,
    ) -> Self {
        let script = Self::new().declaring(factor);
        answers
            .into_iter()
            .fold(script, |script, answer| match answer {
                Ok(()) => script.yes(factor),
                Err(error) => script.fails(error),
            })
    }

    /// Next, the person gives the right answer by `factor`.
    #[must_use]
    pub fn yes(self, factor: Factor) -> Self {
        self.then(Answer::Yes(factor))
    }

    /// Next, the person gives a wrong answer by `factor`.
    #[must_use]
    pub fn wrong(self, factor: Factor) -> Self {
        self.fails(AuthError::Rejected { factor })
    }

    /// Next, the person calls the prompt off.
    #[must_use]
    pub fn cancels(self) -> Self {
        self.fails(AuthError::Cancelled(CancelledBy::Person))
    }

    /// Next, a prompt is shown, and this comes of it.
    #[must_use]
    pub fn fails(self, error: AuthError) -> Self {
        self.then(Answer::Fails(error))
    }

    /// Next, nobody can be asked, for `reason`, and no prompt is shown.
    #[must_use]
    pub fn unavailable(self, reason: Unavailable) -> Self {
        self.then(Answer::Unavailable(reason))
    }

    /// Next, the person never answers: the prompt is up until it is dropped.
    #[must_use]
    pub fn silent(self) -> Self {
        self.then(Answer::Silence)
    }

    /// Holds the answer that was written last until [`release`](Self::release).
    /// Where none is written, and for [`unavailable`](Self::unavailable), there is
    /// nothing to hold.
    #[must_use]
    pub fn held(self) -> Self {
        self.0.change(|state| {
            if let Some(step) = state.steps.back_mut() {
                step.held = true;
            }
        });
        self
    }

    /// Names `reference` as what each yes was checked against
    /// ([`Evidence::reference`](crate::Evidence::reference)).
    #[must_use]
    pub fn with_reference(self, reference: impl Into<String>) -> Self {
        self.0
            .change(|state| state.reference = Some(reference.into()));
        self
    }

    /// Declares `factor` too. It declares the factors of its answers anyway;
    /// where none names one, every factor.
    #[must_use]
    pub fn declaring(self, factor: Factor) -> Self {
        self.0.change(|state| state.declare(factor));
        self
    }

    fn then(self, answer: Answer) -> Self {
        self.0.change(|state| {
            if let Some(factor) = answer.factor() {
                state.declare(factor);
            }
            state.steps.push_back(Step::new(answer));
        });
        self
    }
}

/// The methods that a test calls while the person is asked.
impl Script {
    /// Lets one held answer go: the one that is held now, or else the next.
    pub fn release(&self) {
        self.0.change(|state| state.released += 1);
    }

    /// Waits until so many prompts have been shown in all.
    pub async fn until_asked(&self, prompts: usize) {
        self.until(|state| state.asked.len() >= prompts).await;
    }

    /// Waits until so many prompts have been dismissed in all.
    pub async fn until_dismissed(&self, prompts: usize) {
        self.until(|state| state.dismissed >= prompts).await;
    }

    async fn until(&self, holds: impl Fn(&State) -> bool) {
        let wait = |context: &mut core::task::Context<'_>| {
            let mut state = self.0.state();
            if holds(&state) {
                return Poll::Ready(());
            }
            state.wake_on_change(context.waker());
            Poll::Pending
        };
        poll_fn(wait).await;
    }
}

/// The methods that a test calls afterwards.
impl Script {
    /// The questions that the person was asked, prompt by prompt. Each can be
    /// compared with its statement.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.0.state().asked.clone()
    }

    /// The number of prompts that are on show now.
    #[must_use]
    pub fn on_show(&self) -> usize {
        self.0.state().on_show
    }

    /// The number of prompts that were dropped before the person had answered.
    #[must_use]
    pub fn dismissed(&self) -> usize {
        self.0.state().dismissed
    }

    /// The number of steps of the script that are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.0.state().steps.len()
    }

    fn declared(&self) -> FactorSet {
        let declared = self.0.state().declares;
        if declared.is_empty() {
            FactorSet::from_iter(Factor::ALL)
        } else {
            declared
        }
    }
}

//! The joint between a guard and whatever can ask a person.

use core::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    AuthError, Challenge, Evidence, FactorSet, Guesses, PromptPlace, Unavailable, combinator,
};

/// Asks one person one question and proves the answer.
///
/// # Contract
///
/// The suite in the module `contract` (feature `contract`) checks all
/// of this; every authenticator's own tests run it.
///
/// - It proves only what [`factors`](Self::factors) declares.
/// - A challenge that accepts none of its factors is answered with
///   [`Unavailable::FactorNotAccepted`], and nobody is asked.
/// - A challenge past its deadline is answered with [`AuthError::TimedOut`],
///   and nobody is asked.
/// - Each call asks anew. A yes is never remembered.
/// - No secret leaves it: not in the evidence, the error or the `Debug` text.
///
/// # Cancellation
///
/// Dropping the future dismisses the prompt at once and restores whatever the
/// prompt changed; an answer that comes later counts for nothing.
///
/// # Threads and runtimes
///
/// The future runs under any executor. An implementation that must block does
/// so on a thread of its own ([`Blocking`](crate::Blocking)), never inside `poll`.
#[async_trait]
pub trait Authenticator: Debug + Send + Sync {
    /// A short, fixed name for logs and messages, such as `touch-id`.
    fn name(&self) -> &'static str;

    /// The factors that this authenticator can prove: one for a leaf, several
    /// for a combinator.
    fn factors(&self) -> FactorSet;

    /// Returns the places in which the authenticator would show a prompt for
    /// `challenge`. While its prompt is up, there is no other prompt in these places.
    /// The list is empty for an authenticator that shows no prompt.
    ///
    /// By default an authenticator shows its prompt anywhere: nothing else in the
    /// process asks anybody until that prompt is gone. A host whose authenticator
    /// reaches many people names the place of the person that `challenge` is for.
    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        let _ = challenge;
        vec![PromptPlace::anywhere()]
    }

    /// Whether the authenticator could ask somebody now, without asking.
    ///
    /// It may block: it looks for a terminal, reads settings, asks a system
    /// service. Inside a future, call it by way of [`Blocking`](crate::Blocking);
    /// the combinators of this crate do.
    ///
    /// A yes is no promise: the state may change before
    /// [`authenticate`](Self::authenticate) is called.
    ///
    /// # Errors
    ///
    /// The reason why nobody could be asked.
    fn available(&self) -> Result<(), Unavailable>;

    /// Puts `challenge` to the person and waits for the answer.
    ///
    /// # Errors
    ///
    /// - [`AuthError::Unavailable`]: nobody was asked, or the person chose
    ///   another way; only this lets a combinator try the next authenticator.
    /// - [`AuthError::Rejected`]: the person answered by one of its factors,
    ///   and it was wrong.
    /// - [`AuthError::Cancelled`]: the person or the system called it off.
    /// - [`AuthError::TimedOut`]: the deadline passed.
    /// - [`AuthError::LockedOut`]: too many failures; wait.
    /// - [`AuthError::Backend`]: something broke. Never read as a yes.
    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError>;

    /// As [`authenticate`](Self::authenticate), for an answer that can be
    /// guessed: it is counted by `guesses` before it is verified.
    ///
    /// By default the answer is counted before anybody is asked. An authenticator that
    /// knows when the answer is there counts it then ([`Guesses::begin`]), so that
    /// ending the program while the prompt is up is no wrong answer.
    ///
    /// # Errors
    ///
    /// As `authenticate`; [`AuthError::LockedOut`] if the answer may not be counted and
    /// [`AuthError::Backend`] if it cannot be counted, and then it is not verified.
    async fn authenticate_counted(
        &self,
        challenge: &Challenge,
        guesses: &Guesses,
    ) -> Result<Evidence, AuthError> {
        let guess = guesses.begin_elsewhere().await?;
        let outcome = self.authenticate(challenge).await;
        let counts = matches!(&outcome, Ok(evidence) if combinator::counts(evidence, challenge));
        guess.settle(&outcome, counts).await?;
        outcome
    }
}

/// An authenticator that several callers share is an authenticator as well.
#[async_trait]
impl<A: Authenticator + ?Sized> Authenticator for Arc<A> {
    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn factors(&self) -> FactorSet {
        (**self).factors()
    }

    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        (**self).places(challenge)
    }

    fn available(&self) -> Result<(), Unavailable> {
        (**self).available()
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        (**self).authenticate(challenge).await
    }

    async fn authenticate_counted(
        &self,
        challenge: &Challenge,
        guesses: &Guesses,
    ) -> Result<Evidence, AuthError> {
        (**self).authenticate_counted(challenge, guesses).await
    }
}

#[cfg(feature = "mockall")]
mockall::mock! {
    #[derive(Debug)]
    pub Authenticator {}

    #[async_trait]
    impl Authenticator for Authenticator {
        fn name(&self) -> &'static str;
        fn factors(&self) -> FactorSet;
        fn available(&self) -> Result<(), Unavailable>;
        async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError>;
    }
}

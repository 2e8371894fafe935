//! A pause for a requester whose prompts come to nothing.

use core::fmt::Debug;
use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

use crate::{
    AttemptStore, AuthError, Authenticator, CancelledBy, Challenge, Clock, Confirmation, Delays,
    Evidence, FactorSet, PromptPlace, Unavailable,
    attempts::{Book, Hold, NotNow, Reservation, Rule, TallyKind},
};

/// The requester, as far as prompts are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new kind of asker must break the builds that count prompts"
)]
pub enum Asker {
    /// The person, with a command of their own.
    Person,
    /// The agent of this name.
    Agent(String),
}

impl Asker {
    /// The agent called `name`.
    #[must_use]
    pub fn agent(name: impl Into<String>) -> Self {
        Self::Agent(name.into())
    }
}

/// Keeps prompts from being put to a person over and over until a yes comes.
///
/// Each principal that asks is counted apart, so that what an agent's prompts
/// come to never holds up the person's own commands. It holds for whatever
/// asks through the same [`AttemptStore`], in every process.
///
/// # For a person's own commands
///
/// Wrap each dialog ([`Asker::Person`], the default), never a prompt on the
/// person's own terminal: what they decline there they asked for themselves.
/// After the second dialog in a row that came to nothing there is none for 30
/// seconds, and for twice as long after each further one, up to 15 minutes. It
/// is [`Unavailable::CoolingDown`] meanwhile, so that a chain goes on to the
/// terminal. An approval makes them forgotten, and so does an hour without one.
///
/// # For an agent
///
/// Wrap all that asks on its behalf ([`for_asker`](Self::for_asker)). After the
/// second prompt in a row that came to nothing there is no other,
/// [`Unavailable::UntilAPersonActs`], so that a host can leave the request for
/// a person. Time alone does not end that. An approval does; so does
/// [`Attempts::a_person_acted_on`](crate::Attempts::a_person_acted_on), which
/// hosts call when a person approves or denies a request of that agent, and any
/// proof that a person gives through [`Presence`](crate::Presence).
///
/// # What comes to nothing
///
/// A prompt comes to nothing if
///
/// - the person called it off ([`CancelledBy::Person`]),
/// - the program called it off ([`CancelledBy::Host`], or the future was dropped),
/// - nobody answered it before its deadline, or
/// - its process was killed.
///
/// If these did not count, a client that cancels or waits and asks again could put up
/// as many dialogs as it likes.
///
/// What was refused without a prompt does not count, nor does a wrong answer, or a
/// prompt that the system withdrew. As with [`AttemptLimit`](crate::AttemptLimit), a
/// prompt is counted before it is shown and given back if it does not count, and clocks
/// are treated the same way.
///
/// # Errors
///
/// What cannot be read, understood or kept is an [`AuthError::Backend`], and
/// nobody is asked.
#[derive(Debug)]
pub struct CoolDown<A: ?Sized> {
    book: Book,
    inner: Arc<A>,
}

impl<A: ?Sized> CoolDown<A> {
    /// After this many prompts in a row that came to nothing, an agent gets no other.
    const MOST_OF_AN_AGENT: u32 = 2;

    /// Limits the prompts by which `inner` asks a person for their own
    /// commands, and remembers them in `store`.
    #[must_use]
    pub fn new(inner: Arc<A>, store: Arc<dyn AttemptStore>) -> Self {
        let rule = Rule {
            kind: TallyKind::Declines,
            until_acted_from: None,
            delays: Delays::new(2, Duration::from_secs(30), Duration::from_secs(15 * 60)),
            daily_from: None,
            forgotten_after: Some(Duration::from_secs(60 * 60)),
        };
        Self {
            book: Book::new(store, rule),
            inner,
        }
    }

    /// Counts what `asker` asks for.
    #[must_use]
    pub fn for_asker(mut self, asker: Asker) -> Self {
        if let Asker::Agent(name) = asker {
            let rule = &mut self.book.rule;
            rule.kind = TallyKind::Agent(name);
            rule.until_acted_from = Some(Self::MOST_OF_AN_AGENT);
            rule.forgotten_after = None;
        }
        self
    }

    /// Waits by `delays` instead.
    #[must_use]
    pub fn with_delays(mut self, delays: Delays) -> Self {
        self.book.rule.delays = delays;
        self
    }

    /// Reads the time from `clock`.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.book.clock = clock;
        self
    }

    async fn reserve(&self) -> Result<Prompt, AuthError> {
        let counted = self.book.reserve().await;
        let counted = counted.map_err(|not_now| match not_now {
            NotNow::Hold(Hold::For(retry_after)) => {
                AuthError::Unavailable(Unavailable::CoolingDown { retry_after })
            }
            NotNow::Hold(Hold::UntilActed) => Unavailable::UntilAPersonActs.into(),
            NotNow::Broken(error) => error.into(),
        })?;
        Ok(Prompt {
            counted: Some(counted),
        })
    }
}

/// A prompt that is counted, until its outcome is known.
struct Prompt {
    counted: Option<Reservation>,
}

impl Prompt {
    /// Settles the prompt by its outcome. `is_yes` is for an approval that counts.
    async fn settle<T>(
        mut self,
        outcome: &Result<T, AuthError>,
        is_yes: bool,
    ) -> Result<(), AuthError> {
        let Some(counted) = self.counted.take() else {
            return Ok(());
        };
        match outcome {
            Ok(_) if is_yes => counted.clear().await?,
            Err(
                AuthError::Cancelled(CancelledBy::Person | CancelledBy::Host) | AuthError::TimedOut,
            ) => counted.keep(),
            _ => counted.give_back().await,
        }
        Ok(())
    }
}

impl Drop for Prompt {
    fn drop(&mut self) {
        // Called off, or the deadline passed: at either somebody was disturbed
        // for nothing.
        if let Some(counted) = self.counted.take() {
            counted.keep();
        }
    }
}

#[async_trait]
impl<A: Authenticator + ?Sized + 'static> Authenticator for CoolDown<A> {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn factors(&self) -> FactorSet {
        self.inner.factors()
    }

    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        self.inner.places(challenge)
    }

    fn available(&self) -> Result<(), Unavailable> {
        self.inner.available()
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        super::can_be_asked(&self.inner, challenge).await?;
        let prompt = self.reserve().await?;
        let outcome = self.inner.authenticate(challenge).await;
        let is_yes = matches!(&outcome, Ok(evidence) if super::counts(evidence, challenge));
        prompt.settle(&outcome, is_yes).await?;
        outcome
    }
}

#[async_trait]
impl<A: Confirmation + ?Sized> Confirmation for CoolDown<A> {
    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        self.inner.places(challenge)
    }

    async fn confirm(&self, challenge: &Challenge) -> Result<(), AuthError> {
        challenge.still_open()?;
        let prompt = self.reserve().await?;
        let outcome = self.inner.confirm(challenge).await;
        prompt
            .settle(&outcome, challenge.still_open().is_ok())
            .await?;
        outcome
    }
}

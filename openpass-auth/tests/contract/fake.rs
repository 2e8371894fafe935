//! An authenticator that keeps its contract, but for the one flaw it is given.

use core::fmt;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use async_trait::async_trait;
use futures_channel::oneshot;
use futures_lite::future;
use futures_timer::Delay;
use openpass_auth::{
    AuthError, Authenticator, BackendError, CancelledBy, Challenge, Evidence, Factor, FactorSet,
    Unavailable, contract::Scenario,
};

use crate::{
    flaws::{Flaw, Wrapped},
    stage::{Prompt, RIGHT, Screen},
};

const OWN: Factor = Factor::Passphrase;

pub(crate) struct Fake {
    scenario: Scenario,
    pub(crate) flaw: Option<Flaw>,
    screen: Arc<Screen>,
    calls: AtomicUsize,
    /// The answer that was taken last: none counts twice.
    taken: Mutex<Option<usize>>,
    kept: Mutex<Option<Evidence>>,
    /// Where a stale answer is looked for.
    left_over: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Fake {
    pub(crate) fn new(scenario: Scenario, flaw: Option<Flaw>, screen: &Arc<Screen>) -> Self {
        Self {
            scenario,
            flaw,
            screen: Arc::clone(screen),
            calls: AtomicUsize::new(0),
            taken: Mutex::default(),
            kept: Mutex::default(),
            left_over: Mutex::default(),
        }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    fn admits(&self, challenge: &Challenge) -> Result<(), AuthError> {
        let any_factor = self.has(Flaw::AsksForAnyFactor) && !challenge.accepts().contains(OWN);
        let too_late = self.has(Flaw::AsksPastTheDeadline) && challenge.time_left().is_zero();
        if any_factor || too_late {
            return Ok(());
        }
        challenge.admits(OWN)
    }

    /// What the person gives: the number of a code, or a word about it.
    async fn person(&self, call: usize) -> Result<usize, AuthError> {
        match self.scenario {
            Scenario::Approves => Ok(call),
            Scenario::RepeatsAnswer => Ok(0),
            Scenario::AnswersWrongly => Err(self.wrong()),
            Scenario::Cancels if self.has(Flaw::TakesACancelForTheEndOfTime) => {
                Err(AuthError::TimedOut)
            }
            Scenario::Cancels if self.has(Flaw::TakesACancelForAnotherWay) => {
                Err(Unavailable::PassphraseChosen.into())
            }
            Scenario::Cancels => Err(AuthError::Cancelled(CancelledBy::Person)),
            Scenario::AnswersLate if self.has(Flaw::TakesAnEarlierAnswer) => {
                self.left_over().await;
                Ok(call)
            }
            Scenario::AnswersLate => {
                let _ = self.screen.late_answer().await;
                Ok(call)
            }
            _ if self.has(Flaw::TakesSilenceForANo) => Err(self.wrong()),
            _ if self.has(Flaw::TakesSilenceForAYes) => Ok(call),
            _ => future::pending().await,
        }
    }

    fn wrong(&self) -> AuthError {
        match self.flaw {
            Some(Flaw::FallsThroughAWrongAnswer) => Unavailable::NoVerifier.into(),
            Some(Flaw::NamesAnotherFactor) => AuthError::Rejected {
                factor: Factor::Biometry,
            },
            _ => AuthError::Rejected { factor: OWN },
        }
    }

    fn evidence(&self, challenge: &Challenge) -> Evidence {
        let own = Evidence::assertion(challenge, OWN);
        match self.flaw {
            Some(Flaw::AnswersAnother) => {
                let accepts = challenge.accepts();
                let left = challenge.time_left();
                let another = Challenge::new(challenge.summary().clone(), accepts, left);
                Evidence::assertion(&another, OWN)
            }
            Some(Flaw::EvidenceAheadOfTime) => {
                self.kept.lock().unwrap().replace(own).unwrap_or_else(|| {
                    // The first call has nothing to hand on.
                    Evidence::assertion(challenge, OWN)
                })
            }
            Some(Flaw::ProvesAnotherFactor) => Evidence::assertion(challenge, Factor::Biometry),
            Some(Flaw::SecretInEvidence) => {
                let part: String = RIGHT.chars().skip(2).take(10).collect();
                own.with_reference(format!("by {part}"))
            }
            _ => own,
        }
    }

    async fn ask(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let call = self.calls.fetch_add(1, SeqCst);
        if self.has(Flaw::RemembersAYes) && call > 0 && self.scenario == Scenario::Approves {
            return Ok(Evidence::assertion(challenge, OWN));
        }
        if self.has(Flaw::AvailableAndThenNot) {
            return Err(Unavailable::NoTerminal.into());
        }
        let prompt = self.screen.show();
        let _again = self.has(Flaw::AsksTwice).then(|| self.screen.show());
        if self.scenario == Scenario::StaysSilent {
            if self.has(Flaw::BlocksInPoll) {
                block_for_ever();
            }
            if self.has(Flaw::BlocksInDrop) {
                let _blocks = BlocksInDrop;
                // Taken down before that, so that nothing but the drop is wrong.
                let _prompt = prompt;
                return future::pending().await;
            }
            if self.has(Flaw::TakesTheDeadlineForANo) {
                Delay::new(challenge.time_left()).await;
                return Err(self.wrong());
            }
            if self.has(Flaw::LeavesThePromptOpen) {
                return leave_open(prompt).await;
            }
        }
        let answer = self.person(call).await?;
        self.in_time(challenge)?;
        let before = self.taken.lock().unwrap().replace(answer);
        if before == Some(answer) && !self.has(Flaw::TakesACodeTwice) {
            return Err(AuthError::Rejected { factor: OWN });
        }
        Ok(self.evidence(challenge))
    }

    fn in_time(&self, challenge: &Challenge) -> Result<(), AuthError> {
        match (self.flaw, challenge.still_open()) {
            (Some(Flaw::SaysYesTooLate), _) => Ok(()),
            (Some(Flaw::SecretInAnError), Err(_)) => {
                Err(BackendError::new(format!("{RIGHT:?} came too late")).into())
            }
            (Some(Flaw::SecretInASource), Err(_)) => {
                Err(BackendError::caused_by("it came too late", ShowsIt).into())
            }
            (_, in_time) => in_time,
        }
    }

    /// Waits where the answer to the call before would come: that is the flaw.
    async fn left_over(&self) {
        let before = self.left_over.lock().unwrap().take();
        if before.is_some_and(is_there) {
            return;
        }
        *self.left_over.lock().unwrap() = Some(self.screen.late_answer());
        future::pending().await
    }
}

/// An error whose `Debug` keeps what its `Display` says, bytes of it.
struct ShowsIt;

impl fmt::Debug for ShowsIt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShowsIt")
    }
}

impl fmt::Display for ShowsIt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "read {:?}", RIGHT.as_bytes())
    }
}

impl std::error::Error for ShowsIt {}

fn is_there(mut answer: oneshot::Receiver<()>) -> bool {
    matches!(answer.try_recv(), Ok(Some(())))
}

/// What a lock that nobody lets go of does.
fn block_for_ever() {
    loop {
        std::thread::park();
    }
}

struct BlocksInDrop;

impl Drop for BlocksInDrop {
    fn drop(&mut self) {
        block_for_ever();
    }
}

/// As a thread that looks at nothing but its deadline.
async fn leave_open(prompt: Prompt) -> Result<Evidence, AuthError> {
    std::mem::forget(prompt);
    future::pending().await
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Fake");
        match self.flaw.and_then(|flaw| flaw.shown_by_debug()) {
            Some(Wrapped::Bytes(bytes)) => shown.field("answer", &bytes),
            Some(Wrapped::Text(text)) => shown.field("answer", &text),
            None => &mut shown,
        }
        .finish_non_exhaustive()
    }
}

#[async_trait]
impl Authenticator for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn factors(&self) -> FactorSet {
        if self.has(Flaw::DeclaresTwoFactors) {
            return FactorSet::from_iter(Factor::ALL);
        }
        FactorSet::only(OWN)
    }

    fn available(&self) -> Result<(), Unavailable> {
        match self.flaw {
            Some(Flaw::AsksThoughNotAvailable) => Err(Unavailable::NoTerminal),
            Some(Flaw::AvailableShowsAPrompt) => {
                drop(self.screen.show());
                Ok(())
            }
            Some(Flaw::SecretInUnavailable) => Err(Unavailable::ShowsNoDialog {
                what: openpass_auth::SafeText::escape(RIGHT),
            }),
            _ => Ok(()),
        }
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        self.admits(challenge)?;
        self.ask(challenge).await
    }
}

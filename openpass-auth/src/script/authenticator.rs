//! The script, asked as an authenticator.

use core::future::{pending, poll_fn};
use core::task::Poll;

use async_trait::async_trait;

use crate::{AuthError, Authenticator, Challenge, Evidence, FactorSet, Unavailable};

use super::{Answer, Asked, Script, Stage, Step};

impl Script {
    /// Takes the next step, if the step can answer `challenge`.
    fn next(&self, challenge: &Challenge) -> Result<Step, AuthError> {
        self.0.change(|state| match state.steps.front() {
            None => Err(Unavailable::NotSupported.into()),
            Some(step) if !step.answers(challenge) => Err(Unavailable::FactorNotAccepted.into()),
            Some(_) => state
                .steps
                .pop_front()
                .ok_or_else(|| Unavailable::NotSupported.into()),
        })
    }

    fn show(&self, challenge: &Challenge) -> OnShow<'_> {
        self.0.change(|state| {
            state.asked.push(Asked::new(challenge));
            state.on_show += 1;
        });
        OnShow {
            stage: &self.0,
            answered: false,
        }
    }

    async fn released(&self) {
        poll_fn(|context| {
            let mut state = self.0.state();
            match state.released.checked_sub(1) {
                Some(left) => {
                    state.released = left;
                    Poll::Ready(())
                }
                None => {
                    state.wake_on_change(context.waker());
                    Poll::Pending
                }
            }
        })
        .await;
    }

    fn evidence(&self, challenge: &Challenge, factor: crate::Factor) -> Evidence {
        let evidence = Evidence::assertion(challenge, factor);
        match &self.0.state().reference {
            Some(reference) => evidence.with_reference(reference.as_str()),
            None => evidence,
        }
    }
}

/// A prompt that is up.
struct OnShow<'a> {
    stage: &'a Stage,
    answered: bool,
}

impl Drop for OnShow<'_> {
    fn drop(&mut self) {
        self.stage.change(|state| {
            state.on_show = state.on_show.saturating_sub(1);
            state.dismissed += usize::from(!self.answered);
        });
    }
}

#[async_trait]
impl Authenticator for Script {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn factors(&self) -> FactorSet {
        self.declared()
    }

    fn available(&self) -> Result<(), Unavailable> {
        match self.0.state().steps.front() {
            Some(Step {
                answer: Answer::Unavailable(reason),
                ..
            }) => Err(reason.clone()),
            // Also where nothing is left: what stands around it, and would ask nobody
            // for a reason of its own, has to say so itself.
            _ => Ok(()),
        }
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        if self.declared().intersection(challenge.accepts()).is_empty() {
            return Err(Unavailable::FactorNotAccepted.into());
        }
        challenge.still_open()?;
        let step = self.next(challenge)?;
        if let Answer::Unavailable(reason) = step.answer {
            return Err(reason.into());
        }
        let mut prompt = self.show(challenge);
        if step.held {
            self.released().await;
        }
        match step.answer {
            Answer::Silence => pending().await,
            Answer::Yes(factor) => {
                prompt.answered = true;
                Ok(self.evidence(challenge, factor))
            }
            Answer::Fails(error) => {
                prompt.answered = true;
                Err(error)
            }
            Answer::Unavailable(reason) => Err(reason.into()),
        }
    }
}

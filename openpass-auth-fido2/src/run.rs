//! Prompt and key, each on a thread of its own.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use openpass_auth::{AuthError, BackendError, Blocking, Challenge, Guess, Guesses, Settling};
use openpass_auth_passphrase::{Cancel, Question};

use crate::{Key, KeyError, KeyPrompt, Pin, Touch, Verifies, touch::contained};

/// Does `work` on a thread of its own, for `limit` at the most. Dropping the future
/// calls it off.
pub(crate) async fn on_a_thread<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce(&Cancel) -> Result<T, AuthError> + Send + 'static,
) -> Result<T, AuthError> {
    let cancel = Cancel::new();
    // The terminal is given back before the drop returns, which only a cancel can do.
    let _calls_off = CallsOff(cancel.clone());
    let answer = Blocking::start("openpass-key", move || work(&cancel))?;
    answer.within(limit).await?
}

struct CallsOff(Cancel);

impl Drop for CallsOff {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Puts `question` to the person, and has `key` do `work` with the PIN that they type.
/// The key waits for no touch any more when this returns.
pub(crate) fn put<T: Send + 'static>(
    prompt: &dyn KeyPrompt,
    question: &Question,
    cancel: &Cancel,
    key: &Key,
    counting: Option<Counting>,
    work: impl FnOnce(Option<&Pin>, &Cancel) -> Result<T, KeyError> + Send + 'static,
) -> Result<T, AuthError> {
    let needs_pin = match key.verifies {
        Verifies::Pin => true,
        Verifies::BuiltIn => false,
        Verifies::Not(why) => return Err(why.unasked().into()),
    };
    let stop = Cancel::new();
    let stops = stop.clone();
    cancel.on_cancel(move || stops.cancel());
    let counting = counting.filter(|_| needs_pin);
    let (tells, told) = mpsc::channel();
    let stopped = stop.clone();
    let touch = Touch::new(needs_pin, move |pin| {
        let ask = || contained(|| work(pin.as_ref(), &stopped));
        let answer = match &counting {
            Some(counting) => counting.count(ask),
            None => Ok(ask()),
        };
        drop(pin);
        let said = match &answer {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(why)) => Err(*why),
            Err(_) => Err(KeyError::NotCounted),
        };
        // Nobody listens once the question is over: it counts for nothing then.
        drop(tells.send(answer));
        said
    });
    let answered = prompt.ask(question, cancel, touch);
    stop.cancel();
    match (answered, told.try_recv()) {
        (_, Ok(Err(not_counted))) => Err(not_counted),
        (Err(why), _) => Err(why),
        (Ok(()), Ok(Ok(answer))) => Ok(answer?),
        (Ok(()), Err(_)) => {
            let message = "the prompt ended before the security key had answered";
            Err(BackendError::new(message).into())
        }
    }
}

/// Counts a PIN before the key looks at it.
pub(crate) struct Counting {
    guesses: Guesses,
    settling: Settling,
    deadline: Instant,
}

impl Counting {
    pub(crate) fn new(guesses: &Guesses, challenge: &Challenge) -> Self {
        Self {
            guesses: guesses.clone(),
            settling: challenge.settling(),
            deadline: challenge.deadline(),
        }
    }

    /// Counts the answer of the key, and returns it. The outer error says that it could
    /// not be counted.
    fn count<T>(
        &self,
        ask: impl FnOnce() -> Result<T, KeyError>,
    ) -> Result<Result<T, KeyError>, AuthError> {
        // A program that ends when the question does waits until this is settled.
        let settling = self.settling.begin();
        let guess = self.guesses.begin()?;
        let said = ask();
        self.settle(guess, said.as_ref().err())?;
        drop(settling);
        Ok(said)
    }

    fn settle(&self, guess: Guess, error: Option<&KeyError>) -> Result<(), AuthError> {
        match error {
            // A late yes counts for nothing, and clears nothing.
            None if Instant::now() < self.deadline => guess.was_right()?,
            Some(KeyError::PinWrong { .. } | KeyError::PinBlocked | KeyError::PinAuthBlocked) => {
                guess.was_wrong();
            }
            // It told nothing of the PIN.
            _ => drop(guess),
        }
        Ok(())
    }
}

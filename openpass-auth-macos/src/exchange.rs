//! One question's life: asked, then settled once, by whatever comes first.

use std::{
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError},
    time::Instant,
};

use openpass_auth::{AuthError, BackendError, CancelledBy};

use crate::la_error::Failure;

/// The answer of the system.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A finger or a face matched.
    Yes,
    /// Anything else.
    No(Failure),
}

#[derive(Debug)]
enum Event {
    Answered(Answer),
    /// The system let go of the reply block.
    LetGo,
    /// The future was dropped.
    CalledOff,
}

/// Opens an exchange that ends at `deadline`: one end waits, one belongs to
/// the reply block, one to the future.
pub(crate) fn open(deadline: Instant) -> (Exchange, Reply, CallOff) {
    let (tell, inbox) = mpsc::channel();
    let exchange = Exchange { inbox, deadline };
    (exchange, Reply(tell.clone()), CallOff(tell))
}

/// The waiting end. It settles once; what comes later finds nobody.
#[derive(Debug)]
pub(crate) struct Exchange {
    inbox: Receiver<Event>,
    deadline: Instant,
}

impl Exchange {
    /// Whether it still makes sense to ask. Called right before the dialog.
    pub(crate) fn still_wanted(&self) -> Result<(), AuthError> {
        let first = match self.inbox.try_recv() {
            Err(TryRecvError::Empty) if Instant::now() < self.deadline => return Ok(()),
            Err(TryRecvError::Empty) => Err(RecvTimeoutError::Timeout),
            Err(TryRecvError::Disconnected) => Err(RecvTimeoutError::Disconnected),
            Ok(event) => Ok(event),
        };
        // An answer before the question is none.
        settle(first, false)
    }

    /// Waits for the first event or the deadline. Only a yes in time is `Ok`.
    pub(crate) fn answer(self) -> Result<(), AuthError> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let first = self.inbox.recv_timeout(left);
        settle(first, Instant::now() < self.deadline)
    }
}

fn settle(first: Result<Event, RecvTimeoutError>, in_time: bool) -> Result<(), AuthError> {
    match first {
        Ok(Event::CalledOff) => Err(AuthError::Cancelled(CancelledBy::Host)),
        _ if !in_time => Err(AuthError::TimedOut),
        Ok(Event::Answered(Answer::Yes)) => Ok(()),
        Ok(Event::Answered(Answer::No(failure))) => Err(failure.cause()),
        Err(RecvTimeoutError::Timeout) => Err(AuthError::TimedOut),
        Ok(Event::LetGo) | Err(RecvTimeoutError::Disconnected) => {
            Err(BackendError::new("the system dropped the question without an answer").into())
        }
    }
}

/// The reply block's end. Dropping it without an answer ends the exchange.
#[derive(Debug)]
pub(crate) struct Reply(Sender<Event>);

impl Reply {
    /// Hands the answer over; from any thread, and at any time.
    pub(crate) fn give(&self, answer: Answer) {
        // Nobody listens any more: the answer is late, and counts for nothing.
        drop(self.0.send(Event::Answered(answer)));
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        // After an answer this is the second event, which nobody reads.
        drop(self.0.send(Event::LetGo));
    }
}

/// The future's end: dropping it calls the question off.
#[derive(Debug)]
pub(crate) struct CallOff(Sender<Event>);

impl Drop for CallOff {
    fn drop(&mut self) {
        drop(self.0.send(Event::CalledOff));
    }
}

#[cfg(test)]
mod tests {
    use std::{thread, time::Duration};

    use openpass_auth::Factor;

    use super::*;

    fn in_a_minute() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[test]
    fn a_yes_in_time_is_the_only_success() {
        let (exchange, reply, _call_off) = open(in_a_minute());
        reply.give(Answer::Yes);
        assert!(exchange.answer().is_ok());

        let (exchange, reply, _call_off) = open(in_a_minute());
        reply.give(Answer::No(Failure::Code(-1)));
        assert!(matches!(
            exchange.answer(),
            Err(AuthError::Rejected {
                factor: Factor::Biometry
            })
        ));
    }

    #[test]
    fn case_33_a_late_yes_counts_for_nothing() {
        let (exchange, reply, _call_off) = open(Instant::now());
        reply.give(Answer::Yes);
        assert!(matches!(exchange.answer(), Err(AuthError::TimedOut)));
        // And after the end, nothing listens.
        reply.give(Answer::Yes);
    }

    #[test]
    fn case_33_silence_ends_at_the_deadline() {
        let (exchange, _reply, _call_off) = open(Instant::now() + Duration::from_millis(20));
        assert!(matches!(exchange.answer(), Err(AuthError::TimedOut)));
    }

    #[test]
    fn case_33_a_block_that_is_dropped_ends_the_wait_at_once() {
        let (exchange, reply, _call_off) = open(in_a_minute());
        drop(reply);
        assert!(matches!(exchange.answer(), Err(AuthError::Backend(_))));
    }

    #[test]
    fn the_first_event_wins() {
        let (exchange, reply, call_off) = open(in_a_minute());
        reply.give(Answer::No(Failure::Code(-1)));
        reply.give(Answer::Yes);
        drop(call_off);
        assert!(matches!(
            exchange.answer(),
            Err(AuthError::Rejected {
                factor: Factor::Biometry
            })
        ));

        let (exchange, reply, call_off) = open(in_a_minute());
        drop(call_off);
        reply.give(Answer::Yes);
        assert!(matches!(exchange.answer(), Err(AuthError::Cancelled(_))));
    }

    #[test]
    fn an_answer_from_another_thread_wakes_the_waiting_one() {
        let (exchange, reply, _call_off) = open(in_a_minute());
        let answering = thread::spawn(move || reply.give(Answer::Yes));
        assert!(exchange.answer().is_ok());
        answering.join().unwrap();
    }

    #[test]
    fn nothing_is_asked_once_it_is_called_off_or_too_late() {
        let (exchange, _reply, call_off) = open(in_a_minute());
        assert!(exchange.still_wanted().is_ok());
        drop(call_off);
        assert!(matches!(
            exchange.still_wanted(),
            Err(AuthError::Cancelled(CancelledBy::Host))
        ));
        let (exchange, _reply, _call_off) = open(Instant::now());
        assert!(matches!(exchange.still_wanted(), Err(AuthError::TimedOut)));
    }

    #[test]
    fn case_33_an_answer_that_comes_before_the_question_is_refused() {
        let (exchange, reply, _call_off) = open(in_a_minute());
        reply.give(Answer::Yes);
        assert!(exchange.still_wanted().is_err());
    }
}

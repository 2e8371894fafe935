//! The clauses that hold for every call.

use std::sync::Arc;

use crate::{AuthError, Authenticator, Blocking, Lost, Unavailable};

use super::{
    Clause, Violation,
    call::{Heard, Outcome},
    suite::{Question, SOON, Suite},
};

impl Suite<'_> {
    /// Checks what was heard by the clauses that hold for every call, and returns the
    /// answer, if there was one.
    pub(super) fn judge(
        &mut self,
        question: &Question,
        heard: Heard,
    ) -> Result<Option<Outcome>, Violation> {
        let outcome = match heard {
            Heard::Outcome(outcome) => Some(outcome),
            Heard::Nothing | Heard::Dropped => None,
            Heard::Stuck => {
                let found = format!(
                    "a person who {:?}: `poll` does not return",
                    question.scenario
                );
                return self.stuck_in(question, Violation::of(Clause::PollReturns, found));
            }
            Heard::Broke(Lost::Panicked { .. }) => {
                return Err(Violation::of(question.clause, "it panics"));
            }
            Heard::Broke(lost) => return Err(Violation::of(question.clause, lost.to_string())),
        };
        if let Some(place) = outcome
            .as_ref()
            .and_then(|said| self.secrets.place_in(said))
        {
            self.note(Err(leak(place)));
        }
        self.look_at(&question.authenticator, None);
        self.compare(question, outcome.as_ref())?;
        Ok(outcome)
    }

    pub(super) fn stuck_in<T>(
        &mut self,
        question: &Question,
        how: Violation,
    ) -> Result<T, Violation> {
        self.stuck.push((question.scenario, how.clone()));
        Err(how)
    }

    /// Reports a violation if `available` said something else than the call then did.
    fn compare(&mut self, question: &Question, outcome: Option<&Outcome>) -> Result<(), Violation> {
        let asked = self.prompts_of(question) > 0;
        match (&question.said, outcome) {
            (Err(reason), _) if asked => {
                let found = format!("`available` says no ({reason}), and then it asks");
                self.note(Err(Violation::of(Clause::Available, found)));
            }
            (Ok(()), Some(Err(AuthError::Unavailable(reason)))) if question.admitted && !asked => {
                let found = format!("`available` says yes, and then nobody is asked: {reason}");
                return Err(Violation::of(Clause::Available, found));
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn look_at(
        &mut self,
        authenticator: &Arc<dyn Authenticator>,
        reason: Option<&Unavailable>,
    ) {
        if self.secrets.are_in_debug(authenticator.as_ref()) {
            self.note(Err(leak("the authenticator's `Debug`")));
        }
        let told = |reason: &Unavailable| format!("{reason} {reason:?}");
        if reason.is_some_and(|reason| self.secrets.are_in(&told(reason))) {
            self.note(Err(leak("why it is not available")));
        }
    }
}

/// Calls `available` on a thread that the call may block, and returns its result.
pub(super) async fn availability(
    authenticator: &Arc<dyn Authenticator>,
) -> Result<Result<(), Unavailable>, Violation> {
    let asked = Arc::clone(authenticator);
    let available = async {
        let said = Blocking::start("contract-available", move || asked.available())?;
        said.within(SOON).await
    };
    available.await.map_err(|lost: Lost| {
        let found = format!("`available` does not answer: {lost}");
        Violation::of(Clause::Available, found)
    })
}

fn leak(place: &str) -> Violation {
    Violation::of(
        Clause::NoSecret,
        format!("{place} holds what the person types"),
    )
}

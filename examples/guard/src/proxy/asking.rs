//! Asks the gatekeeper, and does what follows from its decision.

use core::task::Poll;
use std::{panic::AssertUnwindSafe, sync::Arc};

use serde_json::Value;

use super::{
    answers,
    event::Event,
    flights::{Flight, Stage},
    gatekeeper::{Ended, Gatekeeper, Passed, Refused},
    id::Id,
    relay::Relay,
    tools::Tool,
};

/// The decision of a gatekeeper.
pub(super) type Decision = Result<Box<dyn Passed>, Refused>;

/// The step between two numbers of the relay's own progress: so small that the
/// server's, which follow, are larger.
const STEP: f64 = 1e-6;

impl Relay {
    /// Lets a task decide about a request. Its end is an event.
    pub(super) fn ask<F, D>(&mut self, id: &Id, tool: Option<Arc<Tool>>, decide: F)
    where
        F: FnOnce(Arc<dyn Gatekeeper>) -> D,
        D: Future<Output = Decision> + Send + 'static,
    {
        let deadline = self.after(self.settings.decision_time);
        let Some(flight) = self.flights.get_mut(id) else {
            return;
        };
        let (number, events) = (flight.number, self.events.clone());
        let decision = decide(Arc::clone(&self.gate));
        let task = tokio::spawn(async move {
            let event = Event::Decided {
                flight: number,
                decision: contained(decision).await,
            };
            if let Err(unheard) = events.send(event) {
                unheard.0.unheard();
            }
        });
        let task = task.abort_handle();
        flight.stage = Stage::Asking(task, tool);
        flight.deadline = deadline;
    }

    pub(super) fn event(&mut self, event: Event) {
        match event {
            Event::Decided { flight, decision } => self.decided(flight, decision),
            Event::Tells { flight, words } => self.tells(flight, &words),
        }
    }

    fn decided(&mut self, number: u64, decision: Decision) {
        let found = self.flights.id_of(number);
        let asking = |id: &Id| self.flights.get(id).is_some_and(Flight::is_asking);
        let Some(id) = found.filter(asking) else {
            // It was called off while the gatekeeper decided.
            if let Ok(passed) = decision {
                end(passed, Ended::NotSent);
            }
            return;
        };
        match decision {
            Ok(passed) => self.passed(&id, passed),
            Err(refused) => self.drop_refused(&id, &refused),
        }
    }

    fn passed(&mut self, id: &Id, passed: Box<dyn Passed>) {
        // It waits for a listing at most: how long that takes is not up to the server.
        let deadline = self.after(self.settings.list_time);
        let Some(flight) = self.flights.get_mut(id) else {
            return end(passed, Ended::NotSent);
        };
        match &flight.stage {
            Stage::Asking(_, Some(tool)) => {
                flight.stage = Stage::Passed(passed, Arc::clone(tool));
                flight.deadline = deadline;
                self.send_if_unchanged(id);
            }
            _ => self.send(id, passed),
        }
    }

    /// Sends the bytes that the client wrote.
    pub(super) fn send(&mut self, id: &Id, passed: Box<dyn Passed>) {
        let deadline = self.after(self.settings.call_time);
        let Some(flight) = self.flights.get_mut(id) else {
            return end(passed, Ended::NotSent);
        };
        flight.stage = Stage::Sent(Some(passed));
        flight.deadline = deadline;
        let line = core::mem::take(&mut flight.line);
        self.server.put(line);
    }

    /// Answers a request with a refusal, and forgets it.
    pub(super) fn drop_refused(&mut self, id: &Id, refused: &Refused) {
        if let Some(flight) = self.flights.remove(id) {
            self.refuse(id, &flight.what, refused);
            flight.end(Ended::NotSent);
        }
    }

    fn tells(&mut self, number: u64, words: &str) {
        let Some(id) = self.flights.id_of(number) else {
            return;
        };
        let Some(flight) = self
            .flights
            .get_mut(&id)
            .filter(|flight| flight.is_asking())
        else {
            return;
        };
        flight.told = flight.told.saturating_add(1);
        let progress = f64::from(flight.told) * STEP;
        if let Some(token) = flight.token.as_ref().filter(|token| is_token(token)) {
            let line = answers::progress(token, progress, words);
            self.client.put(line);
        }
    }
}

/// Whether this may be a progress token: a text or a whole number.
fn is_token(token: &Value) -> bool {
    token.is_string() || token.is_i64() || token.is_u64()
}

/// Tells a gatekeeper the end of what it passed. One that panics is not heard.
pub(super) fn end(passed: Box<dyn Passed>, how: Ended) {
    drop(std::panic::catch_unwind(AssertUnwindSafe(|| {
        passed.ended(how)
    })));
}

/// A decision, where a panic is a refusal.
async fn contained(decision: impl Future<Output = Decision>) -> Decision {
    let mut decision = core::pin::pin!(decision);
    core::future::poll_fn(|context| {
        let polled = AssertUnwindSafe(|| decision.as_mut().poll(context));
        // What panicked is not polled again.
        std::panic::catch_unwind(polled).unwrap_or_else(|_| Poll::Ready(Err(broken())))
    })
    .await
}

fn broken() -> Refused {
    Refused::new(
        "internal",
        "the guard broke while it decided; nothing was sent to the server",
    )
}

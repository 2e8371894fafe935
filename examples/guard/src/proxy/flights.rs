//! The client's requests that are not answered yet.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde_json::{Map, Value};
use tokio::{task::AbortHandle, time::Instant};

use super::{
    asking::end,
    gatekeeper::{Ended, Passed},
    id::Id,
    tools::Tool,
};

/// The largest number of abandoned requests whose late answers may come still.
const MOST_ABANDONED: usize = 4096;

/// One request of the client.
pub(super) struct Flight {
    /// A number that no other request of this process has.
    pub(super) number: u64,
    pub(super) what: What,
    pub(super) stage: Stage,
    /// The moment at which the present stage must be over.
    pub(super) deadline: Option<Instant>,
    /// The line that goes to the server, without its end.
    pub(super) line: Vec<u8>,
    /// The token under which the client wants progress.
    pub(super) token: Option<Value>,
    /// The number of times that the client was told what the request waits for.
    pub(super) told: u32,
}

/// The kind of a request, with the content of a call.
#[derive(Debug)]
pub(super) enum What {
    Initialize,
    Ping,
    ListTools,
    Call(Call),
    Other,
}

/// The content of a call, read.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) arguments: Map<String, Value>,
    pub(super) raw_meta: Option<String>,
}

/// The stage that a request has reached.
pub(super) enum Stage {
    /// It waits for a listing of the tools.
    Listing,
    /// The gatekeeper decides about it; of a call, with this tool.
    Asking(AbortHandle, Option<Arc<Tool>>),
    /// It may go, if the tool is the same in the listing that it waits for.
    Passed(Box<dyn Passed>, Arc<Tool>),
    /// The server has it.
    Sent(Option<Box<dyn Passed>>),
}

impl Flight {
    pub(super) fn is_sent(&self) -> bool {
        matches!(self.stage, Stage::Sent(_))
    }

    /// Whether the gatekeeper decides about it.
    pub(super) fn is_asking(&self) -> bool {
        matches!(self.stage, Stage::Asking(..))
    }

    /// Ends it: nothing of it is sent any more, and what passed it hears
    /// `sent`, or that it was not sent.
    pub(super) fn end(self, sent: Ended) {
        match self.stage {
            Stage::Listing | Stage::Sent(None) => {}
            Stage::Asking(task, _) => task.abort(),
            Stage::Passed(passed, _) => end(passed, Ended::NotSent),
            Stage::Sent(Some(passed)) => end(passed, sent),
        }
    }
}

/// The client's requests that are not answered yet, by their ids.
#[derive(Default)]
pub(super) struct Flights {
    open: HashMap<Id, Flight>,
    abandoned: HashSet<Id>,
}

impl Flights {
    /// Whether one more would be more than `most`, or more than may be abandoned.
    ///
    /// INVARIANT (an answer is that of its own request): no abandoned one is forgotten before
    /// its answer, or its id could be used again and get that answer.
    pub(super) fn is_full(&self, most: usize) -> bool {
        let open = self.open.len();
        open >= most || open.saturating_add(self.abandoned.len()) >= MOST_ABANDONED
    }

    /// Whether a request has this id and was not answered, or was abandoned
    /// and may still be answered.
    pub(super) fn knows(&self, id: &Id) -> bool {
        self.open.contains_key(id) || self.abandoned.contains(id)
    }

    pub(super) fn begin(&mut self, id: Id, flight: Flight) {
        self.open.insert(id, flight);
    }

    pub(super) fn get(&self, id: &Id) -> Option<&Flight> {
        self.open.get(id)
    }

    pub(super) fn get_mut(&mut self, id: &Id) -> Option<&mut Flight> {
        self.open.get_mut(id)
    }

    pub(super) fn remove(&mut self, id: &Id) -> Option<Flight> {
        self.open.remove(id)
    }

    /// Takes a request that was sent out of those that are waited for. Its id
    /// cannot be used again until the server has answered.
    pub(super) fn abandon(&mut self, id: &Id) -> Option<Flight> {
        let flight = self.open.remove(id)?;
        self.abandoned.insert(id.clone());
        Some(flight)
    }

    /// Notes that an abandoned request was answered. False if there was none.
    pub(super) fn late(&mut self, id: &Id) -> bool {
        self.abandoned.remove(id)
    }

    /// The id of the request with this number.
    pub(super) fn id_of(&self, number: u64) -> Option<Id> {
        let mut open = self.open.iter();
        open.find_map(|(id, flight)| (flight.number == number).then(|| id.clone()))
    }

    pub(super) fn ids(&self, which: impl Fn(&Flight) -> bool) -> Vec<Id> {
        let mut ids: Vec<_> = self
            .open
            .iter()
            .filter(|(_, flight)| which(flight))
            .collect();
        ids.sort_by_key(|(_, flight)| flight.number);
        ids.into_iter().map(|(id, _)| id.clone()).collect()
    }

    pub(super) fn any(&self, which: impl Fn(&Flight) -> bool) -> bool {
        self.open.values().any(which)
    }

    /// Returns the moment at which the next of them is overdue.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.open
            .values()
            .filter_map(|flight| flight.deadline)
            .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(number: u64) -> Flight {
        Flight {
            number,
            what: What::Ping,
            stage: Stage::Sent(None),
            deadline: None,
            line: Vec::new(),
            token: None,
            told: 0,
        }
    }

    #[test]
    fn no_request_that_was_called_off_is_forgotten_before_its_answer() {
        let (mut flights, first) = (Flights::default(), Id::own(0));
        let mut number = 0;
        while !flights.is_full(usize::MAX) {
            flights.begin(Id::own(number), sent(number));
            assert!(flights.abandon(&Id::own(number)).is_some());
            number += 1;
        }
        assert_eq!(number, MOST_ABANDONED as u64);
        assert!(flights.knows(&first) && flights.late(&first));
        assert!(!flights.knows(&first) && !flights.is_full(usize::MAX));
    }
}

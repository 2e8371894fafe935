//! Ends the work that is overdue, and every request at the end of the session.

use tokio::time::Instant;

use super::{
    answers,
    end::{End, ProxyError},
    flights::{Stage, What},
    gatekeeper::{Ended, Refused},
    id::Id,
    relay::Relay,
};

impl Relay {
    /// Returns the moment at which the next thing is overdue.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let fetch = self.fetch.as_ref().map(|fetch| fetch.deadline);
        let stalled = self.stalled.map(|(deadline, _)| deadline);
        let all = [self.flights.deadline(), fetch, stalled];
        all.into_iter().flatten().min()
    }

    /// Ends what is overdue.
    pub(super) fn overdue(&mut self) {
        let now = Instant::now();
        let late = |deadline: Option<Instant>| deadline.is_some_and(|deadline| deadline <= now);
        if let Some(fetch) = self.fetch.take_if(|fetch| fetch.deadline <= now) {
            self.server.put(answers::cancelled(&fetch.id, "timed out"));
            self.listing_failed("it did not answer in time");
        }
        for id in self.flights.ids(|flight| late(flight.deadline)) {
            self.timed_out(&id);
        }
        if let Some((deadline, before)) = self.stalled
            && deadline <= now
        {
            self.stalled = None;
            if self.client.full() && self.client.written() == before {
                self.ends(End::Broken(ProxyError::ClientStalled));
            }
        }
    }

    /// Notes since when the client has read nothing, if too much waits for it.
    pub(super) fn watch_client(&mut self) {
        if self.stalled.is_none() && self.client.full() {
            let deadline = self.after(self.settings.reading_time);
            let written = self.client.written();
            self.stalled = deadline.map(|deadline| (deadline, written));
        }
    }

    fn timed_out(&mut self, id: &Id) {
        let Some(flight) = self.flights.get(id) else {
            return;
        };
        match (&flight.what, &flight.stage) {
            (What::Initialize, _) => self.ends(End::Broken(ProxyError::Silent)),
            (_, Stage::Sent(_)) => self.unanswered(id),
            (_, Stage::Passed(..)) => self.drop_refused(
                id,
                &Refused::new(
                    "timed_out",
                    "the server did not list its tools in time; nothing else was sent to it",
                ),
            ),
            _ => self.drop_refused(
                id,
                &Refused::new(
                    "timed_out",
                    "nobody decided in time; nothing was sent to the server",
                ),
            ),
        }
    }

    /// Gives up waiting for the server's answer to a request.
    fn unanswered(&mut self, id: &Id) {
        let Some(flight) = self.flights.abandon(id) else {
            return;
        };
        self.server.put(answers::cancelled(id, "timed out"));
        let words = "the server did not answer in time; whether it did what was asked is not known";
        self.refuse(id, &flight.what, &Refused::new("timed_out", words));
        flight.end(Ended::Unknown("it did not answer in time".to_owned()));
    }

    /// Ends every request, because the session ends.
    pub(super) fn end_all(&mut self, why: &End) {
        let (code, words) = why.told();
        for id in self.flights.ids(|_| true) {
            let Some(flight) = self.flights.remove(&id) else {
                continue;
            };
            let sent = flight.is_sent();
            if sent {
                self.server.put(answers::cancelled(&id, &words));
            }
            if why.answers() {
                let known = if sent {
                    "whether the server did what was asked is not known"
                } else {
                    "nothing was sent to the server"
                };
                let refused = Refused::new(code, format!("{words}; {known}"));
                self.refuse(&id, &flight.what, &refused);
            }
            flight.end(Ended::Unknown(words.clone()));
        }
    }
}

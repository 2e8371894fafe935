//! Takes the lines that the client writes.

use serde_json::{Map, Value};

use super::{
    answers,
    flights::{Stage, What},
    gatekeeper::{Ended, Refused},
    id::Id,
    lines::Line,
    message::{Heard, INTERNAL_ERROR, INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, heard},
    relay::{Phase, Relay},
};

impl Relay {
    pub(super) fn client_wrote(&mut self, line: Line) {
        let Line::Whole(line) = line else {
            let words = "the message is too long to be read";
            self.tell_client(answers::error(None, INVALID_REQUEST, words));
            return self.client_garbled();
        };
        match heard(&line) {
            Ok(Heard::Request { id, method, params }) => self.request(id, &method, params, line),
            Ok(Heard::Notification { method, params }) => {
                self.client_notifies(&method, &params, line);
            }
            Ok(Heard::Answer { id }) => {
                if self.asked.answered(&id) {
                    self.server.put(self.bounded(&id, line));
                }
            }
            Ok(Heard::Nothing) => {}
            Err(error) => {
                let answer = answers::error(error.id.as_ref(), error.code, &error.words);
                self.tell_client(answer);
                self.client_garbled();
            }
        }
    }

    fn request(&mut self, id: Id, method: &str, params: Map<String, Value>, line: Vec<u8>) {
        if id.is_own() || self.flights.knows(&id) {
            let words =
                "a request with this `id` is in flight, or the id is the proxy's; use another";
            return self.fail(&id, INVALID_REQUEST, words);
        }
        if let Err((code, refused)) = self.room(&line) {
            return match method {
                "tools/call" => self.refuse_call(&id, &params, &refused),
                _ => self.fail(&id, code, &refused.message),
            };
        }
        match (method, &self.phase) {
            ("initialize", Phase::New) => self.greet(id, params, line),
            ("initialize", _) => {
                let words = "`initialize` was sent already; send it once in a connection";
                self.fail(&id, INVALID_REQUEST, words);
            }
            ("ping", Phase::New) => self.tell_client(answers::empty(&id)),
            ("ping", _) => self.forward(id, What::Ping, line),
            (_, Phase::New | Phase::Greeting(_)) => {
                let words = "send `initialize` first, and wait for its answer";
                self.fail(&id, INVALID_REQUEST, words);
            }
            (_, Phase::Ready(server)) if !server.offers(method) => {
                let words = "the server does not offer this method, or the proxy does not pass it";
                self.fail(&id, METHOD_NOT_FOUND, words);
            }
            ("tools/list", _) => self.list_tools(id, &params),
            ("tools/call", _) => self.call(id, params, line),
            _ => self.other(id, method, params, line),
        }
    }

    /// The client's answer to the server, or an error if it is too long.
    fn bounded(&self, id: &Id, line: Vec<u8>) -> Vec<u8> {
        if line.len() <= self.settings.largest_message {
            return line;
        }
        answers::error(Some(id), INTERNAL_ERROR, "the client's answer is too long")
    }

    /// Whether another request may come in, of this size.
    fn room(&self, line: &[u8]) -> Result<(), (i64, Refused)> {
        let largest = self.settings.largest_message;
        if line.len() > largest {
            let words = format!("the message is too long; it may have at most {largest} bytes");
            return Err((INVALID_REQUEST, Refused::new("too_large", words)));
        }
        if self.flights.is_full(self.settings.most_requests) || self.server.full() {
            let words = "too many requests wait for an answer; try again when some have one";
            let refused = Refused::new("busy", words).retry_after(Some(1));
            return Err((INVALID_REQUEST, refused));
        }
        Ok(())
    }

    fn list_tools(&mut self, id: Id, params: &Map<String, Value>) {
        if params.get("cursor").is_some_and(|cursor| !cursor.is_null()) {
            let words = "there is no such page; the first one has every tool";
            return self.fail(&id, INVALID_PARAMS, words);
        }
        let flight = self.flight(What::ListTools, Vec::new());
        self.flights.begin(id, flight);
        self.fetch_tools();
    }

    fn client_notifies(&mut self, method: &str, params: &Map<String, Value>, line: Vec<u8>) {
        if line.len() > self.settings.largest_message {
            return self.client_garbled();
        }
        match method {
            "notifications/initialized" => self.client_is_ready(line),
            "notifications/cancelled" => {
                if let Some(id) = params.get("requestId").and_then(Id::of) {
                    self.cancelled(&id, line);
                }
            }
            "notifications/roots/list_changed"
                if self.client_told("roots") && !self.server.full() =>
            {
                self.server.put(line);
            }
            // Progress of what the server asked is nothing that it needs, and
            // a call without an id is none.
            _ => {}
        }
    }

    fn client_is_ready(&mut self, line: Vec<u8>) {
        let Phase::Ready(server) = &mut self.phase else {
            return;
        };
        if std::mem::replace(&mut server.initialized, true) {
            return;
        }
        let lists = server.offers("tools/list");
        self.server.put(line);
        if lists {
            self.fetch_tools();
        }
    }

    /// The client calls a request off. It gets no answer.
    fn cancelled(&mut self, id: &Id, line: Vec<u8>) {
        let Some(flight) = self.flights.get(id) else {
            return;
        };
        let flight = match (&flight.what, &flight.stage) {
            // The protocol does not let it be called off.
            (What::Initialize, _) => return,
            (_, Stage::Sent(_)) => {
                self.server.put(line);
                self.flights.abandon(id)
            }
            _ => self.flights.remove(id),
        };
        if let Some(flight) = flight {
            let words = "the client called it off when the server had it";
            flight.end(Ended::Unknown(words.to_owned()));
        }
    }
}

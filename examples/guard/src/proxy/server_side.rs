//! Takes the lines that the server writes.

use serde_json::{Map, Value};

use super::{
    asking::end,
    end::{End, ProxyError},
    flights::{Stage, What},
    gatekeeper::Ended,
    id::Id,
    lines::Line,
    message::{Heard, heard},
    raw::RawObject,
    relay::Relay,
};

/// The largest number of characters of an error's words that are kept.
const MOST_WORDS: usize = 200;

impl Relay {
    pub(super) fn server_wrote(&mut self, line: Line) {
        let Line::Whole(line) = line else {
            return self.ends(End::Broken(ProxyError::ServerTooLong));
        };
        match heard(&line) {
            Ok(Heard::Answer { id }) => self.answer(&id, line),
            Ok(Heard::Request { id, method, params }) => {
                self.server_asks(&id, &method, &params, line);
            }
            Ok(Heard::Notification { method, params }) => {
                self.server_notifies(&method, &params, line);
            }
            Ok(Heard::Nothing) => {}
            Err(_) => self.server_garbled(),
        }
    }

    fn answer(&mut self, id: &Id, line: Vec<u8>) {
        if self.fetch.as_ref().is_some_and(|fetch| fetch.id == *id) {
            return self.page(&line);
        }
        if !self.flights.get(id).is_some_and(|flight| flight.is_sent()) {
            // A late answer to a request that was called off is what may
            // happen; any other is nobody's.
            if !self.flights.late(id) && !id.is_own() {
                self.server_garbled();
            }
            return;
        }
        let Some(flight) = self.flights.remove(id) else {
            return;
        };
        if matches!(flight.what, What::Initialize) {
            return self.greeted(line);
        }
        let how = outcome(&line);
        self.tell_client(line);
        if let Stage::Sent(Some(passed)) = flight.stage {
            end(passed, how);
        }
    }

    fn server_notifies(&mut self, method: &str, params: &Map<String, Value>, line: Vec<u8>) {
        match method {
            "notifications/tools/list_changed" => self.tools_changed(),
            "notifications/progress" if self.awaited(params.get("progressToken")) => {
                self.tell_client(line);
            }
            "notifications/cancelled" => {
                let id = params.get("requestId").and_then(Id::of);
                if id.is_some_and(|id| self.asked.answered(&id)) {
                    self.tell_client(line);
                }
            }
            "notifications/resources/updated"
            | "notifications/resources/list_changed"
            | "notifications/prompts/list_changed" => self.tell_client(line),
            // The client's log is read by people and models who have accepted none of it.
            "notifications/message" if self.settings.logging => self.tell_client(line),
            _ => {}
        }
    }

    /// Whether a request that the server has waits for progress of this token.
    fn awaited(&self, token: Option<&Value>) -> bool {
        let Some(token) = token else { return false };
        self.flights
            .any(|flight| flight.is_sent() && flight.token.as_ref() == Some(token))
    }
}

/// Returns the end of a request, as the server's answer has it.
fn outcome(line: &[u8]) -> Ended {
    if let Some(error) = RawObject::at(line, &["error"]) {
        let words = error
            .get("message")
            .map(|raw| serde_json::from_str(raw.get()));
        let words: String = words.and_then(Result::ok).unwrap_or_default();
        return Ended::Failed(words.chars().take(MOST_WORDS).collect());
    }
    match RawObject::at(line, &["result"]).map(|result| result.get("isError").map(|raw| raw.get()))
    {
        Some(None | Some("false")) => Ended::Done,
        Some(Some(_)) => Ended::Failed("the tool says that it failed".to_owned()),
        None => Ended::Unknown("the server's answer cannot be read".to_owned()),
    }
}

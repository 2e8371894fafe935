//! The server's requests to the client.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{
    answers,
    id::Id,
    message::{INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND},
    relay::Relay,
};

/// The largest number of the server's requests that wait for the client.
const MOST_ASKED: usize = 32;

/// The server's requests that the client has and did not answer yet.
#[derive(Debug, Default)]
pub(super) struct Asked(HashSet<Id>);

impl Asked {
    /// Notes that a request is answered or called off. False if there is none.
    pub(super) fn answered(&mut self, id: &Id) -> bool {
        self.0.remove(id)
    }
}

impl Relay {
    /// Passes a request on if the settings let it through and the client
    /// declared what it asks for. No answer is evidence of anything.
    pub(super) fn server_asks(
        &mut self,
        id: &Id,
        method: &str,
        params: &Map<String, Value>,
        line: Vec<u8>,
    ) {
        let capability = match method {
            "ping" => return self.server.put(answers::empty(id)),
            "sampling/createMessage" => "sampling",
            "elicitation/create" => "elicitation",
            "roots/list" => "roots",
            _ => return self.fail_server(id, METHOD_NOT_FOUND, "the client has no such method"),
        };
        // INVARIANT: `initialize` told the server of nothing that is not let
        // through.
        if !self.client_told(capability) {
            return self.fail_server(id, METHOD_NOT_FOUND, "the client has no such method");
        }
        // Readers that take names whatever their case would take another member for it.
        let is_mode = |name: &&String| name.eq_ignore_ascii_case("mode");
        let mut modes = params.keys().filter(is_mode);
        let form =
            modes.all(|name| name == "mode" && params.get(name).is_some_and(|it| it == "form"));
        if capability == "elicitation" && !form {
            let words = "the client opens no addresses; ask by form";
            return self.fail_server(id, INVALID_PARAMS, words);
        }
        if self.asked.0.len() >= MOST_ASKED || !self.asked.0.insert(id.clone()) {
            let words = "a request with this `id` waits, or too many do";
            return self.fail_server(id, INVALID_REQUEST, words);
        }
        self.tell_client(line);
    }

    fn fail_server(&self, id: &Id, code: i64, words: &str) {
        self.server.put(answers::error(Some(id), code, words));
    }
}

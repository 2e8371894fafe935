//! The state of one session.

use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::{sync::mpsc::UnboundedSender, time::Instant};

use super::{
    answers,
    end::{End, ProxyError},
    event::Event,
    flights::{Flight, Flights, Stage, What},
    gatekeeper::{Described, Gatekeeper, Refused},
    id::Id,
    outbox::Outbox,
    server_asks::Asked,
    settings::Settings,
    tools::{Fetch, Tools},
};

/// The largest number of lines that are no messages, of either side.
const MOST_GARBAGE: usize = 100;

/// The state of one session. One task owns it, so nothing in it is locked.
pub(super) struct Relay {
    pub(super) gate: Arc<dyn Gatekeeper>,
    pub(super) settings: Settings,
    pub(super) client: Outbox,
    pub(super) server: Outbox,
    pub(super) events: UnboundedSender<Event>,
    pub(super) phase: Phase,
    pub(super) flights: Flights,
    pub(super) asked: Asked,
    /// The last whole listing. Nothing of it counts while one is on its way.
    pub(super) tools: Option<Tools>,
    pub(super) fetch: Option<Fetch>,
    /// The tools that the client was last told of.
    pub(super) shown: Option<String>,
    /// The reason why the session ends; `None` while it goes on.
    pub(super) end: Option<End>,
    /// The moment by which the client must have read something, and the number of lines that it
    /// had read before.
    pub(super) stalled: Option<(Instant, usize)>,
    client_garbage: usize,
    server_garbage: usize,
    next: u64,
}

/// The stage that the handshake of client and server has reached.
#[derive(Debug)]
pub(super) enum Phase {
    New,
    /// `initialize` is with the server; these are the client's capabilities.
    Greeting(Map<String, Value>),
    Ready(Box<Server>),
}

/// The outcome of `initialize`: the server's words about itself, and the client's part.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) info: Value,
    pub(super) instructions: Option<String>,
    /// The capabilities that the server says it has.
    pub(super) capabilities: Map<String, Value>,
    /// The client's capabilities, as the server was told of them.
    pub(super) of_client: Map<String, Value>,
    /// Whether the client said that it is ready.
    pub(super) initialized: bool,
}

impl Server {
    pub(super) fn described(&self) -> Described<'_> {
        Described {
            info: &self.info,
            instructions: self.instructions.as_deref(),
        }
    }
}

impl Relay {
    pub(super) fn new(
        gate: Arc<dyn Gatekeeper>,
        settings: Settings,
        (client, server): (Outbox, Outbox),
        events: UnboundedSender<Event>,
    ) -> Self {
        Self {
            gate,
            settings,
            client,
            server,
            events,
            phase: Phase::New,
            flights: Flights::default(),
            asked: Asked::default(),
            tools: None,
            fetch: None,
            shown: None,
            end: None,
            stalled: None,
            client_garbage: 0,
            server_garbage: 0,
            next: 0,
        }
    }

    /// A number that no other request of this process has.
    pub(super) fn number(&mut self) -> u64 {
        self.next = self.next.wrapping_add(1);
        self.next
    }

    pub(super) fn flight(&mut self, what: What, line: Vec<u8>) -> Flight {
        Flight {
            number: self.number(),
            what,
            stage: Stage::Listing,
            deadline: None,
            line,
            token: None,
            told: 0,
        }
    }

    /// Sends a request to the server as it is, and waits for the answer.
    pub(super) fn forward(&mut self, id: Id, what: What, line: Vec<u8>) {
        let deadline = self.after(match what {
            What::Initialize => self.settings.start_time,
            _ => self.settings.call_time,
        });
        self.server.put(line);
        let mut flight = self.flight(what, Vec::new());
        flight.stage = Stage::Sent(None);
        flight.deadline = deadline;
        self.flights.begin(id, flight);
    }

    /// The moment after this time, if there is one.
    pub(super) fn after(&self, time: std::time::Duration) -> Option<Instant> {
        Instant::now().checked_add(time)
    }

    pub(super) fn tell_client(&self, line: Vec<u8>) {
        self.client.put(line);
    }

    pub(super) fn fail(&self, id: &Id, code: i64, words: &str) {
        self.client.put(answers::error(Some(id), code, words));
    }

    /// Answers a request with a refusal, in the form that its kind takes.
    pub(super) fn refuse(&self, id: &Id, what: &What, refused: &Refused) {
        self.client.put(match what {
            What::Call(call) => answers::refused_call(id, refused, self.is_shaped(&call.name)),
            _ => answers::refused_request(id, refused),
        });
    }

    /// Whether a tool of this name has results of a declared shape.
    pub(super) fn is_shaped(&self, name: &str) -> bool {
        let tools = self.tools.iter().flat_map(|tools| &tools.all);
        let coming = self.fetch.iter().flat_map(|fetch| &fetch.tools);
        let mut all = tools.chain(coming);
        all.any(|tool| tool.name == name && tool.is_shaped())
    }

    pub(super) fn client_garbled(&mut self) {
        self.client_garbage = self.client_garbage.saturating_add(1);
        if self.client_garbage > MOST_GARBAGE {
            self.ends(End::Broken(ProxyError::ClientGarbled));
        }
    }

    pub(super) fn server_garbled(&mut self) {
        self.server_garbage = self.server_garbage.saturating_add(1);
        if self.server_garbage > MOST_GARBAGE {
            self.ends(End::Broken(ProxyError::ServerGarbled));
        }
    }

    /// Notes why the session ends. The first reason counts.
    pub(super) fn ends(&mut self, end: End) {
        self.end.get_or_insert(end);
    }
}

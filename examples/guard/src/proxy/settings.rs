//! The settings of the relay: what it lets through besides calls, and its bounds.

use std::time::Duration;

/// The settings of the relay: what it lets through besides calls, and its bounds.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// Whether the server may ask the client's model (`sampling/createMessage`).
    pub sampling: bool,
    /// Whether the server may ask the client's user by form (`elicitation/create`).
    /// Addresses to open (its mode `url`) are never let through.
    pub elicitation: bool,
    /// Whether the server may ask for the client's folders (`roots/list`).
    pub roots: bool,
    /// Whether the server may offer more than tools, such as resources and prompts, about
    /// which the gatekeeper then decides.
    pub others: bool,
    /// Whether the server's log messages reach the client (`notifications/message`).
    pub logging: bool,
    /// The time in which the server must answer `initialize`.
    pub start_time: Duration,
    /// The time in which the server must answer a page of its tools.
    pub list_time: Duration,
    /// The time in which a request must be decided.
    pub decision_time: Duration,
    /// The time in which the server must answer a request that was sent.
    pub call_time: Duration,
    /// The time that the server has to end before each harder way to end it.
    pub stop_time: Duration,
    /// The time in which the client must read something when too much waits.
    pub reading_time: Duration,
    /// The largest number of requests in flight.
    pub most_requests: usize,
    /// The largest size of a message of the client, in bytes.
    pub largest_message: usize,
    /// The largest size of a line of the server, in bytes. The session ends
    /// at a longer one.
    pub largest_answer: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sampling: false,
            elicitation: false,
            roots: false,
            others: true,
            logging: false,
            start_time: Duration::from_secs(10),
            list_time: Duration::from_secs(30),
            decision_time: Duration::from_secs(600),
            call_time: Duration::from_secs(120),
            stop_time: Duration::from_secs(3),
            reading_time: Duration::from_secs(60),
            most_requests: 64,
            largest_message: 1 << 20,
            largest_answer: 16 << 20,
        }
    }
}

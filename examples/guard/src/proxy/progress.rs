//! Words about a wait, which go to the client as progress of its call.

use tokio::sync::mpsc::UnboundedSender;

use super::event::Event;

/// The channel in which a gatekeeper says what a call waits for. The client sees the words if
/// it asked for progress, and as long as the call waits.
#[derive(Debug, Clone)]
pub struct Progress {
    flight: u64,
    events: UnboundedSender<Event>,
}

impl Progress {
    pub(super) fn of(flight: u64, events: UnboundedSender<Event>) -> Self {
        Self { flight, events }
    }

    /// Tells the client what the call waits for now.
    pub fn tell(&self, words: impl Into<String>) {
        let (flight, words) = (self.flight, words.into());
        // A relay that has ended has nobody to tell.
        drop(self.events.send(Event::Tells { flight, words }));
    }
}

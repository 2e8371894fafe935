//! The reports of the tasks that decide, for the relay.

use core::fmt;

use super::{
    asking::end,
    gatekeeper::{Ended, Passed, Refused},
};

/// A report about the request with this number.
pub(super) enum Event {
    /// The gatekeeper decided.
    Decided {
        flight: u64,
        decision: Result<Box<dyn Passed>, Refused>,
    },
    /// The gatekeeper says what the request waits for.
    Tells { flight: u64, words: String },
}

impl Event {
    /// Ends what a report says that may go, when nobody can send it any more.
    pub(super) fn unheard(self) {
        if let Self::Decided {
            decision: Ok(passed),
            ..
        } = self
        {
            end(passed, Ended::NotSent);
        }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Decided { flight, .. } | Self::Tells { flight, .. }) = self;
        f.debug_struct("Event").field("flight", flight).finish()
    }
}

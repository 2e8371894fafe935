//! The memory of answers that failed, and the waits that follow from it.

mod clock;
mod delays;
mod guesses;
mod reservation;
mod store;
mod tally;

pub use clock::{Clock, Moment, SinceBoot, SystemClock};
pub use delays::Delays;
pub use guesses::{Guess, Guesses};
pub use store::{AttemptStore, MemoryAttempts};
pub use tally::{Attempts, Tally};

pub(crate) use reservation::{Book, NotNow, Reservation};
pub(crate) use tally::{Hold, Rule, TallyKind};

//! The ways in which work on a thread of its own comes to nothing.

use crate::{AuthError, BackendError};

/// The reason why there is nothing to show for work on a thread of its own.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Lost {
    /// The system gave no thread. The work has not begun.
    #[error("no thread could be started for {name}; end other programs, and try again")]
    NoThread {
        /// The name that the thread was to have.
        name: &'static str,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// The work panicked.
    #[error("the thread {name} broke; this is a fault of the program, please report it")]
    Panicked {
        /// The name of the thread that panicked.
        name: &'static str,
    },
    /// The work was not done in time. It may go on, and nobody waits for it.
    #[error("the thread {name} did not finish in time; try again")]
    Late {
        /// The name of the thread, which may run still.
        name: &'static str,
    },
}

impl From<Lost> for BackendError {
    fn from(lost: Lost) -> Self {
        Self::caused_by(lost.to_string(), lost)
    }
}

/// Late is [`AuthError::TimedOut`]; the others are [`AuthError::Backend`]. None
/// is ever read as a yes.
impl From<Lost> for AuthError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Late { .. } => Self::TimedOut,
            lost => BackendError::from(lost).into(),
        }
    }
}

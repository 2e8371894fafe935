//! Calls that the gate does not let through.

use core::fmt;

use openpass_policy::{AuditError, GrantError, Refusal};

use crate::{Code, Refused, Stopped, Words};

/// The reason why a call does not pass the [`Gate`](crate::Gate). The tool has not run,
/// but where [`NotSettled`](Self::NotSettled) says that it has.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Blocked {
    /// The guard refused it.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The client left, too many calls wait, or the time is over.
    #[error("{0}")]
    Stopped(#[from] Stopped),
    /// The call would no longer do what was approved.
    #[error("{0}; nothing was changed")]
    Outdated(#[from] GrantError),
    /// The host refused it, for a reason of its own.
    #[error("{0}")]
    Host(HostRefusal),
    /// The tool has run, and the log does not say how that ended.
    #[error(
        "the tool has run, and how it ended could not be put on the guard's log: {0}. Look at \
         what it has changed before you call it again"
    )]
    NotSettled(#[source] AuditError),
}

/// A refusal of the host's own.
pub type HostRefusal = Box<dyn Refused + Send + Sync>;

impl Blocked {
    /// The host's own refusal.
    pub fn host(refused: impl Refused + Send + Sync + 'static) -> Self {
        Self::Host(Box::new(refused))
    }

    /// The host's own refusal with this code, which says `message` to the model.
    pub fn because(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::host(Plain { code, message })
    }

    fn refused(&self) -> Option<&dyn Refused> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Stopped(stopped) => Some(stopped),
            Self::Outdated(error) => Some(error),
            Self::Host(refused) => Some(refused.as_ref()),
            Self::NotSettled(_) => None,
        }
    }
}

impl Refused for Blocked {
    fn code(&self) -> Code {
        self.refused().map_or(Code::Incomplete, Refused::code)
    }

    fn words(&self) -> Words {
        match self {
            Self::Host(refused) => refused.words(),
            _ => Words::new(self.to_string()),
        }
    }

    fn request_code(&self) -> Option<String> {
        self.refused().and_then(Refused::request_code)
    }

    fn retry_after(&self) -> Option<u64> {
        self.refused().and_then(Refused::retry_after)
    }

    fn policies(&self) -> Vec<String> {
        self.refused().map(Refused::policies).unwrap_or_default()
    }
}

/// A refusal that has no more than its words.
#[derive(Debug)]
struct Plain {
    code: Code,
    message: String,
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Refused for Plain {
    fn code(&self) -> Code {
        self.code.clone()
    }
}

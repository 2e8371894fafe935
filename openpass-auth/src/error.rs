//! The reasons why there is no evidence, each cause apart.

mod ways;

use core::fmt;
use std::{error::Error, time::Duration};

use crate::{Factor, FactorSet, SafeText};

/// The reason why an authenticator gave no evidence. Every variant is a refusal.
///
/// None holds a secret: messages say what happened and what to do next.
#[derive(Debug, thiserror::Error)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new cause must break the builds that turn causes into exit codes"
)]
pub enum AuthError {
    /// Nobody was asked, or the person asked for another way.
    #[error("nobody could be asked: {0}")]
    Unavailable(#[source] Unavailable),
    /// The person answered, and the answer was wrong.
    #[error("{}", wrong(*.factor))]
    Rejected {
        /// The factor of the answer.
        factor: Factor,
    },
    /// The prompt was called off.
    #[error("cancelled by {0}")]
    Cancelled(CancelledBy),
    /// Nobody answered before the deadline.
    #[error("nobody answered in time")]
    TimedOut,
    /// Too many failures; nobody was asked.
    #[error("locked out: too many answers in a row were wrong or broken off; try again {}", Later(*.retry_after))]
    LockedOut {
        /// The time until the next try is taken; `None` when it is not known.
        retry_after: Option<Duration>,
    },
    /// The authenticator broke.
    #[error("{0}")]
    Backend(#[source] BackendError),
}

impl From<Unavailable> for AuthError {
    fn from(reason: Unavailable) -> Self {
        Self::Unavailable(reason)
    }
}

impl From<BackendError> for AuthError {
    fn from(error: BackendError) -> Self {
        Self::Backend(error)
    }
}

const fn wrong(factor: Factor) -> &'static str {
    match factor {
        Factor::Biometry => "the finger or face was not recognised",
        Factor::SecurityKey => "the security key did not verify the person",
        Factor::SystemLogin => "the system did not recognise the person",
        Factor::Device | Factor::Passphrase | Factor::OneTimeCode => "the answer was wrong",
    }
}

/// The time of the next try, in words.
struct Later(Option<Duration>);

impl fmt::Display for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(wait) = self.0 else {
            return f.write_str("later");
        };
        // Rounded up: whoever comes back then must not be too early.
        let seconds = wait.as_nanos().div_ceil(1_000_000_000).max(1);
        match (seconds / 60, seconds % 60) {
            (0, seconds) => write!(f, "in {seconds} s"),
            (minutes @ 1..60, 0) => write!(f, "in {minutes} min"),
            (minutes @ 1..60, seconds) => write!(f, "in {minutes} min {seconds} s"),
            _ => {
                let minutes = seconds.div_ceil(60);
                match (minutes / 60, minutes % 60) {
                    (hours, 0) => write!(f, "in {hours} h"),
                    (hours, minutes) => write!(f, "in {hours} h {minutes} min"),
                }
            }
        }
    }
}

/// The party that called a prompt off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CancelledBy {
    /// The person: Cancel, ^C, or an empty ^D.
    Person,
    /// The operating system, for instance because the screen was locked.
    System,
    /// The program that asked.
    Host,
}

impl fmt::Display for CancelledBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Person => "the person",
            Self::System => "the system",
            Self::Host => "the program",
        })
    }
}

/// The reason why an authenticator could not ask anybody.
///
/// Only this lets [`FirstAvailable`](crate::FirstAvailable) go on to the next
/// authenticator. It is never an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unavailable {
    /// This system or build has no such authenticator.
    #[error("it does not exist on this system")]
    NotSupported,
    /// The challenge accepts none of its factors.
    #[error("the policy does not accept its factor here")]
    FactorNotAccepted,
    /// A setting or a flag took it away.
    #[error("it is turned off by a setting or a flag")]
    TurnedOff,
    /// The process has no controlling terminal.
    #[error("there is no terminal to ask on")]
    NoTerminal,
    /// Another program reads the terminal with echo off.
    #[error("another program is asking on this terminal")]
    TerminalInUse,
    /// The process is not in the terminal's foreground.
    #[error("the program is not in the terminal's foreground")]
    NotForeground,
    /// There is no local graphic session to show a dialog in.
    #[error("there is no local graphic session to show a dialog in")]
    NoGraphicSession,
    /// The session is a remote one, and a dialog would show elsewhere.
    #[error("the session is remote, and the dialog would show on another screen")]
    RemoteSession,
    /// The process runs as root, whose fingers are nobody's.
    #[error("the program runs as root")]
    RunsAsRoot,
    /// The system refused to show a dialog.
    #[error("the system does not allow a dialog now")]
    NotInteractive,
    /// The program that would show a dialog shows none.
    #[error("{what}")]
    ShowsNoDialog {
        /// The name of the program, and what it needs to be.
        what: SafeText,
    },
    /// No finger or face is enrolled.
    #[error("no finger or face is enrolled")]
    NotEnrolled,
    /// The sensor is missing, covered or switched off.
    #[error("biometry is not available on this machine now")]
    NoBiometry,
    /// Biometry is locked after too many wrong fingers.
    #[error("biometry is locked after too many tries")]
    BiometryLockedOut,
    /// The enrolled fingers or faces differ from those at the last success.
    #[error("the enrolled fingers or faces have changed since the last success")]
    EnrolmentChanged,
    /// There is nothing to compare the enrolled fingers or faces with: the
    /// first use, or what was stored cannot be read.
    #[error("the enrolled fingers or faces are not known yet, so the passphrase comes first")]
    EnrolmentUnknown,
    /// The approver's key that signs for a finger or a face cannot be used any more: it
    /// goes with the enrolled fingers or faces, and with the machine.
    #[error(
        "the key that signs for the enrolled fingers or faces is gone, as happens when they change; replace that approver with a new one"
    )]
    SignerGone,
    /// Policy takes an answer only with an approver's signature, and there is no approver
    /// that could sign for a factor it takes.
    #[error(
        "policy accepts this only if an approver signs it, and there is no approver of a kind that it accepts; add one first"
    )]
    NoApprover,
    /// It is time for the passphrase again, or something changed since that the passphrase
    /// alone confirms.
    #[error("{why}")]
    PassphraseDue {
        /// The reason, in words.
        why: SafeText,
    },
    /// The person pressed "Use passphrase…".
    #[error("the person chose the passphrase")]
    PassphraseChosen,
    /// The person declined the last dialogs, or did not answer them.
    #[error("the last dialogs were declined, broken off or not answered, or are still open; try again {}", Later(Some(*.retry_after)))]
    CoolingDown {
        /// The time until there is another dialog.
        retry_after: Duration,
    },
    /// The last prompts for this agent came to nothing, and no person has
    /// acted since.
    #[error(
        "the last prompts for this agent were declined, broken off or not answered, so it gets no other until a person has acted"
    )]
    UntilAPersonActs,
    /// Another program shows a dialog for the same vault.
    #[error("another program shows a dialog for this vault")]
    AnotherDialog,
    /// The device that the person answers on is not connected.
    #[error("the person's device is not connected; connect it, then ask again")]
    NotConnected,
    /// No security key can be asked.
    #[error("{why}")]
    SecurityKey {
        /// The reason, and what helps.
        why: SafeText,
    },
    /// The operating system's own check of its user can ask nobody, or would give a yes
    /// without asking.
    #[error("{why}")]
    SystemLogin {
        /// The reason, and what helps.
        why: SafeText,
    },
    /// Another question was up in the same place until this one's time was over.
    #[error(
        "another question was open {place} until the time was over; answer that question, then ask again"
    )]
    Busy {
        /// The place, such as `on this terminal`.
        place: SafeText,
    },
    /// There is nothing to verify a passphrase against.
    #[error("there is no passphrase to verify against")]
    NoVerifier,
    /// The prompt cannot show everything that gives power, so it cannot have it
    /// approved.
    #[error("it has no room to show everything that gives power; use a larger terminal")]
    NoRoom,
    /// Each of several authenticators was unavailable.
    #[error("{}", Tried::list(.0))]
    Each(Vec<Tried>),
}

/// One authenticator that could not ask, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tried {
    /// The [`name`](crate::Authenticator::name) of the authenticator.
    pub name: &'static str,
    /// The factors that the authenticator asks for.
    pub factors: FactorSet,
    /// The reason why the authenticator could not ask.
    pub reason: Unavailable,
}

impl Tried {
    /// Records that the authenticator called `name`, which asks for
    /// `factors`, was unavailable.
    #[must_use]
    pub const fn new(name: &'static str, factors: FactorSet, reason: Unavailable) -> Self {
        Self {
            name,
            factors,
            reason,
        }
    }

    fn list(tried: &[Self]) -> String {
        if tried.is_empty() {
            return "no authenticator is configured".to_owned();
        }
        let lines: Vec<String> = tried
            .iter()
            .map(|tried| format!("{}: {}", tried.name, tried.reason))
            .collect();
        lines.join("; ")
    }
}

/// Something broke inside an authenticator.
///
/// The message tells a person what they can do. It must not hold a secret, nor text
/// from outside that was not escaped.
#[derive(Debug)]
pub struct BackendError {
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl BackendError {
    /// An error with a message of its own.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            source: None,
        }
    }

    /// An error that was caused by another.
    pub fn caused_by(
        message: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self {
            message: message.into(),
            source: Some(source.into()),
        }
    }
}

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for BackendError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|e| e as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_words_and_never_too_short() {
        let told = |millis| Later(Some(Duration::from_millis(millis))).to_string();
        assert_eq!(told(0), "in 1 s");
        assert_eq!(told(29_001), "in 30 s");
        assert_eq!(told(59_001), "in 1 min");
        assert_eq!(told(125_000), "in 2 min 5 s");
        assert_eq!(told(3_599_500), "in 1 h");
        assert_eq!(told(3_600_001), "in 1 h 1 min");
        assert_eq!(told(86_400_000), "in 24 h");
        assert_eq!(Later(None).to_string(), "later");
    }
}

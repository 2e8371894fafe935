//! What the rest of the crate needs of the operating system.

use core::fmt::Debug;
use std::sync::Arc;

use openpass_auth::Unavailable;

use crate::{
    enrolment::EnrolmentPin, exchange::Reply, gate::Session, la_error::Failure, reason::Reason,
};

/// Makes contexts, and says in what session it would.
pub(crate) trait System: Debug + Send + Sync {
    /// The session that the process belongs to.
    fn session(&self) -> Result<Session, Unavailable>;

    /// A fresh context. It stays on the thread that made it.
    fn context(&self, button: Button) -> Result<Box<dyn Context>, Unavailable>;
}

/// One `LAContext`, for one question.
///
/// Dropping it invalidates it, which takes its dialog down.
pub(crate) trait Context {
    /// Whether a finger or a face could be asked for now. Shows nothing.
    fn can_evaluate(&self) -> Result<(), Failure>;

    /// The enrolled fingers and faces; `None` when the system does not say.
    /// Meaningful only after [`can_evaluate`](Self::can_evaluate) said yes.
    fn enrolment(&self) -> Option<EnrolmentPin>;

    /// Shows the dialog and returns. The answer comes by `reply`, from another
    /// thread, or never.
    fn evaluate(&self, reason: &Reason, reply: Reply);
}

/// The dialog's second button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Button {
    /// There is none.
    Hidden,
    /// "Use passphrase…".
    UsePassphrase,
}

/// The system that this process runs on.
pub(crate) fn this_system() -> Arc<dyn System> {
    #[cfg(target_os = "macos")]
    return Arc::new(crate::session::Mac);
    #[cfg(openpass_gnustep)]
    return crate::gnustep::here();
    #[cfg(not(any(target_os = "macos", openpass_gnustep)))]
    return Arc::new(Elsewhere);
}

/// A system that has no `LAContext`.
#[cfg(not(any(target_os = "macos", openpass_gnustep)))]
#[derive(Debug)]
struct Elsewhere;

#[cfg(not(any(target_os = "macos", openpass_gnustep)))]
impl System for Elsewhere {
    fn session(&self) -> Result<Session, Unavailable> {
        Err(Unavailable::NotSupported)
    }

    fn context(&self, _: Button) -> Result<Box<dyn Context>, Unavailable> {
        Err(Unavailable::NotSupported)
    }
}

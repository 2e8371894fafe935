//! The functions of the operating system that the rest of the crate needs.

use core::fmt::Debug;
use std::sync::Arc;

use openpass_auth::{AuthError, Unavailable};

use crate::{
    enrolment::EnrolmentPin, exchange::Reply, gate::Session, key_failure::KeyFailure,
    la_error::Failure, reason::Reason,
};

/// Makes contexts, and says in what session it would.
pub(crate) trait System: Debug + Send + Sync {
    /// The session that the process belongs to.
    fn session(&self) -> Result<Session, Unavailable>;

    /// A fresh context. It stays on the thread that made it.
    fn context(&self, button: Button) -> Result<Box<dyn Context>, Unavailable>;

    /// A new key in the Secure Enclave, which takes a finger or a face of those that
    /// are enrolled now. Asks nobody.
    fn make_key(&self) -> Result<NewKey, AuthError>;
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

    /// The key of the token object `stored`, which takes this context's yes and no
    /// other. Asks nobody.
    fn key(&self, stored: &[u8]) -> Result<Box<dyn KeyInUse>, KeyFailure>;

    /// From now on a key that wants another yes than this context's gets none: it fails
    /// instead of showing a dialog of its own.
    fn asks_no_more(&self);
}

/// A key in the Secure Enclave, opened for one context. It stays on its thread.
pub(crate) trait KeyInUse {
    /// The public half of the key: 04, X, Y. Takes nobody's yes.
    fn public(&self) -> Result<Vec<u8>, KeyFailure>;

    /// Signs `message`: ECDSA with SHA-256, in DER.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyFailure>;
}

/// A key that was just made.
#[derive(Debug)]
pub(crate) struct NewKey {
    /// The token object of the key.
    pub(crate) stored: Vec<u8>,
    /// The public half of the key: 04, X, Y.
    pub(crate) public: Vec<u8>,
}

/// The dialog's second button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Button {
    /// No second button.
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

    fn make_key(&self) -> Result<NewKey, AuthError> {
        Err(Unavailable::NotSupported.into())
    }
}

//! The system as the GNUstep run has it: the real binding, in a session that
//! the test describes. No other build has this file.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use openpass_auth::Unavailable;

use crate::{
    BiometricAuthenticator, EnrolmentStore,
    gate::{Session, over_ssh},
    la_context::LaContext,
    system::{Button, Context, System},
};

/// What the session of this process is said to be. Nobody sees a dialog in it
/// until a test says otherwise.
static HERE: AtomicU32 = AtomicU32::new(0);

/// Says that this process runs in a session with these `attributes`, as
/// `SessionGetInfo` would.
pub fn set_session(attributes: u32) {
    HERE.store(attributes, SeqCst);
}

/// The real binding, in this session, or in the one that the process is said
/// to run in.
#[derive(Debug)]
struct GnuStep(Option<Session>);

impl System for GnuStep {
    /// Never root's, or no test could run as root.
    fn session(&self) -> Result<Session, Unavailable> {
        let here = || Session::new(HERE.load(SeqCst), over_ssh(), false);
        Ok(self.0.unwrap_or_else(here))
    }

    fn context(&self, button: Button) -> Result<Box<dyn Context>, Unavailable> {
        Ok(Box::new(LaContext::fresh(button)))
    }
}

/// The system that this process is said to run on.
pub(crate) fn here() -> Arc<dyn System> {
    Arc::new(GnuStep(None))
}

impl BiometricAuthenticator {
    /// As [`new`](Self::new), in a session with these `attributes`.
    #[must_use]
    pub fn in_session(store: Arc<dyn EnrolmentStore>, attributes: u32) -> Self {
        let session = Session::new(attributes, false, false);
        Self::on(Arc::new(GnuStep(Some(session))), store)
    }
}

//! The system as the GNUstep run has it: the real binding, in a session that
//! the test describes. No other build has this file.

use std::sync::Arc;

use openpass_auth::Unavailable;

use crate::{
    BiometricAuthenticator, EnrolmentStore,
    gate::Session,
    la_context::LaContext,
    system::{Button, Context, System},
};

#[derive(Debug)]
struct GnuStep(Session);

impl System for GnuStep {
    fn session(&self) -> Result<Session, Unavailable> {
        Ok(self.0)
    }

    fn context(&self, button: Button) -> Result<Box<dyn Context>, Unavailable> {
        Ok(Box::new(LaContext::fresh(button)))
    }
}

impl BiometricAuthenticator {
    /// As [`new`](Self::new), in a session with these `attributes`.
    #[must_use]
    pub fn in_session(store: Arc<dyn EnrolmentStore>, attributes: u32) -> Self {
        let session = Session::new(attributes, false, false);
        Self::on(Arc::new(GnuStep(session)), store)
    }
}

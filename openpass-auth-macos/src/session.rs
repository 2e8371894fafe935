//! The system as macOS has it.

use openpass_auth::{AuthError, Unavailable};

use crate::{
    gate::{Session, over_ssh},
    la_context::{LaContext, session_attributes},
    secure_enclave,
    system::{Button, Context, NewKey, System},
};

/// macOS.
#[derive(Debug)]
pub(crate) struct Mac;

impl System for Mac {
    /// A session that cannot be read is one without a screen.
    fn session(&self) -> Result<Session, Unavailable> {
        let attributes = session_attributes().ok_or(Unavailable::NoGraphicSession)?;
        Ok(Session::new(attributes, over_ssh(), runs_as_root()))
    }

    fn context(&self, button: Button) -> Result<Box<dyn Context>, Unavailable> {
        Ok(Box::new(LaContext::fresh(button)))
    }

    fn make_key(&self) -> Result<NewKey, AuthError> {
        secure_enclave::make().map_err(|failure| failure.of_making())
    }
}

/// Either id: a program that may become root again is root.
fn runs_as_root() -> bool {
    rustix::process::getuid().is_root() || rustix::process::geteuid().is_root()
}

//! Systems that have no polkit.

use openpass_auth::{AuthError, Challenge, Unavailable};
use openpass_auth_passphrase::TerminalPrompt;

use crate::ActionId;

pub(crate) const fn available(_: &ActionId, _: Option<&TerminalPrompt>) -> Result<(), Unavailable> {
    Err(Unavailable::NotSupported)
}

pub(crate) async fn ask(
    _: &ActionId,
    _: Option<&TerminalPrompt>,
    _: &Challenge,
) -> Result<(), AuthError> {
    Err(Unavailable::NotSupported.into())
}

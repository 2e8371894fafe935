//! The list of what waits.

use openpass_auth::SafeText;
use openpass_vault::{Requester, Vault, WaitingCall};

use super::wanted;
use crate::{asked::Asked, failure::Failure};

/// Every request that waits, the newest first, for a person.
pub(super) fn of(vault: &Vault) -> Result<String, Failure> {
    let waiting = WaitingCall::list(vault, &Requester::Person)?;
    if waiting.is_empty() {
        return Ok("Nothing waits.\n".to_owned());
    }
    Ok(waiting.iter().map(row).collect())
}

/// One request, on one line.
pub(super) fn row(waiting: &WaitingCall) -> String {
    let agent = SafeText::quoted(&waiting.agent);
    let wants = match wanted(waiting) {
        Ok(Asked::Tool { server, tool, .. }) => {
            let (tool, server) = (SafeText::quoted(&tool), SafeText::quoted(&server));
            format!("call {tool} of {server}")
        }
        Ok(Asked::Hook(hook)) => format!("use {}", SafeText::quoted(&hook.tool)),
        Err(failure) => failure.to_string(),
    };
    let (code, created) = (&waiting.code, &waiting.created);
    format!("{code}  {created}  agent {agent}: {wants}\n")
}

//! polkit, made an authenticator.

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, PromptPlace, Unavailable,
};
use openpass_auth_passphrase::TerminalPrompt;

#[cfg(not(target_os = "linux"))]
use crate::elsewhere as system;
#[cfg(target_os = "linux")]
use crate::linux as system;

use crate::ActionId;

/// Has the system check its user for one polkit action.
///
/// The agent of the person's session asks in its own dialog, and takes what the system
/// takes: mostly the login password (PAM). polkit first has to say that it would ask: a
/// policy or a rule that answers yes unasked, or that keeps a yes, is
/// [`Unavailable::SystemLogin`]. What polkit cannot tell, such as what PAM is set up to
/// take, `docs/polkit.md` lists.
///
/// # Where the question is shown
///
/// In the dialog, where the action names the user as an owner
/// ([`PolicyFile::owned_by`](crate::PolicyFile::owned_by)); polkit takes words from nobody
/// else but root. Otherwise, or where the question is too long for a dialog, on the
/// terminal, if there is one ([`with_terminal`](Self::with_terminal)). Else nobody is asked.
///
/// # Cancellation
///
/// Dropping the future gives the terminal back before the drop returns, and has polkit
/// called to take the dialog down. What is answered later goes nowhere.
#[derive(Debug, Clone)]
pub struct PolkitAuthenticator {
    action: ActionId,
    terminal: Option<TerminalPrompt>,
}

impl PolkitAuthenticator {
    /// Asks for `action`, in the dialog alone.
    #[must_use]
    pub const fn new(action: ActionId) -> Self {
        Self {
            action,
            terminal: None,
        }
    }

    /// Shows the question by `terminal` while the dialog is up, where the dialog cannot
    /// show it: the person reads there and answers in the dialog. Not over SSH and not
    /// without a graphic session, where an agent would read from the same terminal.
    #[must_use]
    pub fn with_terminal(mut self, terminal: TerminalPrompt) -> Self {
        self.terminal = Some(terminal);
        self
    }
}

#[async_trait]
impl Authenticator for PolkitAuthenticator {
    fn name(&self) -> &'static str {
        "polkit"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::SystemLogin)
    }

    /// Returns the screen and the terminal: an agent may also ask on the terminal, as
    /// `pkttyagent` does.
    fn places(&self, _: &Challenge) -> Vec<PromptPlace> {
        vec![PromptPlace::screen(), PromptPlace::terminal()]
    }

    /// Whether polkit would ask. Whether an agent is there to show it, polkit does not tell
    /// before it is asked in earnest. It waits for ten seconds at the most.
    fn available(&self) -> Result<(), Unavailable> {
        system::available(&self.action, self.terminal.as_ref())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        challenge.admits(Factor::SystemLogin)?;
        system::ask(&self.action, self.terminal.as_ref(), challenge).await?;
        // A yes that comes too late is no yes.
        challenge.still_open()?;
        Ok(Evidence::assertion(challenge, Factor::SystemLogin))
    }
}

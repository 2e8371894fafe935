//! The system's own check of its user, where the settings take it: polkit on Linux.

use std::sync::Arc;

#[cfg(all(feature = "system-login", target_os = "linux"))]
use openpass_auth::Asker;
use openpass_auth::Authenticator;
#[cfg(all(feature = "system-login", target_os = "linux"))]
use openpass_auth_passphrase::TerminalPrompt;
#[cfg(all(feature = "system-login", target_os = "linux"))]
use openpass_auth_polkit::{ActionId, PolkitAuthenticator};

use super::Door;

/// Whether this build has a system's check to ask for.
pub(crate) const HAS_SYSTEM_LOGIN: bool = cfg!(all(feature = "system-login", target_os = "linux"));

/// The question's name for polkit; `docs/polkit.md` says how it learns of it.
#[cfg(all(feature = "system-login", target_os = "linux"))]
const ACTION: &str = "org.example.openpass-guard";

impl Door {
    /// The system's check, of a person who sits at a terminal and asked for no other
    /// factor. The terminal shows the question where the system's dialog cannot.
    #[cfg(all(feature = "system-login", target_os = "linux"))]
    pub(super) fn system_login(&self) -> Option<Arc<dyn Authenticator>> {
        let is_a_person = self.requester.asks() == Asker::Person;
        if !is_a_person || !self.prompts.has_terminal() || self.prompts.wants_a_factor() {
            return None;
        }
        let terminal = TerminalPrompt::new().in_colour(self.prompts.has_colour());
        let polkit = PolkitAuthenticator::new(ActionId::new(ACTION).ok()?).with_terminal(terminal);
        Some(self.dialog(polkit))
    }

    /// A build that has none.
    #[cfg(not(all(feature = "system-login", target_os = "linux")))]
    #[expect(clippy::unused_self, reason = "there is one that uses it")]
    pub(super) const fn system_login(&self) -> Option<Arc<dyn Authenticator>> {
        None
    }
}

#[cfg(all(test, feature = "system-login", target_os = "linux"))]
mod tests {
    use openpass_auth_polkit::PolicyFile;

    use super::*;

    #[test]
    fn the_file_to_install_is_for_the_action_that_is_asked_for() {
        let file = PolicyFile::new(
            ActionId::new(ACTION).unwrap(),
            "OpenPass guard",
            "Changes to who may do what in an OpenPass vault",
        );
        let installed = include_str!("../../polkit/org.example.openpass-guard.policy");
        assert_eq!(file.name(), "org.example.openpass-guard.policy");
        assert_eq!(file.to_string(), installed);
    }
}

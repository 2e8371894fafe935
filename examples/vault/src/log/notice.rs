//! The notice about the log that a prompt shows.

use openpass_auth::SafeText;

use super::{GuardLog, chapter, recent, state::SetAside};
use crate::Vault;

impl Vault {
    /// Returns the words that a person should be told of the guard log before
    /// they answer: that it is damaged, and that a change which takes a proof
    /// sets the damaged file aside; for seven days, that a damaged file was set
    /// aside.
    ///
    /// `None` when there is nothing to say.
    #[must_use]
    pub fn log_notice(&self) -> Option<SafeText> {
        let log = GuardLog::of(self);
        let walked = match log.read() {
            Ok(walked) => walked,
            Err(error) => {
                return Some(SafeText::composed(&format!(
                    "The guard log cannot be read: {error}"
                )));
            }
        };
        if walked.is_damaged {
            return Some(SafeText::composed(&format!(
                "The guard log is damaged (guard/{}). A proof sets it aside and begins a new \
                 one; `openpass audit verify` says what is wrong. Agents, tokens and recipients \
                 count as not known then, until `openpass guard accept` shows them.",
                chapter::CURRENT
            )));
        }
        walked.state.set_aside.as_ref().and_then(told)
    }
}

fn told(set_aside: &SetAside) -> Option<SafeText> {
    let day = set_aside.when.get(..10).unwrap_or_default();
    recent::is_told(&set_aside.when).then(|| {
        SafeText::escape(&format!(
            "A damaged guard log was set aside on {day}: guard/{}.",
            set_aside.file
        ))
    })
}

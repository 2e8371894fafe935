//! The prompt on the terminal.

use openpass_auth::{AuthError, PromptPlace, SafeText, Unavailable};
use openpass_auth_passphrase::{Cancel, PassphrasePrompt, Question, TerminalPrompt};

use crate::{KeyPrompt, Touch, answers::rejected};

const PIN: &str = "Security key PIN: ";
const TOUCH: &str = "Touch the security key to approve; ^C refuses.";

/// Asks on `/dev/tty`, as for a passphrase: the whole question, the PIN masked, ^C
/// refuses until the key has answered.
impl KeyPrompt for TerminalPrompt {
    fn places(&self) -> Vec<PromptPlace> {
        PassphrasePrompt::places(self)
    }

    fn available(&self) -> Result<(), Unavailable> {
        PassphrasePrompt::available(self)
    }

    fn ask(&self, question: &Question, cancel: &Cancel, touch: Touch) -> Result<(), AuthError> {
        self.hold(question, cancel, |held| {
            let typed = match touch.needs_pin() {
                true => Some(held.read(PIN)?.ok_or_else(rejected)?),
                false => None,
            };
            let ended = match touch.begin(typed) {
                Ok(mut touching) => {
                    held.wait(&SafeText::literal(TOUCH), |at_most| touching.wait(at_most))?
                }
                Err(why) => Err(why),
            };
            if let Err(why) = ended {
                held.say(&SafeText::fill("Not approved: {}.", &[&why.words()]))?;
            }
            ended.map_err(Into::into)
        })
    }
}

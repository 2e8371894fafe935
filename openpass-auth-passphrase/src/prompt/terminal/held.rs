//! The terminal while a question is on show, for what takes more than a passphrase.

use core::{fmt, time::Duration};

use openpass_auth::{AuthError, SafeText};

use super::{
    reader::{Reader, TICK, Typed},
    waiting::until,
};
use crate::Passphrase;

/// The terminal with a question on it, for as long as
/// [`TerminalPrompt::hold`](crate::TerminalPrompt::hold) lends it.
///
/// Each of its functions ends when the question does: at the deadline, on a cancel,
/// when the person refuses or the terminal goes away. A caller that gets an error
/// from one hands it on.
pub struct Held<'a>(Reader<'a>);

impl fmt::Debug for Held<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held(..)")
    }
}

impl<'a> Held<'a> {
    /// Shows the question first.
    pub(super) fn showing(mut reader: Reader<'a>) -> Result<Self, AuthError> {
        reader.show()?;
        Ok(Self(reader))
    }

    pub(super) const fn reader(&mut self) -> &mut Reader<'a> {
        &mut self.0
    }

    /// Reads up to Enter behind `label`, such as `PIN: `, which takes 18 columns at the
    /// most. `None`: what was typed can be no passphrase, and the person was told.
    ///
    /// # Errors
    ///
    /// That the question has ended.
    pub fn read(&mut self, label: &'static str) -> Result<Option<Passphrase>, AuthError> {
        match self.0.passphrase(label)? {
            Typed::Passphrase(typed) => Ok(Some(typed)),
            Typed::Nonsense(why) => {
                self.0.explain(&why)?;
                Ok(None)
            }
        }
    }

    /// Says `line` below what is there.
    ///
    /// # Errors
    ///
    /// That the question has ended.
    pub fn say(&mut self, line: &SafeText) -> Result<(), AuthError> {
        self.0.tell(line)
    }

    /// Says `note` and waits until `look` finds something. What is typed meanwhile is
    /// thrown away, but for a refusal, and `note` is said again to who comes back from
    /// the shell. `look` waits for as long as it is told, and not longer.
    ///
    /// # Errors
    ///
    /// That the question has ended: whatever was found counts for nothing then.
    pub fn wait<T>(
        &mut self,
        note: &SafeText,
        mut look: impl FnMut(Duration) -> Option<T>,
    ) -> Result<T, AuthError> {
        self.say(note)?;
        until(&mut self.0, |reader, interrupted| {
            if interrupted {
                reader.tell(note)?;
            }
            Ok(look(TICK))
        })
    }
}

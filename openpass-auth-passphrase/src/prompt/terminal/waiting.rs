//! The terminal while a passphrase is verified.

use std::time::{Duration, Instant};

use openpass_auth::AuthError;

use super::reader::{Reader, TICK};
use crate::{Verification, Verified};

/// From here on the person is told that something is going on.
const LONG: Duration = Duration::from_millis(300);
const NOTE: &str = "Verifying…";
/// Takes the note away, on any terminal of its width or more.
const ERASE: &str = "\r          \r";

/// Waits for the verdict with echo still off.
///
/// Whoever types the passphrase a second time, since nothing seems to happen,
/// would otherwise show it, and hand it to the shell as a command.
pub(super) fn wait_for(
    verdict: &mut Verification,
    reader: &mut Reader<'_>,
) -> Result<Verified, AuthError> {
    let begun = Instant::now();
    let mut noted = false;
    loop {
        let said = verdict.wait(TICK);
        // Before the verdict counts: whoever refuses meanwhile refuses.
        reader.still_wanted()?;
        let typing = reader.swallow()?;
        if let Some(said) = said {
            if noted {
                reader.say(ERASE)?;
            }
            if typing {
                reader.discard_rest();
            }
            return said;
        }
        noted &= !reader.was_interrupted();
        if !noted && begun.elapsed() >= LONG {
            reader.say(NOTE)?;
            noted = true;
        }
    }
}

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
/// Otherwise a person who types the passphrase a second time, since nothing
/// seems to happen, would show it, and hand it to the shell as a command.
pub(super) fn wait_for(
    verdict: &mut Verification,
    reader: &mut Reader<'_>,
) -> Result<Verified, AuthError> {
    let begun = Instant::now();
    let mut noted = false;
    let said = until(reader, |reader, interrupted| {
        if let Some(said) = verdict.wait(TICK) {
            return Ok(Some(said));
        }
        noted &= !interrupted;
        if !noted && begun.elapsed() >= LONG {
            reader.say(NOTE)?;
            noted = true;
        }
        Ok(None)
    })?;
    if noted {
        reader.say(ERASE)?;
    }
    said
}

/// Waits until `look` finds something, and throws away what is typed meanwhile.
/// `look` blocks for a moment, and is told whether the screen was somebody else's.
pub(super) fn until<T>(
    reader: &mut Reader<'_>,
    mut look: impl FnMut(&mut Reader<'_>, bool) -> Result<Option<T>, AuthError>,
) -> Result<T, AuthError> {
    loop {
        let interrupted = reader.was_interrupted();
        let found = look(reader, interrupted)?;
        // Before it counts: whoever refuses meanwhile refuses.
        reader.still_wanted()?;
        let typing = reader.swallow()?;
        if let Some(found) = found {
            if typing {
                reader.discard_rest();
            }
            return Ok(found);
        }
    }
}

//! A question that is longer than the screen, page by page.

use std::time::Instant;

use openpass_auth::{AuthError, CancelledBy};
use zeroize::Zeroizing;

use super::{QUIET, Reader};
use crate::prompt::{
    layout::{Size, page_label},
    terminal::{
        keys::{Turn, Turns},
        tty::Transfer,
    },
};

impl Reader<'_> {
    /// Shows one page after the other, each until a key turns it.
    ///
    /// False if the terminal was resized, or somebody else's meanwhile: then
    /// nobody knows what is still on the screen, and it begins anew.
    pub(super) fn turn_pages(
        &mut self,
        pages: &[Vec<String>],
        size: Size,
    ) -> Result<bool, AuthError> {
        for (page, number) in pages.iter().zip(1..) {
            self.say_lines(page)?;
            // A key that was pressed before the page was there does not turn it,
            // nor does one that is held down; one that is pressed once the label
            // is there does.
            self.keys_are_let_go()?;
            self.say(&page_label(number, pages.len(), size.columns))?;
            let turned = self.is_turned(size)?;
            self.say("\n")?;
            if !turned {
                return Ok(false);
            }
        }
        // What is typed into the pages is no passphrase.
        self.keys_are_let_go()?;
        Ok(true)
    }

    /// Throws away what comes, but for a refusal and a stop, until nothing has
    /// come for a moment: a key that is held down comes again and again.
    fn keys_are_let_go(&mut self) -> Result<(), AuthError> {
        let mut quiet_since = Instant::now();
        while quiet_since.elapsed() < QUIET {
            self.still_wanted()?;
            match self.turn()? {
                Some(_) => quiet_since = Instant::now(),
                None => self.pause(),
            }
        }
        Ok(())
    }

    /// Waits for the key.
    fn is_turned(&mut self, size: Size) -> Result<bool, AuthError> {
        loop {
            self.still_wanted()?;
            if self.was_interrupted() || self.terminal.size() != Some(size) {
                return Ok(false);
            }
            match self.turn()? {
                Some(true) => return Ok(true),
                Some(false) => {}
                None => self.pause(),
            }
        }
    }

    /// Reads what was typed, and says whether a page is to be turned; `None`
    /// when nothing was typed. What is typed at once turns one page.
    fn turn(&mut self) -> Result<Option<bool>, AuthError> {
        let mut pressed = Zeroizing::new([0; 64]);
        let count = match self.terminal.read(pressed.as_mut_slice()) {
            Transfer::Bytes(count) => count,
            Transfer::NotNow => return Ok(None),
            Transfer::Gone => return Err(self.gone()),
        };
        let mut turns = Turns::new();
        let mut turned = false;
        for byte in pressed.iter().take(count) {
            match turns.press(*byte) {
                Turn::Next => turned = true,
                Turn::Nothing => {}
                Turn::Refuse => return Err(AuthError::Cancelled(CancelledBy::Person)),
                Turn::Stop => {
                    self.stop()?;
                    return Ok(Some(false));
                }
            }
        }
        Ok(Some(turned))
    }
}

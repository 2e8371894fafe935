//! The console, and nothing else.

use core::{cell::Cell, fmt};
use std::{fs::File, io};

use openpass_auth::Unavailable;
use windows_sys::Win32::System::Console::{
    DISABLE_NEWLINE_AUTO_RETURN, ENABLE_ECHO_INPUT, ENABLE_EXTENDED_FLAGS, ENABLE_LINE_INPUT,
    ENABLE_MOUSE_INPUT, ENABLE_PROCESSED_INPUT, ENABLE_PROCESSED_OUTPUT, ENABLE_QUICK_EDIT_MODE,
    ENABLE_VIRTUAL_TERMINAL_INPUT, ENABLE_VIRTUAL_TERMINAL_PROCESSING, ENABLE_WINDOW_INPUT,
    ENABLE_WRAP_AT_EOL_OUTPUT,
};
use zeroize::Zeroize as _;

use crate::{
    console,
    prompt::{charset::Charset, layout::Size},
};

/// The modes that are off while a passphrase is typed. Without the last, ^C is a key
/// like others.
const OFF: u32 = ENABLE_ECHO_INPUT | ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT;
/// Events that are no keys, and keys that come as sequences.
const NOT_KEYS: u32 = ENABLE_MOUSE_INPUT | ENABLE_WINDOW_INPUT | ENABLE_VIRTUAL_TERMINAL_INPUT;
/// The number of bytes that are written at once.
const AT_ONCE: usize = 1024;

/// `CONIN$` and `CONOUT$`, opened anew, wherever the standard handles go.
///
/// A read never waits: it could take what is typed after the console was given back.
pub(super) struct Tty {
    input: File,
    output: File,
    /// The first half of a character that UTF-16 has in two.
    high: Cell<Option<u16>>,
}

/// The mode of both ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct TtyMode {
    input: u32,
    output: u32,
}

/// The outcome of a read or a write.
pub(super) enum Transfer {
    /// So many bytes.
    Bytes(usize),
    /// Nothing now; later perhaps.
    NotNow,
    /// The console is gone.
    Gone,
}

impl fmt::Debug for Tty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tty(..)")
    }
}

impl Tty {
    pub(super) fn open() -> Result<Self, Unavailable> {
        let open = |name| console::open(name).map_err(|_| Unavailable::NoTerminal);
        Ok(Self {
            input: open("CONIN$")?,
            output: open("CONOUT$")?,
            high: Cell::new(None),
        })
    }

    /// The mode to give back later, if this program may change it now.
    pub(super) fn mode_to_change(&self) -> Result<TtyMode, Unavailable> {
        let mode = self.mode().map_err(|_| Unavailable::NoTerminal)?;
        let usual = ENABLE_ECHO_INPUT | ENABLE_LINE_INPUT;
        if mode.input & usual != usual {
            return Err(Unavailable::TerminalInUse);
        }
        Ok(mode)
    }

    fn mode(&self) -> io::Result<TtyMode> {
        Ok(TtyMode {
            input: console::mode(&self.input)?,
            output: console::mode(&self.output)?,
        })
    }

    /// Whether the mode is still the one of [`make_raw`](Self::make_raw).
    pub(super) fn is_raw(&self) -> bool {
        console::mode(&self.input).is_ok_and(|mode| mode & OFF == 0)
    }

    /// Always: a console has no background.
    #[expect(
        clippy::unused_self,
        reason = "a terminal of other systems has a foreground"
    )]
    pub(super) const fn in_foreground(&self) -> bool {
        true
    }

    /// Turns off echo, line mode, ^C's signal and what is selected with the mouse, which
    /// would hold the question without a word, as `mode` but for that, and throws away
    /// what was typed before.
    ///
    /// Set first, flush then: nothing is echoed in between.
    pub(super) fn make_raw(&self, mode: &TtyMode) -> io::Result<()> {
        let ready = self.set_raw(mode).and_then(|()| {
            if !self.is_raw() {
                return Err(io::Error::other("the console did not change its mode"));
            }
            self.flush_input()
        });
        if ready.is_err() {
            // Nothing can be done about a failure.
            drop(self.set(mode));
        }
        ready
    }

    fn set_raw(&self, mode: &TtyMode) -> io::Result<()> {
        let mut input = mode.input & !(OFF | NOT_KEYS);
        if input & ENABLE_EXTENDED_FLAGS != 0 {
            input &= !ENABLE_QUICK_EDIT_MODE;
        }
        console::set_mode(&self.input, input)?;
        let output = mode.output | ENABLE_PROCESSED_OUTPUT | ENABLE_WRAP_AT_EOL_OUTPUT;
        let output = output & !DISABLE_NEWLINE_AUTO_RETURN;
        // A console older than Windows 10 knows no escape sequences: no colour then.
        console::set_mode(&self.output, output | ENABLE_VIRTUAL_TERMINAL_PROCESSING)
            .or_else(|_| console::set_mode(&self.output, output))
    }

    pub(super) fn set(&self, mode: &TtyMode) -> io::Result<()> {
        let input = console::set_mode(&self.input, mode.input);
        // The one is given back even if the other cannot be.
        console::set_mode(&self.output, mode.output)?;
        input
    }

    pub(super) fn flush_input(&self) -> io::Result<()> {
        self.high.set(None);
        console::flush_input(&self.input)
    }

    /// Whether it takes the escape sequences of colours.
    pub(super) fn takes_colour(&self) -> bool {
        console::mode(&self.output).is_ok_and(|mode| mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING != 0)
    }

    /// Reads what was typed, in UTF-8.
    pub(super) fn read(&self, into: &mut [u8]) -> Transfer {
        let mut left = into;
        let mut count = 0;
        // A key that is held down may fill the rest.
        while count == 0 {
            match console::waiting(&self.input) {
                Ok(0) => return Transfer::NotNow,
                Ok(_) => {}
                Err(_) => return Transfer::Gone,
            }
            let Ok(key) = console::next_key(&self.input) else {
                return Transfer::Gone;
            };
            let Some(key) = key else { continue };
            let Some(character) = self.character(key.unit) else {
                continue;
            };
            for _ in 0..key.times {
                let length = character.len_utf8();
                let Some((place, rest)) = core::mem::take(&mut left).split_at_mut_checked(length)
                else {
                    break;
                };
                character.encode_utf8(place);
                left = rest;
                count += length;
            }
        }
        Transfer::Bytes(count)
    }

    /// The character that `unit` completes. A half without its other is none.
    fn character(&self, unit: u16) -> Option<char> {
        let mut units = [self.high.take().unwrap_or(unit), unit];
        let both = char::decode_utf16(units).next();
        units.zeroize();
        match both {
            Some(Ok(character)) if character.len_utf16() == 2 => Some(character),
            _ if (0xd800..0xdc00).contains(&unit) => {
                self.high.set(Some(unit));
                None
            }
            _ => char::from_u32(unit.into()),
        }
    }

    pub(super) fn write(&self, bytes: &[u8]) -> Transfer {
        // What is left of a text after whole characters is a text.
        let Ok(text) = core::str::from_utf8(bytes) else {
            return Transfer::Gone;
        };
        let units: Vec<u16> = text.encode_utf16().take(AT_ONCE).collect();
        match console::write(&self.output, whole(&units)) {
            Ok(written) => Transfer::Bytes(length_of(text, written)),
            Err(_) => Transfer::Gone,
        }
    }

    /// The size of the window, or 24 × 80 where the console does not say. A line that
    /// fills the last column would be followed by an empty one.
    pub(super) fn size(&self) -> Size {
        let (rows, columns) = console::window(&self.output).unwrap_or((0, 0));
        let or = |size: u16, usual: usize| if size == 0 { usual } else { size.into() };
        Size {
            rows: or(rows, 24),
            columns: or(columns, 80).saturating_sub(1).max(1),
            charset: Charset::Utf8,
        }
    }
}

/// `units` without the first half of a character at their end.
fn whole(units: &[u16]) -> &[u16] {
    match units.split_last() {
        Some((last, rest)) if (0xd800..0xdc00).contains(last) => rest,
        _ => units,
    }
}

/// Returns the number of bytes of `text` that make so many units of UTF-16.
fn length_of(text: &str, units: usize) -> usize {
    let mut seen = 0;
    text.chars()
        .take_while(|character| {
            seen += character.len_utf16();
            seen <= units
        })
        .map(char::len_utf8)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_is_written_in_halves() {
        let units: Vec<u16> = "aé€𝄞".encode_utf16().collect();
        assert_eq!(whole(&units), units);
        assert_eq!(whole(&units[..4]), &units[..3]);
        assert_eq!(length_of("aé€𝄞", 3), 6);
        assert_eq!(length_of("aé€𝄞", 4), 6);
        assert_eq!(length_of("aé€𝄞", 5), 10);
    }
}

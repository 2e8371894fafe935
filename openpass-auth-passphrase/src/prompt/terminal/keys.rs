//! The action of each key.

use crate::buffer::Buffer;

/// The next step after a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Go on reading.
    GoOn,
    /// Go on, and tell the person that the key did nothing.
    Bell,
    /// The passphrase is complete.
    Enter,
    /// The person refuses.
    Refuse,
    /// The person wants the shell for a while.
    Stop,
}

/// The effect of a key while pages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing.
    Nothing,
    /// The person has seen the page.
    Next,
    /// The person refuses.
    Refuse,
    /// The person wants the shell for a while.
    Stop,
}

/// Turns key presses into turned pages.
pub(super) struct Turns {
    sequence: Sequence,
}

impl Turns {
    pub(super) const fn new() -> Self {
        Self {
            sequence: Sequence::Outside,
        }
    }

    pub(super) fn press(&mut self, byte: u8) -> Turn {
        match byte {
            control::C | control::BACKSLASH | control::D => return Turn::Refuse,
            control::Z => return Turn::Stop,
            _ if self.sequence != Sequence::Outside => {
                self.sequence = self.sequence.after(byte);
                return Turn::Nothing;
            }
            _ => {}
        }
        match byte {
            b' ' | b'\r' | b'\n' => Turn::Next,
            b'q' | b'Q' => Turn::Refuse,
            control::ESCAPE => {
                self.sequence = Sequence::Begun;
                Turn::Nothing
            }
            _ => Turn::Nothing,
        }
    }
}

/// Turns key presses into a passphrase.
pub(super) struct Keys {
    pub(super) typed: Buffer,
    sequence: Sequence,
}

/// The position of the last byte in an escape sequence. Cursor and function keys send
/// such sequences, and their letters must not end up in the passphrase.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sequence {
    Outside,
    /// After ESC.
    Begun,
    /// After ESC `[`, until a final byte (ECMA-48 §5.4).
    Control,
    /// After ESC O: one more byte.
    Single,
}

impl Keys {
    pub(super) fn new() -> Self {
        Self {
            typed: Buffer::new(),
            sequence: Sequence::Outside,
        }
    }

    pub(super) fn press(&mut self, byte: u8) -> Next {
        // These end the prompt wherever they come.
        match byte {
            control::C | control::BACKSLASH => return Next::Refuse,
            control::Z => return Next::Stop,
            b'\r' | b'\n' => return Next::Enter,
            _ => {}
        }
        match self.sequence {
            Sequence::Outside => self.key(byte),
            _ => self.skip(byte),
        }
    }

    fn key(&mut self, byte: u8) -> Next {
        match byte {
            control::D if self.typed.is_empty() => return Next::Refuse,
            control::H | control::DELETE => self.typed.pop_character(),
            control::U => self.typed.clear(),
            control::W => self.typed.pop_word(),
            control::ESCAPE => {
                self.sequence = Sequence::Begun;
                return Next::Bell;
            }
            b'\t' | b' '.. => {
                let had_room = !self.typed.overflowed();
                self.typed.push(byte);
                if had_room && self.typed.overflowed() {
                    return Next::Bell;
                }
            }
            _ => return Next::Bell,
        }
        Next::GoOn
    }

    fn skip(&mut self, byte: u8) -> Next {
        self.sequence = self.sequence.after(byte);
        Next::GoOn
    }
}

impl Sequence {
    const fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Begun, b'[') => Self::Control,
            (Self::Begun, b'O') => Self::Single,
            (Self::Begun, control::ESCAPE) => Self::Begun,
            (Self::Control, 0x20..=0x3f) => Self::Control,
            _ => Self::Outside,
        }
    }
}

/// Control characters (ECMA-48), by the letter typed with Ctrl.
mod control {
    pub(super) const C: u8 = 0x03;
    pub(super) const D: u8 = 0x04;
    pub(super) const H: u8 = 0x08;
    pub(super) const U: u8 = 0x15;
    pub(super) const W: u8 = 0x17;
    pub(super) const Z: u8 = 0x1a;
    pub(super) const ESCAPE: u8 = 0x1b;
    pub(super) const BACKSLASH: u8 = 0x1c;
    pub(super) const DELETE: u8 = 0x7f;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Passphrase;

    /// Presses keys until one ends the prompt.
    fn press(keys: &[u8]) -> (Next, String) {
        let mut all = Keys::new();
        let next = keys
            .iter()
            .map(|key| all.press(*key))
            .find(|next| matches!(next, Next::Enter | Next::Refuse | Next::Stop))
            .unwrap_or(Next::GoOn);
        let typed = all.typed.finish().unwrap();
        (next, String::from_utf8(typed.to_vec()).unwrap())
    }

    #[test]
    fn keys_edit_what_was_typed() {
        assert_eq!(press(b"wron\x7f\x7f\x7f\x7fright\r").1, "right");
        assert_eq!(press(b"wrong\x15right\n").1, "right");
        assert_eq!(press(b"two wrong\x17words\r").1, "two words");
        assert_eq!(press("ab\u{e9}\x08c\r".as_bytes()).1, "abc");
        assert_eq!(press(b"\x7f\x15\x17x\r").1, "x");
    }

    #[test]
    fn cursor_keys_leave_nothing_in_the_passphrase() {
        assert_eq!(press(b"a\x1b[Ab\x1bOPc\x1b[15;2~d\x1b[200~e\r").1, "abcde");
        // With Alt held down, a second escape character stands in front.
        assert_eq!(press(b"a\x1b\x1b[Ab\r").1, "ab");
    }

    #[test]
    fn the_bell_tells_once_of_what_does_not_fit() {
        let mut keys = Keys::new();
        let said = |next: &Next| matches!(next, Next::Bell);
        let fits = (0..Passphrase::MAX_BYTES).map(|_| keys.press(b'a'));
        assert!(!fits.collect::<Vec<_>>().iter().any(said));
        assert!(said(&keys.press(b'a')));
        assert!(!said(&keys.press(b'a')));
        assert!(keys.typed.finish().is_err());
    }

    #[test]
    fn a_broken_escape_sequence_cannot_keep_the_prompt() {
        assert_eq!(press(b"a\x1b[1;1;1\x03").0, Next::Refuse);
        assert_eq!(press(b"a\x1b[1\r").0, Next::Enter);
    }

    #[test]
    fn control_z_stops_wherever_it_comes() {
        assert_eq!(press(b"a\x1a").0, Next::Stop);
        assert_eq!(press(b"a\x1b[1\x1a").0, Next::Stop);
    }

    #[test]
    fn only_an_empty_control_d_refuses() {
        assert_eq!(press(b"\x04").0, Next::Refuse);
        assert_eq!(press(b"a\x04b\r"), (Next::Enter, "ab".to_owned()));
        assert_eq!(press(b"a\x7f\x04").0, Next::Refuse);
        assert_eq!(press(b"a\x1c").0, Next::Refuse);
    }

    #[test]
    fn case_42_only_space_and_enter_turn_a_page_and_q_refuses() {
        let all = |keys: &[u8]| -> Vec<Turn> {
            let mut turns = Turns::new();
            keys.iter().map(|key| turns.press(*key)).collect()
        };
        for key in u8::MIN..=u8::MAX {
            let turn = match key {
                b' ' | b'\r' | b'\n' => Turn::Next,
                b'q' | b'Q' | 0x03 | 0x04 | 0x1c => Turn::Refuse,
                0x1a => Turn::Stop,
                _ => Turn::Nothing,
            };
            assert_eq!(all(&[key]), [turn], "{key}");
        }
        // Page Down, and 1 on a keypad: their letters are no answers.
        for keys in [b"\x1b[6~".as_slice(), b"\x1bOq", b"\x1b[ q"] {
            assert!(all(keys).iter().all(|turn| *turn == Turn::Nothing));
        }
    }

    #[test]
    fn other_control_keys_do_nothing() {
        assert_eq!(press(b"a\x00\x01\x12b\tc\r").1, "ab\tc");
    }
}

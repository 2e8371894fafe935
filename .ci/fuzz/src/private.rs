//! Readers that are private to the passphrase's prompts: pinentry's lines and the keys of
//! a terminal.

use crate::buffer::Buffer;

#[path = "../../../openpass-auth-passphrase/src/prompt/terminal/keys.rs"]
mod pressed;

#[path = "../../../openpass-auth-passphrase/src/prompt/pinentry/line.rs"]
mod received;

/// The function that `received` calls of its own crate.
mod connection {
    use openpass_auth::{AuthError, BackendError};

    pub(super) fn broken(message: &'static str) -> AuthError {
        BackendError::new(message).into()
    }
}

use pressed::{Keys, Next, Turn, Turns};
use received::{LINE, Line, Received, decode};

/// The first byte says in which pieces the rest comes.
pub(crate) fn assuan(bytes: &[u8]) {
    let (size, bytes) = bytes.split_first().unwrap_or((&0, &[]));
    let mut coming = bytes.chunks(usize::from(*size).max(1));
    let mut expected = bytes.split_inclusive(|byte| *byte == b'\n');
    let mut received = Received::default();
    let mut left: &[u8] = &[];
    loop {
        while !received.has_line() {
            if received.is_full() {
                let next = expected.next().unwrap();
                let line = next.strip_suffix(b"\n").unwrap_or(next);
                assert!(line.len() > LINE, "a line that is not too long is refused");
                return;
            }
            if left.is_empty() {
                left = coming.next().unwrap_or_default();
            }
            if left.is_empty() {
                assert!(expected.next().is_none_or(|line| !line.ends_with(b"\n")));
                return;
            }
            let room = received.room();
            let count = room.len().min(left.len());
            let (now, later) = left.split_at(count);
            room.get_mut(..count).unwrap().copy_from_slice(now);
            received.has(count);
            left = later;
        }
        let line = expected.next().unwrap().strip_suffix(b"\n").unwrap();
        assert_eq!(received.line(), line);
        meaning(line);
        received.forget_line();
    }
}

/// Compares the meaning of a line with its text.
fn meaning(line: &[u8]) {
    match Line::of(line) {
        Line::Ok => assert!(line == b"OK" || line.starts_with(b"OK ")),
        Line::Err(code) => assert!(line.starts_with(b"ERR ") && code <= 0xffff),
        Line::FromCache => assert!(line.starts_with(b"S PASSWORD_FROM_CACHE")),
        Line::Remark => assert!(line.starts_with(b"#") || line == b"S" || line.starts_with(b"S ")),
        Line::Data(data) => {
            assert!(line == b"D" || line.strip_prefix(b"D ") == Some(data));
            let mut buffer = Buffer::new();
            let taken = decode(data, &mut buffer).is_ok();
            let decoded = decoded(data);
            assert_eq!(taken, decoded.is_some());
            if let (true, Ok(bytes)) = (taken, buffer.finish()) {
                assert_eq!(Some(bytes.to_vec()), decoded);
            }
        }
        Line::Other => assert!(line != b"OK" && !line.starts_with(b"D ")),
    }
}

/// Undoes escapes from the front, without a buffer that is wiped.
fn decoded(data: &[u8]) -> Option<Vec<u8>> {
    let mut parts = data.split(|byte| *byte == b'%');
    let mut all = parts.next()?.to_vec();
    for part in parts {
        let digits = core::str::from_utf8(part.get(..2)?).ok()?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        all.push(u8::from_str_radix(digits, 16).ok()?);
        all.extend_from_slice(part.get(2..)?);
    }
    Some(all)
}

/// Keys on a terminal: at a passphrase, and at pages.
pub(crate) fn keys(bytes: &[u8]) {
    let mut keys = Keys::new();
    for byte in bytes {
        let empty = keys.typed.is_empty();
        match keys.press(*byte) {
            Next::Enter => assert!(matches!(byte, b'\r' | b'\n')),
            Next::Refuse => assert!(matches!(byte, 0x03 | 0x1c) || (*byte == 0x04 && empty)),
            Next::Stop => assert_eq!(*byte, 0x1a),
            Next::GoOn | Next::Bell => {
                assert!(!matches!(byte, 0x03 | 0x1a | 0x1c | b'\r' | b'\n'));
                continue;
            }
        }
        break;
    }
    if let Ok(typed) = keys.typed.finish() {
        let mut pressed = bytes.iter();
        for byte in typed.iter() {
            assert!(*byte == b'\t' || (*byte >= b' ' && *byte != 0x7f));
            assert!(pressed.any(|key| key == byte), "nobody typed {byte}");
        }
    }
    let mut turns = Turns::new();
    for byte in bytes {
        match turns.press(*byte) {
            Turn::Next => assert!(matches!(byte, b' ' | b'\r' | b'\n')),
            Turn::Refuse => assert!(matches!(byte, b'q' | b'Q' | 0x03 | 0x04 | 0x1c)),
            Turn::Stop => assert_eq!(*byte, 0x1a),
            Turn::Nothing => assert!(!matches!(byte, 0x03 | 0x04 | 0x1a | 0x1c)),
        }
    }
}

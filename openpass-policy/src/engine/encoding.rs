//! Files that are text, and not UTF-8.

use super::PolicySource;
use crate::{PolicyProblem, ProblemKind};

/// The number of bytes that are looked at to recognise text with two bytes for each
/// character.
const LOOKED_AT: usize = 512;

/// Returns the problem of a file in UTF-16, known by its mark or by its zeros. A file
/// in UTF-32 is told the same.
pub(super) fn wide(file: &str, bytes: &[u8]) -> Option<PolicyProblem> {
    let marked = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let start = bytes.get(..LOOKED_AT.min(bytes.len())).unwrap_or_default();
    let zeros = start.iter().filter(|byte| **byte == 0).count();
    let is_wide = marked || (zeros > 0 && zeros.saturating_mul(3) >= start.len());
    is_wide.then(|| {
        PolicyProblem::whole_file(
            ProblemKind::Unreadable,
            file,
            "it is UTF-16 text, as some editors save it, and a policy is read as UTF-8".to_owned(),
            "save it as UTF-8; where there is `iconv`: `iconv -f UTF-16 -t UTF-8 FILE`",
        )
    })
}

/// Returns the problem of a byte that is no UTF-8. In Latin-1 each byte is a character.
pub(super) fn narrow(file: &str, bytes: &[u8], valid: usize) -> PolicyProblem {
    let byte = bytes.get(valid).copied().unwrap_or_default();
    let meant = match char::from(byte) {
        letter if letter.is_alphanumeric() => format!(", which in Latin-1 is `{letter}`"),
        _ => String::new(),
    };
    let message =
        format!("the byte 0x{byte:02x} is not UTF-8{meant}, and a policy is read as UTF-8");
    // Up to the first that is wrong, it is the same text, but for the mark at its start.
    let marked = bytes.starts_with("\u{feff}".as_bytes());
    let valid = valid.saturating_sub(if marked { 3 } else { 0 });
    let source = PolicySource::new(file, String::from_utf8_lossy(bytes));
    let help = "save it as UTF-8; where there is `iconv`: `iconv -f LATIN1 -t UTF-8 FILE`";
    PolicyProblem::at(ProblemKind::Unreadable, &source, (valid, 1), message)
        .with_help(help.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_of_which_every_other_byte_is_zero_is_told_as_utf_16() {
        for wide_text in [&b"p\0e\0r\0"[..], b"\xff\xfepermit", b"\xfe\xff"] {
            assert!(wide("own.cedar", wide_text).is_some(), "{wide_text:?}");
        }
        for text in [&b""[..], b"// a zero: \0", b"permit (principal);"] {
            assert!(wide("own.cedar", text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_byte_that_is_a_letter_in_latin_1_is_told_as_that() {
        let told = |byte| narrow("own.cedar", &[b'/', b'/', byte], 2).to_string();
        assert!(told(0xe9).contains("which in Latin-1 is `\u{e9}`"));
        assert!(!told(0x80).contains("Latin-1"), "{}", told(0x80));
    }
}

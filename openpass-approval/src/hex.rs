//! Bytes as lower-case hexadecimal, in exactly one way.

use base64ct::{Base64UrlUnpadded, Encoding as _};

pub(crate) fn encode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes, if `text` is what [`encode`] makes of them.
pub(crate) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != N.checked_mul(2)? {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    (encode(&bytes) == text).then_some(bytes)
}

/// base64url without padding (RFC 4648 §5), as RFC 7515 wants it.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// The bytes of at most `most` characters; `None` for any other way to write them.
pub(crate) fn from_base64url(text: &str, most: usize) -> Option<Vec<u8>> {
    if text.len() > most {
        return None;
    }
    Base64UrlUnpadded::decode_vec(text).ok()
}

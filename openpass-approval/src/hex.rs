//! Bytes as lower-case hexadecimal, in exactly one way.

pub(crate) use base16ct::lower::encode_string as encode;
use base64ct::{Base64UrlUnpadded, Encoding as _};

/// The bytes of `2 * N` digits, in lower case.
pub(crate) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let found = base16ct::lower::decode(text, &mut bytes).ok()?.len();
    (found == N).then_some(bytes)
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

//! SHA-256 and hexadecimal digits.

pub(crate) use base16ct::lower::encode_string as hex;
use sha2::{Digest as _, Sha256};

/// The SHA-256 of `bytes`, as 64 hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The bytes of lower-case digits, if there are exactly `N` of them.
pub(crate) fn unhex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let found = base16ct::lower::decode(text, &mut bytes).ok()?.len();
    (found == N).then_some(bytes)
}

/// The bytes of lower-case digits, two a byte.
pub(crate) fn unhex_all(text: &[u8]) -> Option<Vec<u8>> {
    base16ct::lower::decode_vec(text).ok()
}

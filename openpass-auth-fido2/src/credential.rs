//! Reads what a key says of a credential that it made.

use openpass_approval::{PublicKey, RP_ID};
use sha2::{Digest as _, Sha256};

/// The longest credential id, in bytes (Web Authentication Level 3 §4).
const MAX_ID: usize = 1023;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const ATTESTED_CREDENTIAL: u8 = 1 << 6;
const EXTENSIONS: u8 = 1 << 7;

/// The bytes before x and y in the one form of an ES256 key (RFC 9053 §7.1.1, in
/// CTAP2's canonical CBOR, CTAP 2.1 §8: {1: 2, 3: -7, -1: 1, -2: x, -3: y}).
const BEFORE_X: [u8; 10] = [0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32];
const BEFORE_Y: [u8; 3] = [0x22, 0x58, 32];

/// The reason why the data is no credential that could approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CredentialError {
    #[error("the security key's new credential does not have the form of a credential")]
    Form,
    #[error("the security key made a credential for another relying party than `{RP_ID}`")]
    OtherRelyingParty,
    #[error("the security key says that nobody touched it")]
    NotPresent,
    #[error("the security key says that it did not verify who touched it")]
    NotVerified,
    #[error("the security key's new credential is not an ES256 key")]
    NotEs256,
}

/// Reads authenticator data with one credential and nothing else (Web Authentication
/// Level 3 §6.1, §6.5.1).
///
/// The attestation is not looked at: the maker of a key does not show its owner, and
/// the person who approves the new approver has the key in their hand.
pub(crate) fn read(data: &[u8]) -> Result<(Vec<u8>, PublicKey), CredentialError> {
    let form = CredentialError::Form;
    let (relying_party, rest) = data.split_first_chunk::<32>().ok_or(form)?;
    let (&[flags], rest) = rest.split_first_chunk::<1>().ok_or(form)?;
    if *relying_party != <[u8; 32]>::from(Sha256::digest(RP_ID)) {
        return Err(CredentialError::OtherRelyingParty);
    }
    if flags & (ATTESTED_CREDENTIAL | EXTENSIONS) != ATTESTED_CREDENTIAL {
        return Err(form);
    }
    if flags & USER_PRESENT == 0 {
        return Err(CredentialError::NotPresent);
    }
    if flags & USER_VERIFIED == 0 {
        return Err(CredentialError::NotVerified);
    }
    let (_counter, rest) = rest.split_first_chunk::<4>().ok_or(form)?;
    let (_model, rest) = rest.split_first_chunk::<16>().ok_or(form)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(form)?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length == 0 || length > MAX_ID {
        return Err(form);
    }
    let (id, key) = rest.split_at_checked(length).ok_or(form)?;
    Ok((id.to_vec(), es256(key).ok_or(CredentialError::NotEs256)?))
}

fn es256(key: &[u8]) -> Option<PublicKey> {
    let (x, rest) = key.strip_prefix(&BEFORE_X)?.split_first_chunk::<32>()?;
    let y = rest.strip_prefix(&BEFORE_Y)?.try_into().ok()?;
    PublicKey::p256(x, y).ok()
}

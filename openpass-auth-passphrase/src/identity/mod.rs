//! OpenPass's `identity.age`: a secret key, wrapped by a passphrase.
//!
//! The plaintext is one `AGE-SECRET-KEY-1…` line. Two wrappings exist: age's
//! own scrypt (C2SP age specification), which is also what [`seal`] writes,
//! and a private `argon2id` stanza of OpenPass, which can only be opened here.

mod approver;
mod argon2id;
mod key;
mod opened;
mod verifier;
mod wrapping;

use core::iter;
use std::io::{Read as _, Write as _};

use age::secrecy::SecretBox;
use zeroize::Zeroizing;

pub use key::SecretKey;
pub use opened::{IdentityCheck, OpenedIdentity};
pub use verifier::IdentityVerifier;

use self::wrapping::Wrapping;
use crate::{Passphrase, VerifyError, cost};

/// The largest `identity.age` that is read, in bytes. Real ones have 300.
pub const MAX_BYTES: usize = 16 * 1024;

/// The scrypt work factor that the product writes: 2¹⁸ rounds, 256 MiB and
/// somewhat over a second.
pub const WORK_FACTOR: u8 = 18;

/// A new random secret key.
#[must_use]
pub fn generate() -> SecretKey {
    SecretKey::from_age(&age::x25519::Identity::generate())
}

/// Opens the bytes of an `identity.age`.
///
/// It blocks for as long as the key derivation takes, up to some seconds and
/// 1 GiB; what the file asks for beyond that is refused before any work.
///
/// # Errors
///
/// [`VerifyError`], as [`IdentityVerifier`] gives.
pub fn open(bytes: &[u8], passphrase: &Passphrase) -> Result<SecretKey, VerifyError> {
    open_wrapped(bytes, &Wrapping::read(bytes)?, passphrase)
}

/// Wraps `key` by `passphrase`, as `openpass init` and rotation write it:
/// scrypt, work factor [`WORK_FACTOR`] unless there is a reason.
///
/// # Errors
///
/// [`VerifyError::CostTooLow`] or [`VerifyError::CostTooHigh`] when
/// `work_factor` is not within 10 and 20, which nothing here would open.
pub fn seal(
    key: &SecretKey,
    passphrase: &Passphrase,
    work_factor: u8,
) -> Result<Vec<u8>, VerifyError> {
    let failed = VerifyError::Broken("the identity could not be encrypted");
    cost::within("scrypt work factor", work_factor.into(), cost::SCRYPT_LOG_N)?;
    let mut recipient = age::scrypt::Recipient::new(secret(passphrase));
    recipient.set_work_factor(work_factor);
    let recipients = iter::once(&recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients).map_err(|_| failed.clone())?;
    let write = || {
        let mut writer = encryptor.wrap_output(Vec::new())?;
        writer.write_all(key.expose().as_bytes())?;
        writer.write_all(b"\n")?;
        writer.finish()
    };
    write().map_err(|_| failed)
}

fn open_wrapped(
    bytes: &[u8],
    wrapping: &Wrapping,
    passphrase: &Passphrase,
) -> Result<SecretKey, VerifyError> {
    let plaintext = match wrapping {
        Wrapping::Scrypt => {
            let mut identity = age::scrypt::Identity::new(secret(passphrase));
            identity.set_max_work_factor(MAX_LOG_N);
            decrypt(bytes, &identity)?
        }
        Wrapping::Argon2id(stanza) => decrypt(bytes, &stanza.unwrap(passphrase)?)?,
    };
    SecretKey::from_plaintext(&plaintext)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the bound is 20; checked when this is compiled"
)]
const MAX_LOG_N: u8 = {
    assert!(cost::SCRYPT_LOG_N.1 < 64, "age takes fewer than 64");
    cost::SCRYPT_LOG_N.1 as u8
};

/// Decrypts the whole file: a truncated one is broken, not opened.
fn decrypt(bytes: &[u8], identity: &dyn age::Identity) -> Result<Zeroizing<Vec<u8>>, VerifyError> {
    let mut reader = age::Decryptor::new_buffered(bytes)
        .and_then(|decryptor| decryptor.decrypt(iter::once(identity)))
        .map_err(|error| match error {
            age::DecryptError::DecryptionFailed => VerifyError::Wrong,
            _ => VerifyError::Broken("the identity's header is damaged"),
        })?;
    // No file is larger than this, so the plaintext never outgrows it.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(MAX_BYTES));
    reader
        .read_to_end(&mut plaintext)
        .map_err(|_| VerifyError::Broken("the identity's body is damaged or cut off"))?;
    Ok(plaintext)
}

/// A copy for age, which wipes it. `Box<str>` is allocated to measure, where a
/// `String` could be moved and leave a copy behind.
fn secret(passphrase: &Passphrase) -> age::secrecy::SecretString {
    SecretBox::new(Box::from(passphrase.expose()))
}

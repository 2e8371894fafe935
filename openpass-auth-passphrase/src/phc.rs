//! A passphrase's Argon2id record, in PHC string format.

use core::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use subtle::ConstantTimeEq as _;

use crate::{
    Passphrase, PassphraseVerifier, Verified, VerifyError,
    cost::{Argon2idCost, canonical},
};

/// The salt that a new record gets, in bytes (RFC 9106 §3.1 recommends 16).
const SALT_BYTES: usize = 16;
/// The salts that are taken: fewer bytes might repeat, more are nobody's.
const SALTS: core::ops::RangeInclusive<usize> = 8..=64;
const HASH_BYTES: usize = 32;

const DAMAGED: VerifyError = VerifyError::Broken("the passphrase's record is damaged");

/// Says yes to the passphrase that a record was made of.
///
/// The record is `$argon2id$v=19$m=65536,t=3,p=4$SALT$HASH`, the PHC string
/// format: no secret, but with it the passphrase can be guessed offline, so it
/// belongs in a file of mode 0600. `Debug` shows its cost only.
///
/// ```
/// use openpass_auth_passphrase::{Passphrase, PassphraseVerifier as _, PhcVerifier, VerifyError};
///
/// let right = Passphrase::new(b"correct horse battery staple").map_err(|_| VerifyError::Wrong)?;
/// let record = PhcVerifier::record(&right)?;
/// assert!(record.starts_with("$argon2id$v=19$m=65536,t=3,p=4$"));
/// assert!(PhcVerifier::new(&record)?.verify(&right).is_ok());
/// # Ok::<(), VerifyError>(())
/// ```
pub struct PhcVerifier {
    cost: Argon2idCost,
    salt: Vec<u8>,
    hash: [u8; HASH_BYTES],
}

impl PhcVerifier {
    /// A verifier for `record`. No key is derived yet.
    ///
    /// # Errors
    ///
    /// - [`VerifyError::CostTooHigh`], [`VerifyError::CostTooLow`]: the record
    ///   asks for work outside 19 MiB–1 GiB, 1–10 passes, 1–16 lanes.
    /// - [`VerifyError::Unsupported`]: it is not Argon2id version 1.3 with a
    ///   hash of 32 bytes.
    /// - [`VerifyError::Broken`]: it is not a record, or not in the one
    ///   spelling that the format has for it.
    pub fn new(record: &str) -> Result<Self, VerifyError> {
        let mut parts = record.split('$');
        let mut part = || parts.next().ok_or(DAMAGED);
        if !part()?.is_empty() {
            return Err(DAMAGED);
        }
        if part()? != "argon2id" {
            return Err(VerifyError::Unsupported(
                "the passphrase's record does not use Argon2id",
            ));
        }
        if part()? != "v=19" {
            return Err(VerifyError::Unsupported(
                "the passphrase's record does not use Argon2 version 1.3",
            ));
        }
        let cost = read_cost(part()?)?;
        let salt = decoded(part()?)?;
        let hash = decoded(part()?)?;
        if parts.next().is_some() || !SALTS.contains(&salt.len()) {
            return Err(DAMAGED);
        }
        let hash = hash.try_into().map_err(|_| {
            VerifyError::Unsupported("the passphrase's record does not hold a hash of 32 bytes")
        })?;
        Ok(Self { cost, salt, hash })
    }

    /// A new record of `passphrase`, with a salt of its own: Argon2id, 64 MiB,
    /// 3 passes, 4 lanes (RFC 9106 §4, the second recommended option), a third
    /// of a second on a small machine. It blocks.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Broken`] if the system gives no randomness or no memory.
    pub fn record(passphrase: &Passphrase) -> Result<String, VerifyError> {
        let (memory, passes, lanes) = (65_536, 3, 4);
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt)
            .map_err(|_| VerifyError::Broken("the system gives no random numbers"))?;
        let cost = Argon2idCost::new(passes, memory, lanes)?;
        let hash = cost.derive(passphrase.expose().as_bytes(), &salt)?;
        let encoded = |bytes: &[u8]| BASE64_STANDARD_NO_PAD.encode(bytes);
        Ok(format!(
            "$argon2id$v=19$m={memory},t={passes},p={lanes}${}${}",
            encoded(&salt),
            encoded(hash.as_slice()),
        ))
    }
}

impl PassphraseVerifier for PhcVerifier {
    fn verify(&self, passphrase: &Passphrase) -> Result<Verified, VerifyError> {
        let typed = passphrase.expose().as_bytes();
        let hash = self.cost.derive(typed, &self.salt)?;
        if bool::from(hash.as_slice().ct_eq(&self.hash)) {
            Ok(Verified::unnamed())
        } else {
            Err(VerifyError::Wrong)
        }
    }
}

impl fmt::Debug for PhcVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhcVerifier")
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

/// Reads `m=65536,t=3,p=4`, in this order and no other spelling.
fn read_cost(text: &str) -> Result<Argon2idCost, VerifyError> {
    let mut parts = text.split(',');
    let mut number = |name: &str| {
        let value = parts.next()?.strip_prefix(name)?.strip_prefix('=')?;
        canonical(value)
    };
    let (memory, passes, lanes) = (number("m"), number("t"), number("p"));
    let (Some(memory), Some(passes), Some(lanes), None) = (memory, passes, lanes, parts.next())
    else {
        return Err(DAMAGED);
    };
    Argon2idCost::new(passes, memory, lanes)
}

/// This decoder takes canonical base64 only.
fn decoded(text: &str) -> Result<Vec<u8>, VerifyError> {
    BASE64_STANDARD_NO_PAD.decode(text).map_err(|_| DAMAGED)
}

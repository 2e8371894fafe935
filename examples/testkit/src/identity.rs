//! Identities that open fast.

use std::sync::OnceLock;

use openpass_auth_passphrase::{Passphrase, identity};

use crate::RIGHT;

/// The lowest work factor that a verifier takes: each test opens an identity.
const WORK_FACTOR: u8 = 10;

/// An identity.age that [`RIGHT`] opens, sealed once for all tests of a program.
pub fn cheap_identity() -> &'static [u8] {
    static SEALED: OnceLock<Vec<u8>> = OnceLock::new();
    SEALED.get_or_init(|| sealed(&identity::generate(), RIGHT))
}

/// An identity.age with `key` in it, which opens fast.
pub fn sealed(key: &identity::SecretKey, passphrase: &str) -> Vec<u8> {
    sealed_at(WORK_FACTOR, key, passphrase)
}

/// An identity.age with `key` in it, which opens as slowly as `work_factor` says.
pub fn sealed_at(work_factor: u8, key: &identity::SecretKey, passphrase: &str) -> Vec<u8> {
    let passphrase = Passphrase::new(passphrase.as_bytes()).unwrap();
    identity::seal(key, &passphrase, work_factor).unwrap()
}

/// A file that `key` opens, as the product encrypts manifest.age and entries.
pub fn encrypted_to(key: &identity::SecretKey) -> Vec<u8> {
    let recipient: age::x25519::Recipient = key.recipient().unwrap().parse().unwrap();
    age::encrypt(&recipient, b"{}").unwrap()
}

/// An age file with `text` in it, which [`RIGHT`] opens fast.
pub fn sealed_text(text: &str) -> Vec<u8> {
    let mut recipient = age::scrypt::Recipient::new(RIGHT.to_owned().into());
    recipient.set_work_factor(WORK_FACTOR);
    age::encrypt(&recipient, text.as_bytes()).unwrap()
}

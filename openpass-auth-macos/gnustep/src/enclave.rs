//! The stand-in for the Secure Enclave: keys of P-256 in this process, which sign only
//! with a context that a finger answered.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering::SeqCst},
};

use objc2::runtime::AnyObject;
use openpass_auth_macos::{Enclave, set_enclave};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};

use crate::{
    fake::yes_of,
    stage::{Error, Key, note, script, wrong},
};

/// `LAError.notInteractive`: the key wants a yes that there is none of.
const NO_YES: Error = ("com.apple.LocalAuthentication", -1004);

/// A token object begins with this; what tells the key from others follows.
const OBJECT: &[u8] = b"a key of the stage ";

pub(crate) fn register() {
    set_enclave(Arc::new(Staged));
}

#[derive(Debug)]
struct Staged;

impl Enclave for Staged {
    fn make(&self) -> Result<(Vec<u8>, Vec<u8>), Error> {
        let number = next();
        let mut object = OBJECT.to_vec();
        object.push(number);
        Ok((object, public(&secret(number))))
    }

    fn public(&self, stored: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(public(&find(stored)?))
    }

    fn sign(
        &self,
        stored: &[u8],
        context: &AnyObject,
        message: &[u8],
    ) -> Result<Option<Vec<u8>>, Error> {
        let key = find(stored)?;
        let yes = yes_of(context);
        if !yes.asks_no_more {
            wrong("a key may show a dialog of its own");
        }
        if !yes.matched {
            return Err(NO_YES);
        }
        match script().key {
            Key::Fails(error) => Err(error),
            Key::GivesNothing => Ok(None),
            _ => {
                note(|seen| seen.signatures += 1);
                let signature: Signature = key.sign(message);
                Ok(Some(signature.to_der().as_bytes().to_vec()))
            }
        }
    }
}

fn find(stored: &[u8]) -> Result<SigningKey, Error> {
    match script().key {
        Key::DoesNotOpen(error) => Err(error),
        Key::OpensAsNew => Ok(secret(next())),
        _ => match stored.strip_prefix(OBJECT) {
            Some(&[number]) => Ok(secret(number)),
            // As it was reported of the real one.
            _ => Ok(secret(next())),
        },
    }
}

fn next() -> u8 {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    NEXT.fetch_add(1, SeqCst)
}

/// Any number but 0 is a key.
fn secret(number: u8) -> SigningKey {
    SigningKey::from_slice(&[number; 32]).expect("a key")
}

fn public(key: &SigningKey) -> Vec<u8> {
    let point = key.verifying_key().to_sec1_point(false);
    point.as_bytes().to_vec()
}

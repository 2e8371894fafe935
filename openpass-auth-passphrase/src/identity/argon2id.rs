//! OpenPass's private stanza: `-> argon2id SALT t=3,m=65536,p=4`.

use age_core::{
    format::{FILE_KEY_BYTES, FileKey, Stanza},
    primitives::hkdf,
    secrecy::ExposeSecret as _,
};
use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, Nonce, aead::Aead as _};
use zeroize::Zeroizing;

use crate::{
    Passphrase, VerifyError,
    cost::{Argon2idCost, canonical},
};

/// The names that the product has had, newest last.
const LABELS: [&str; 3] = [
    "openpass-argon2id-v1",
    "symaira-argon2id-v1",
    "symvault-argon2id-v1",
];
const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
const SEALED_BYTES: usize = FILE_KEY_BYTES + TAG_BYTES;

const DAMAGED: VerifyError = VerifyError::Broken("the identity's argon2id stanza is damaged");

/// A stanza whose form is canonical and whose cost is within bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Argon2idStanza {
    salt: [u8; SALT_BYTES],
    cost: Argon2idCost,
    nonce: [u8; NONCE_BYTES],
    sealed: [u8; SEALED_BYTES],
}

impl Argon2idStanza {
    pub(super) fn read(stanza: &Stanza) -> Result<Self, VerifyError> {
        let [salt, cost] = stanza.args.as_slice() else {
            return Err(DAMAGED);
        };
        // This decoder takes canonical base64 only.
        let salt = BASE64_STANDARD_NO_PAD.decode(salt).map_err(|_| DAMAGED)?;
        let (nonce, sealed) = stanza
            .body
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(DAMAGED)?;
        Ok(Self {
            salt: salt.try_into().map_err(|_| DAMAGED)?,
            cost: read_cost(cost)?,
            nonce: *nonce,
            sealed: sealed.try_into().map_err(|_| DAMAGED)?,
        })
    }

    /// Derives the key from the passphrase and unwraps the file key.
    ///
    /// For a month the product wiped the passphrase before it derived the key,
    /// so that the key hung on the length alone. A person who types a
    /// passphrase of that length is told so: it is never a success.
    // INVARIANT: a `Passphrase` holds no NUL, so none can be typed that
    // unwraps such a stanza by the first derivation.
    pub(super) fn unwrap(&self, passphrase: &Passphrase) -> Result<Unwrapped, VerifyError> {
        let typed = passphrase.expose().as_bytes();
        match self.unwrap_by(typed) {
            Err(VerifyError::Wrong) => {}
            outcome => return outcome,
        }
        match self.unwrap_by(&vec![0; typed.len()]) {
            Ok(_) => Err(VerifyError::NotBound),
            Err(error) => Err(error),
        }
    }

    fn unwrap_by(&self, passphrase: &[u8]) -> Result<Unwrapped, VerifyError> {
        let stretched = self.cost.derive(passphrase, &self.salt)?;
        LABELS
            .iter()
            .find_map(|label| self.unwrap_with(stretched.as_slice(), label))
            .ok_or(VerifyError::Wrong)
    }

    fn unwrap_with(&self, stretched: &[u8], label: &str) -> Option<Unwrapped> {
        let key = Zeroizing::new(hkdf(&self.salt, label.as_bytes(), stretched));
        let cipher = ChaCha20Poly1305::new(key.as_slice().into());
        let opened = cipher
            .decrypt(Nonce::from_slice(&self.nonce), self.sealed.as_slice())
            .map(Zeroizing::new)
            .ok()?;
        let opened: &[u8; FILE_KEY_BYTES] = opened.as_slice().try_into().ok()?;
        Some(Unwrapped(copy(opened)))
    }
}

/// A file key that was unwrapped from the one stanza of the file it opens.
pub(super) struct Unwrapped(FileKey);

impl age::Identity for Unwrapped {
    fn unwrap_stanza(&self, _: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        // The header was read from the same bytes, and its MAC is checked next.
        Some(Ok(copy(self.0.expose_secret())))
    }
}

fn copy(key: &[u8; FILE_KEY_BYTES]) -> FileKey {
    FileKey::init_with_mut(|place| place.copy_from_slice(key))
}

/// Reads `t=3,m=65536,p=4`, in this order and no other spelling.
fn read_cost(text: &str) -> Result<Argon2idCost, VerifyError> {
    let mut parts = text.split(',');
    let mut number = |name: &str| {
        let value = parts.next()?.strip_prefix(name)?.strip_prefix('=')?;
        canonical(value)
    };
    let (passes, memory, lanes) = (number("t"), number("m"), number("p"));
    let (Some(passes), Some(memory), Some(lanes), None) = (passes, memory, lanes, parts.next())
    else {
        return Err(DAMAGED);
    };
    Argon2idCost::new(passes, memory, lanes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: [u8; SALT_BYTES] = [7; SALT_BYTES];
    const FILE_KEY: [u8; FILE_KEY_BYTES] = [9; FILE_KEY_BYTES];
    const RIGHT: &[u8] = b"correct horse battery staple";

    /// A cheap stanza, sealed as the product does it.
    fn sealed_by(passphrase: &[u8], label: &str) -> Argon2idStanza {
        let cost = Argon2idCost::new(1, 19 * 1024, 1).unwrap();
        let stretched = cost.derive(passphrase, &SALT).unwrap();
        let key = hkdf(&SALT, label.as_bytes(), stretched.as_slice());
        let nonce = [3; NONCE_BYTES];
        let sealed = ChaCha20Poly1305::new(&key.into())
            .encrypt(Nonce::from_slice(&nonce), FILE_KEY.as_slice())
            .unwrap();
        Argon2idStanza {
            salt: SALT,
            cost,
            nonce,
            sealed: sealed.try_into().unwrap(),
        }
    }

    fn outcome(stanza: &Argon2idStanza, passphrase: &[u8]) -> Result<(), VerifyError> {
        let unwrapped = stanza.unwrap(&Passphrase::new(passphrase).unwrap())?;
        assert_eq!(*unwrapped.0.expose_secret(), FILE_KEY);
        Ok(())
    }

    #[test]
    fn each_name_the_product_had_opens() {
        for label in LABELS {
            assert_eq!(outcome(&sealed_by(RIGHT, label), RIGHT), Ok(()));
        }
        let stranger = sealed_by(RIGHT, "another-argon2id-v1");
        assert_eq!(outcome(&stranger, RIGHT), Err(VerifyError::Wrong));
    }

    #[test]
    fn case_37_a_key_bound_to_the_length_only_is_never_a_success() {
        let unbound = sealed_by(&[0; 28], LABELS[0]);
        assert_eq!(outcome(&unbound, RIGHT), Err(VerifyError::NotBound));
        assert_eq!(outcome(&unbound, &[b'x'; 28]), Err(VerifyError::NotBound));
        assert_eq!(outcome(&unbound, &[b'x'; 27]), Err(VerifyError::Wrong));
    }

    #[test]
    fn a_wrong_passphrase_is_wrong() {
        let stanza = sealed_by(RIGHT, LABELS[0]);
        assert_eq!(outcome(&stanza, &[b'x'; 28]), Err(VerifyError::Wrong));
    }

    #[test]
    fn costs_are_read_in_one_spelling_only() {
        assert!(read_cost("t=3,m=65536,p=4").is_ok());
        let odd = [
            "",
            "t=3",
            "t=3,m=65536",
            "t=3,m=65536,p=4,",
            "t=3,m=65536,p=4,t=3",
            "m=65536,t=3,p=4",
            "t=03,m=65536,p=4",
            "t=+3,m=65536,p=4",
            "t=3, m=65536,p=4",
            "T=3,m=65536,p=4",
            "t=3,m=65536,p=",
            "t=3,m=99999999999,p=4",
        ];
        for text in odd {
            assert_eq!(read_cost(text), Err(DAMAGED), "{text}");
        }
    }

    #[test]
    fn a_stanza_of_another_form_is_damaged() {
        let good = || Stanza {
            tag: "argon2id".to_owned(),
            args: vec![
                "BwcHBwcHBwcHBwcHBwcHBw".to_owned(),
                "t=1,m=19456,p=1".to_owned(),
            ],
            body: vec![0; NONCE_BYTES + SEALED_BYTES],
        };
        assert!(Argon2idStanza::read(&good()).is_ok());
        let bad = |change: fn(&mut Stanza)| {
            let mut stanza = good();
            change(&mut stanza);
            assert_eq!(Argon2idStanza::read(&stanza), Err(DAMAGED), "{stanza:?}");
        };
        bad(|s| s.args.push("more".to_owned()));
        bad(|s| s.args[0] = "BwcHBwcHBwcHBwcHBwcHBx".to_owned());
        bad(|s| s.args[0] = "BwcHBwcHBwcHBwcHBwcHBw==".to_owned());
        bad(|s| s.args[0] = "BwcH".to_owned());
        bad(|s| s.body.push(0));
        bad(|s| s.body.truncate(NONCE_BYTES));
    }
}

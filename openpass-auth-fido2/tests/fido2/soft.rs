//! A security key in software, which does what a test says.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard},
    time::Duration,
};

use openpass_approval::RP_ID;
use openpass_auth_fido2::{
    AssertionRequest, CredentialRequest, Key, KeyError, Keys, Pin, Signed, Verifies,
};
use openpass_auth_passphrase::Cancel;
use p256::ecdsa::{DerSignature, SigningKey, signature::Signer as _};
use sha2::{Digest as _, Sha256};

pub(crate) const PRESENT: u8 = 1;
pub(crate) const VERIFIED: u8 = 4;
pub(crate) const ATTESTED: u8 = 0x40;

/// When somebody touches the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Touched {
    AtOnce,
    Never,
    /// By [`Soft::touch_once`] alone.
    WhenSaid,
}

/// How a key is, and what it was asked. A test changes it as it likes.
#[derive(Clone)]
pub(crate) struct Chip {
    pub(crate) verifies: Verifies,
    pub(crate) secret: SigningKey,
    pub(crate) credentials: Vec<Vec<u8>>,
    pub(crate) counter: u32,
    pub(crate) relying_party: String,
    pub(crate) flags: u8,
    /// What it answers to every request, in the place of anything else.
    pub(crate) fails: Option<KeyError>,
    pub(crate) touched: Touched,
    pub(crate) panics: bool,
    /// What its authenticator data is changed to before it is signed.
    pub(crate) rewrites: fn(Vec<u8>) -> Vec<u8>,
    /// What its authenticator data is changed to after it was signed.
    pub(crate) driver: fn(Vec<u8>) -> Vec<u8>,
    /// What it was asked to sign.
    pub(crate) asked: Vec<String>,
    /// How often it was told to stop waiting.
    pub(crate) stopped: usize,
    /// How many wait for a touch, and how many of them got one.
    waiting: usize,
    granted: usize,
}

#[derive(Clone)]
pub(crate) struct Soft(Arc<(Mutex<Chip>, Condvar)>);

impl core::fmt::Debug for Soft {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Soft")
    }
}

impl Soft {
    pub(crate) fn new() -> Self {
        Self::with_secret(1)
    }

    pub(crate) fn with_secret(seed: u8) -> Self {
        let chip = Chip {
            verifies: Verifies::Pin,
            secret: SigningKey::from_slice(&[seed; 32]).unwrap(),
            credentials: Vec::new(),
            counter: 0,
            relying_party: RP_ID.to_owned(),
            flags: PRESENT | VERIFIED,
            fails: None,
            touched: Touched::AtOnce,
            panics: false,
            rewrites: |data| data,
            driver: |data| data,
            asked: Vec::new(),
            stopped: 0,
            waiting: 0,
            granted: 0,
        };
        Self(Arc::new((Mutex::new(chip), Condvar::new())))
    }

    pub(crate) fn chip(&self) -> MutexGuard<'_, Chip> {
        self.0.0.lock().unwrap()
    }

    /// Another key with the same inside: a copy.
    pub(crate) fn copied(&self) -> Self {
        let chip = self.chip().clone();
        Self(Arc::new((Mutex::new(chip), Condvar::new())))
    }

    /// Touches it once, for whoever waits now; for nobody, if nobody does.
    pub(crate) fn touch_once(&self) {
        let mut chip = self.chip();
        if chip.waiting > 0 {
            chip.granted += 1;
        }
        self.0.1.notify_all();
    }

    /// Waits for the touch, as a key does after the PIN was right.
    fn wait(&self, pin: Option<&Pin>, cancel: &Cancel) -> Result<(), KeyError> {
        let mut chip = self.chip();
        assert!(!chip.panics, "the key's driver breaks");
        if let Some(why) = chip.fails {
            return Err(why);
        }
        if chip.verifies == Verifies::Pin && pin.map(Pin::expose) != Some(crate::PIN) {
            return Err(KeyError::PinWrong { tries: Some(5) });
        }
        chip.waiting += 1;
        let touched = loop {
            if cancel.is_cancelled() {
                chip.stopped += 1;
                break Err(KeyError::Cancelled);
            }
            if chip.touched == Touched::AtOnce {
                break Ok(());
            }
            if chip.granted > 0 {
                chip.granted -= 1;
                break Ok(());
            }
            let tick = Duration::from_millis(2);
            chip = self.0.1.wait_timeout(chip, tick).unwrap().0;
        };
        chip.waiting -= 1;
        if chip.waiting == 0 {
            chip.granted = 0;
        }
        touched
    }
}

impl Chip {
    pub(crate) const fn is_waiting(&self) -> bool {
        self.waiting > 0
    }

    fn data(&mut self, more_flags: u8) -> Vec<u8> {
        self.counter += 1;
        let mut data = Sha256::digest(&self.relying_party).to_vec();
        data.push(self.flags | more_flags);
        data.extend(self.counter.to_be_bytes());
        data
    }
}

impl Keys for Soft {
    fn plugged_in(&self) -> Result<Vec<Key>, KeyError> {
        Ok(vec![Key::new("soft", self.chip().verifies)])
    }

    fn holds(&self, _: &Key, credential: &[u8]) -> Result<bool, KeyError> {
        Ok(self.chip().credentials.iter().any(|it| it == credential))
    }

    fn sign(
        &self,
        key: &Key,
        request: &AssertionRequest,
        pin: Option<&Pin>,
        cancel: &Cancel,
    ) -> Result<Signed, KeyError> {
        assert_eq!((key.id.as_str(), request.rp_id()), ("soft", RP_ID));
        self.wait(pin, cancel)?;
        let mut chip = self.chip();
        chip.asked.push(request.client_data().to_owned());
        if !chip.credentials.iter().any(|it| it == request.credential()) {
            return Err(KeyError::NoCredential);
        }
        let data = chip.data(0);
        let authenticator_data = (chip.rewrites)(data);
        let message = [authenticator_data.as_slice(), &request.client_data_hash()].concat();
        let signature: DerSignature = chip.secret.sign(&message);
        Ok(Signed {
            authenticator_data: (chip.driver)(authenticator_data),
            signature: signature.as_bytes().to_vec(),
        })
    }

    fn make(
        &self,
        key: &Key,
        request: &CredentialRequest,
        pin: Option<&Pin>,
        cancel: &Cancel,
    ) -> Result<Vec<u8>, KeyError> {
        assert_eq!((key.id.as_str(), request.rp_id()), ("soft", RP_ID));
        self.wait(pin, cancel)?;
        let mut chip = self.chip();
        let excluded = request.exclude();
        if chip.credentials.iter().any(|it| excluded.contains(it)) {
            return Err(KeyError::Enrolled);
        }
        let id = vec![chip.credentials.len() as u8 + 1; 48];
        chip.credentials.push(id.clone());
        let mut data = chip.data(ATTESTED);
        data.extend([0; 16]);
        data.extend(48_u16.to_be_bytes());
        data.extend(id);
        let point = chip.secret.verifying_key().to_sec1_point(false);
        data.extend([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]);
        data.extend(point.x().unwrap());
        data.extend([0x22, 0x58, 32]);
        data.extend(point.y().unwrap());
        Ok((chip.rewrites)(data))
    }
}

/// Several keys that are plugged in, or a reason why that cannot be told.
#[derive(Debug)]
pub(crate) struct Plugged(pub(crate) Result<Vec<Soft>, KeyError>);

impl Plugged {
    fn the(&self, key: &Key) -> &Soft {
        let all = self.0.as_ref().unwrap();
        &all[key.id.parse::<usize>().unwrap()]
    }
}

impl Keys for Plugged {
    fn plugged_in(&self) -> Result<Vec<Key>, KeyError> {
        let all = self.0.as_ref().map_err(|why| *why)?.iter().enumerate();
        Ok(all
            .map(|(number, it)| Key::new(number.to_string(), it.chip().verifies))
            .collect())
    }

    fn holds(&self, key: &Key, credential: &[u8]) -> Result<bool, KeyError> {
        let key = self.the(key);
        assert_ne!(
            key.chip().verifies,
            Verifies::Not(KeyError::NotFido2),
            "U2F keys know no such question"
        );
        key.holds(&Key::new("soft", Verifies::Pin), credential)
    }

    fn sign(
        &self,
        key: &Key,
        request: &AssertionRequest,
        pin: Option<&Pin>,
        cancel: &Cancel,
    ) -> Result<Signed, KeyError> {
        let soft = Key::new("soft", key.verifies);
        self.the(key).sign(&soft, request, pin, cancel)
    }

    fn make(
        &self,
        key: &Key,
        request: &CredentialRequest,
        pin: Option<&Pin>,
        cancel: &Cancel,
    ) -> Result<Vec<u8>, KeyError> {
        let soft = Key::new("soft", key.verifies);
        self.the(key).make(&soft, request, pin, cancel)
    }
}

//! A system whose contexts do what a test says.

use std::sync::{
    Arc, Mutex, Weak,
    atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    mpsc::Receiver,
};

use openpass_auth::{AuthError, BackendError, Unavailable};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};

use crate::{
    BiometricAuthenticator, EnrolmentPin, EnrolmentStore,
    exchange::{Answer, Reply},
    gate::Session,
    key_failure::KeyFailure,
    la_error::Failure,
    reason::Reason,
    system::{Button, Context, KeyInUse, NewKey, System},
};

/// What happens when a dialog is shown.
#[derive(Debug, Clone)]
pub(crate) enum Does {
    SaysYes,
    SaysNo(Failure),
    StaysSilent,
    /// A finger is enrolled, and then it says yes.
    EnrolsAndSaysYes,
}

/// What comes of a key that is to sign.
#[derive(Debug, Clone)]
pub(crate) enum Key {
    Signs,
    /// Its signature is by another key than the one that it shows.
    SignsAsAnother,
    Fails(KeyFailure),
    /// It gives this for a signature.
    Gives(&'static [u8]),
    /// What is stored is not taken for a key.
    DoesNotOpen,
    /// What is stored comes to a new key.
    OpensAsAnother,
    /// There is no Secure Enclave.
    IsNotToBeHad,
}

/// The machine, as a test sets it up and looks at it afterwards.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) session: Session,
    pub(crate) does: Does,
    pub(crate) can_evaluate: Result<(), Failure>,
    /// When there is one, `can_evaluate` hangs until it is dropped.
    pub(crate) hangs: Mutex<Option<Receiver<()>>>,
    pub(crate) enrolled: Mutex<Option<EnrolmentPin>>,
    pub(crate) contexts: AtomicUsize,
    pub(crate) shown: Mutex<Vec<(String, Button)>>,
    pub(crate) open: AtomicUsize,
    /// The reply block of the last dialog.
    pub(crate) last: Mutex<Option<Weak<Reply>>>,
    pub(crate) key: Key,
    /// What a key was asked to sign.
    pub(crate) signed: Mutex<Vec<Vec<u8>>>,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            session: Session::new(0x0010, false, false),
            does: Does::SaysYes,
            can_evaluate: Ok(()),
            hangs: Mutex::new(None),
            enrolled: Mutex::new(Some(fingers("mine"))),
            contexts: AtomicUsize::new(0),
            shown: Mutex::new(Vec::new()),
            open: AtomicUsize::new(0),
            last: Mutex::new(None),
            key: Key::Signs,
            signed: Mutex::new(Vec::new()),
        }
    }
}

impl Machine {
    pub(crate) fn that(does: Does) -> Arc<Self> {
        Arc::new(Self {
            does,
            ..Self::default()
        })
    }

    pub(crate) fn whose_key(key: Key) -> Arc<Self> {
        Arc::new(Self {
            key,
            ..Self::default()
        })
    }

    /// This machine, to make keys on.
    pub(crate) fn system(self: &Arc<Self>) -> impl System + use<> {
        OnThis(Arc::clone(self))
    }

    /// The authenticator on this machine.
    pub(crate) fn asks(self: &Arc<Self>, store: &Arc<Memory>) -> BiometricAuthenticator {
        let system = Arc::new(OnThis(Arc::clone(self)));
        BiometricAuthenticator::on(system, Arc::clone(store) as Arc<dyn EnrolmentStore>)
    }

    /// Says yes by the block of the last dialog, if the system has it still.
    pub(crate) fn says_yes_now(&self) {
        let last = self.last.lock().unwrap().as_ref().and_then(Weak::upgrade);
        if let Some(reply) = last {
            reply.give(Answer::Yes);
        }
    }

    pub(crate) fn dialogs(&self) -> usize {
        self.shown.lock().unwrap().len()
    }
}

pub(crate) fn fingers(whose: &str) -> EnrolmentPin {
    EnrolmentPin::of("fake", whose.as_bytes())
}

#[derive(Debug)]
struct OnThis(Arc<Machine>);

impl System for OnThis {
    fn session(&self) -> Result<Session, Unavailable> {
        Ok(self.0.session)
    }

    fn context(&self, button: Button) -> Result<Box<dyn Context>, Unavailable> {
        self.0.contexts.fetch_add(1, SeqCst);
        Ok(Box::new(FakeContext {
            machine: Arc::clone(&self.0),
            button,
            waiting: Mutex::new(None),
            said_yes: Arc::default(),
            asks_no_more: Arc::default(),
        }))
    }

    fn make_key(&self) -> Result<NewKey, AuthError> {
        if matches!(self.0.key, Key::IsNotToBeHad) {
            return Err(KeyFailure::new("CryptoTokenKit", -7).of_making());
        }
        Ok(NewKey {
            stored: vec![THE_KEY],
            public: public(THE_KEY),
        })
    }
}

/// What the stored form of the machine's key is, and what its secret is made of.
const THE_KEY: u8 = 7;

fn secret(of: u8) -> SigningKey {
    SigningKey::from_slice(&[of; 32]).unwrap()
}

fn public(of: u8) -> Vec<u8> {
    let point = secret(of).verifying_key().to_sec1_point(false);
    point.as_bytes().to_vec()
}

struct FakeKey {
    machine: Arc<Machine>,
    stored: u8,
    said_yes: Arc<AtomicBool>,
    asks_no_more: Arc<AtomicBool>,
}

impl KeyInUse for FakeKey {
    fn public(&self) -> Result<Vec<u8>, KeyFailure> {
        Ok(match self.machine.key {
            Key::OpensAsAnother => public(self.stored + 1),
            _ => public(self.stored),
        })
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyFailure> {
        assert!(self.said_yes.load(SeqCst), "a key was used before the yes");
        assert!(
            self.asks_no_more.load(SeqCst),
            "a key might have shown a dialog of its own"
        );
        self.machine.signed.lock().unwrap().push(message.to_vec());
        let by = |of| -> Signature { secret(of).sign(message) };
        match &self.machine.key {
            Key::Fails(failure) => Err(failure.clone()),
            Key::Gives(bytes) => Ok(bytes.to_vec()),
            Key::SignsAsAnother => Ok(by(self.stored + 1).to_der().as_bytes().to_vec()),
            _ => Ok(by(self.stored).to_der().as_bytes().to_vec()),
        }
    }
}

struct FakeContext {
    machine: Arc<Machine>,
    button: Button,
    waiting: Mutex<Option<Arc<Reply>>>,
    said_yes: Arc<AtomicBool>,
    asks_no_more: Arc<AtomicBool>,
}

impl Context for FakeContext {
    fn can_evaluate(&self) -> Result<(), Failure> {
        if let Some(released) = self.machine.hangs.lock().unwrap().take() {
            released.recv().unwrap_err();
        }
        self.machine.can_evaluate.clone()
    }

    fn enrolment(&self) -> Option<EnrolmentPin> {
        *self.machine.enrolled.lock().unwrap()
    }

    fn evaluate(&self, reason: &Reason, reply: Reply) {
        let shown = (reason.as_str().to_owned(), self.button);
        self.machine.shown.lock().unwrap().push(shown);
        self.machine.open.fetch_add(1, SeqCst);
        let yes = matches!(self.machine.does, Does::SaysYes | Does::EnrolsAndSaysYes);
        self.said_yes.store(yes, SeqCst);
        match &self.machine.does {
            Does::SaysYes => reply.give(Answer::Yes),
            Does::SaysNo(failure) => reply.give(Answer::No(failure.clone())),
            Does::EnrolsAndSaysYes => {
                *self.machine.enrolled.lock().unwrap() = Some(fingers("another's"));
                reply.give(Answer::Yes);
            }
            Does::StaysSilent => {}
        }
        let reply = Arc::new(reply);
        *self.machine.last.lock().unwrap() = Some(Arc::downgrade(&reply));
        *self.waiting.lock().unwrap() = Some(reply);
    }

    fn key(&self, stored: &[u8]) -> Result<Box<dyn KeyInUse>, KeyFailure> {
        if matches!(self.machine.key, Key::DoesNotOpen) {
            return Err(KeyFailure::new("CryptoTokenKit", -3));
        }
        Ok(Box::new(FakeKey {
            machine: Arc::clone(&self.machine),
            stored: stored[0],
            said_yes: Arc::clone(&self.said_yes),
            asks_no_more: Arc::clone(&self.asks_no_more),
        }))
    }

    fn asks_no_more(&self) {
        self.asks_no_more.store(true, SeqCst);
    }
}

impl Drop for FakeContext {
    fn drop(&mut self) {
        if self.waiting.lock().unwrap().is_some() {
            self.machine.open.fetch_sub(1, SeqCst);
        }
    }
}

/// A store in memory, which can be told to fail.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) pin: Mutex<Option<EnrolmentPin>>,
    pub(crate) broken: bool,
}

impl Memory {
    pub(crate) fn pinned(whose: &str) -> Arc<Self> {
        Arc::new(Self {
            pin: Mutex::new(Some(fingers(whose))),
            broken: false,
        })
    }
}

impl EnrolmentStore for Memory {
    fn load(&self) -> Result<Option<EnrolmentPin>, BackendError> {
        if self.broken {
            return Err(BackendError::new("the disk is on fire"));
        }
        Ok(*self.pin.lock().unwrap())
    }

    fn save(&self, pin: &EnrolmentPin) -> Result<(), BackendError> {
        if self.broken {
            return Err(BackendError::new("the disk is on fire"));
        }
        *self.pin.lock().unwrap() = Some(*pin);
        Ok(())
    }
}

//! The instructions of a test to the fake, and the record that it sees afterwards.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use openpass_auth::BackendError;
use openpass_auth_macos::{EnrolmentPin, EnrolmentStore};

use crate::{answer::Held, process};

/// A domain that is not LocalAuthentication's.
pub const UNKNOWN_DOMAIN: &str = "NSCocoaErrorDomain";

/// An `NSError`: domain and code.
pub type Error = (&'static str, isize);

/// The property that says which fingers are enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateApi {
    /// `domainState`, as macOS 15 has it.
    DomainState,
    /// `evaluatedPolicyDomainState`, as it was before.
    Evaluated,
}

/// The outcome of a dialog.
#[derive(Debug, Clone)]
pub enum Answers {
    /// This answer, from another thread without an autorelease pool.
    Elsewhere(bool, Option<Error>),
    /// This answer, before `evaluatePolicy` returns.
    AtOnce(bool, Option<Error>),
    /// A finger is enrolled, then a yes.
    EnrolsThenYes,
    /// A yes of which the Secure Enclave knows nothing, as a changed process could make
    /// one.
    ForgedYes,
    /// Nothing, until `invalidate`, which gives -9.
    Nothing,
    /// Nothing, ever: the block is let go.
    DropsTheBlock,
}

/// The behaviour of a key in the Secure Enclave.
#[derive(Debug, Clone)]
pub enum Key {
    /// The key signs, once its context said yes.
    Signs,
    /// The key does not sign, with this error.
    Fails(Error),
    /// The key gives nothing, and no error.
    GivesNothing,
    /// The stored form is not taken for a key, with this error.
    DoesNotOpen(Error),
    /// The stored form opens as a new key, as a token object does that is none.
    OpensAsNew,
}

/// The behaviour of the system.
#[derive(Debug, Clone)]
pub struct Script {
    /// The result of `canEvaluatePolicy:error:`: `Ok`, or NO with this error.
    pub can_evaluate: Result<(), Option<Error>>,
    /// The outcome of each dialog that is not planned.
    pub answers: Answers,
    /// The property that says which fingers are enrolled.
    pub state_api: StateApi,
    /// The value of that property; `None` is nil.
    pub state: Option<&'static [u8]>,
    /// The behaviour of a key.
    pub key: Key,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            can_evaluate: Ok(()),
            answers: Answers::Elsewhere(true, None),
            state_api: StateApi::DomainState,
            state: Some(b"mine"),
            key: Key::Signs,
        }
    }
}

/// The record of what the fake was sent.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The reasons of the dialogs that were shown.
    pub(crate) reasons: Vec<String>,
    /// The titles of their second buttons.
    pub(crate) buttons: Vec<String>,
    /// The things that the binding did and must not do.
    pub(crate) wrongs: Vec<String>,
    /// The block of the last dialog that gave no answer.
    pub(crate) held: Option<Held>,
    /// The number of signatures that were made.
    pub(crate) signatures: usize,
}

static SERIAL: Mutex<()> = Mutex::new(());
pub(crate) static SCRIPT: Mutex<Option<Script>> = Mutex::new(None);
pub(crate) static SEEN: Mutex<Option<Seen>> = Mutex::new(None);
pub(crate) static OPEN: AtomicUsize = AtomicUsize::new(0);
pub(crate) static MADE: AtomicUsize = AtomicUsize::new(0);
pub(crate) static INVALIDATED: AtomicUsize = AtomicUsize::new(0);
static CHANGED: Condvar = Condvar::new();

/// The outcomes of the next dialogs, in order. After them, the script's outcome counts.
static NEXT: Mutex<VecDeque<Answers>> = Mutex::new(VecDeque::new());

/// Plans the outcomes of the next dialogs, one after the other.
pub(crate) fn plan(answers: impl IntoIterator<Item = Answers>) {
    let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
    next.extend(answers);
}

/// Returns the outcome of the dialog that is shown now.
pub(crate) fn answer() -> Answers {
    let planned = NEXT
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop_front();
    planned.unwrap_or_else(|| script().answers)
}

/// Returns the script of now.
pub(crate) fn script() -> Script {
    SCRIPT
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
        .unwrap_or_default()
}

/// Notes something about what was sent, and wakes the threads that wait for it.
pub(crate) fn note<T>(change: impl FnOnce(&mut Seen) -> T) -> T {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let noted = change(seen.get_or_insert_default());
    CHANGED.notify_all();
    noted
}

/// Notes something that the binding did and must not do.
pub(crate) fn wrong(what: impl Into<String>) {
    let what = what.into();
    process::tell(&format!("WRONG: {what}"));
    note(|seen| seen.wrongs.push(what));
}

/// One test at a time has the fake for itself.
#[derive(Debug)]
pub struct Stage {
    _serial: MutexGuard<'static, ()>,
}

/// Sets the stage with the script that says yes; the test has it until it
/// drops it.
pub fn set() -> Stage {
    let serial = SERIAL.lock().unwrap_or_else(PoisonError::into_inner);
    crate::register();
    let stage = Stage { _serial: serial };
    stage.begin(Script::default());
    stage
}

impl Stage {
    /// Begins anew with `script`: nothing is seen yet.
    pub fn begin(&self, script: Script) {
        self.change(script);
        *SEEN.lock().unwrap_or_else(PoisonError::into_inner) = None;
        MADE.store(0, SeqCst);
        INVALIDATED.store(0, SeqCst);
    }

    /// Changes the script, and forgets nothing.
    pub fn change(&self, script: Script) {
        *SCRIPT.lock().unwrap_or_else(PoisonError::into_inner) = Some(script);
    }

    /// The reasons of the dialogs that were shown, in order.
    pub fn reasons(&self) -> Vec<String> {
        note(|seen| seen.reasons.clone())
    }

    /// The titles of their second buttons, in order.
    pub fn buttons(&self) -> Vec<String> {
        note(|seen| seen.buttons.clone())
    }

    /// Returns the number of signatures that were made.
    pub fn signatures(&self) -> usize {
        note(|seen| seen.signatures)
    }

    /// Returns the number of dialogs that are on show.
    pub fn open(&self) -> usize {
        OPEN.load(SeqCst)
    }

    /// Returns the number of contexts that were made.
    pub fn contexts_made(&self) -> usize {
        MADE.load(SeqCst)
    }

    /// Returns how often `invalidate` was sent.
    pub fn invalidated(&self) -> usize {
        INVALIDATED.load(SeqCst)
    }

    /// Returns the things that the binding did and must not do.
    pub fn wrongs(&self) -> Vec<String> {
        note(|seen| seen.wrongs.clone())
    }

    /// Waits until `holds`. It is looked at whenever the fake is sent
    /// something, and every five milliseconds.
    ///
    /// # Panics
    ///
    /// After ten seconds.
    pub fn wait_until(&self, holds: impl Fn() -> bool) {
        let end = Instant::now() + Duration::from_secs(10);
        while !holds() {
            assert!(Instant::now() < end, "waited in vain: {:?}", self.wrongs());
            let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
            drop(CHANGED.wait_timeout(seen, Duration::from_millis(5)));
        }
    }

    /// Says yes by the block of the last dialog, however late it is. False
    /// when there is no such block.
    pub fn says_yes_now(&self) -> bool {
        match note(|seen| seen.held.take()) {
            Some(held) => {
                held.say(true, None);
                true
            }
            None => false,
        }
    }
}

/// A pin in memory.
#[derive(Debug, Default)]
pub struct Pinned(Mutex<Option<EnrolmentPin>>);

impl Pinned {
    /// An empty pin.
    pub fn nothing() -> Arc<Self> {
        Arc::default()
    }
}

impl EnrolmentStore for Pinned {
    fn load(&self) -> Result<Option<EnrolmentPin>, BackendError> {
        Ok(*self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn save(&self, pin: &EnrolmentPin) -> Result<(), BackendError> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(*pin);
        Ok(())
    }
}

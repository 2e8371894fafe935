//! What a test tells the fake to do, and what it sees afterwards.

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

/// Which property says who is enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateApi {
    /// `domainState`, as macOS 15 has it.
    DomainState,
    /// `evaluatedPolicyDomainState`, as it was before.
    Evaluated,
}

/// What comes of the dialog.
#[derive(Debug, Clone)]
pub enum Answers {
    /// This, from another thread without an autorelease pool.
    Elsewhere(bool, Option<Error>),
    /// This, before `evaluatePolicy` returns.
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

/// What comes of a key in the Secure Enclave.
#[derive(Debug, Clone)]
pub enum Key {
    /// It signs, once its context said yes.
    Signs,
    /// It does not sign, with this error.
    Fails(Error),
    /// It gives nothing, and no error.
    GivesNothing,
    /// What is stored is not taken for a key, with this error.
    DoesNotOpen(Error),
    /// What is stored comes to a new key, as a token object does that is none.
    OpensAsNew,
}

/// What the system is like.
#[derive(Debug, Clone)]
pub struct Script {
    /// What `canEvaluatePolicy:error:` gives: `Ok`, or NO with this error.
    pub can_evaluate: Result<(), Option<Error>>,
    /// What comes of the dialog.
    pub answers: Answers,
    /// Which property says who is enrolled.
    pub state_api: StateApi,
    /// What it says; `None` is nil.
    pub state: Option<&'static [u8]>,
    /// What comes of a key.
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

/// What the fake was seen to be sent.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The reasons of the dialogs that were shown.
    pub(crate) reasons: Vec<String>,
    /// The titles of their second buttons.
    pub(crate) buttons: Vec<String>,
    /// What no binding may do.
    pub(crate) wrongs: Vec<String>,
    /// The block of the last dialog that gave no answer.
    pub(crate) held: Option<Held>,
    /// How many signatures were made.
    pub(crate) signatures: usize,
}

static SERIAL: Mutex<()> = Mutex::new(());
pub(crate) static SCRIPT: Mutex<Option<Script>> = Mutex::new(None);
pub(crate) static SEEN: Mutex<Option<Seen>> = Mutex::new(None);
pub(crate) static OPEN: AtomicUsize = AtomicUsize::new(0);
pub(crate) static MADE: AtomicUsize = AtomicUsize::new(0);
pub(crate) static INVALIDATED: AtomicUsize = AtomicUsize::new(0);
static CHANGED: Condvar = Condvar::new();

/// What comes of the dialogs to come, in order; after them, what the script
/// says.
static NEXT: Mutex<VecDeque<Answers>> = Mutex::new(VecDeque::new());

/// Says what comes of the next dialogs, one after the other.
pub(crate) fn plan(answers: impl IntoIterator<Item = Answers>) {
    let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
    next.extend(answers);
}

/// What comes of the dialog that is shown now.
pub(crate) fn answer() -> Answers {
    let planned = NEXT
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop_front();
    planned.unwrap_or_else(|| script().answers)
}

/// What the script says now.
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

/// Notes what no binding may do.
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

    /// How many signatures were made.
    pub fn signatures(&self) -> usize {
        note(|seen| seen.signatures)
    }

    /// How many dialogs are on show.
    pub fn open(&self) -> usize {
        OPEN.load(SeqCst)
    }

    /// How many contexts were made.
    pub fn contexts_made(&self) -> usize {
        MADE.load(SeqCst)
    }

    /// How often `invalidate` was sent.
    pub fn invalidated(&self) -> usize {
        INVALIDATED.load(SeqCst)
    }

    /// What the binding did that none may do.
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
    /// An empty one.
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

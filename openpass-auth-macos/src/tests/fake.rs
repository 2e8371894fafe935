//! A system whose contexts do what a test says.

use std::sync::{
    Arc, Mutex, Weak,
    atomic::{AtomicUsize, Ordering::SeqCst},
    mpsc::Receiver,
};

use openpass_auth::{BackendError, Unavailable};

use crate::{
    BiometricAuthenticator, EnrolmentPin, EnrolmentStore,
    exchange::{Answer, Reply},
    gate::Session,
    la_error::Failure,
    reason::Reason,
    system::{Button, Context, System},
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
        }))
    }
}

struct FakeContext {
    machine: Arc<Machine>,
    button: Button,
    waiting: Mutex<Option<Arc<Reply>>>,
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

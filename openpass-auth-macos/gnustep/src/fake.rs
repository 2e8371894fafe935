//! The classes that stand in for LocalAuthentication's.

use std::{
    cell::{Cell, RefCell},
    sync::{
        Once,
        atomic::{AtomicIsize, Ordering::SeqCst},
    },
    thread::{self, ThreadId},
};

use block2::DynBlock;
use objc2::{
    ClassType, DefinedClass, define_class, msg_send,
    rc::{Allocated, Retained},
    runtime::{Bool, NSObject, Sel},
    sel,
};
use objc2_foundation::{NSData, NSError, NSString};

use crate::{
    answer::{Held, ns_error},
    process,
    stage::{Answers, INVALIDATED, MADE, OPEN, SCRIPT, StateApi, answer, note, script, wrong},
};

static ALIVE: AtomicIsize = AtomicIsize::new(0);

/// How many contexts there are that were not deallocated.
pub fn contexts_alive() -> isize {
    ALIVE.load(SeqCst)
}

/// Registers the classes under Apple's names, once.
pub fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        assert_ne!(crate::keep(), 0);
        FakeContext::class();
        FakeDomainState::class();
        FakeBiometryState::class();
    });
}

/// What a context remembers. Dropped when the object is deallocated.
struct Memory {
    made_on: ThreadId,
    button: RefCell<Option<String>>,
    reuse: Cell<f64>,
    waiting: RefCell<Option<Held>>,
    open: Cell<bool>,
    spent: Cell<bool>,
}

impl Memory {
    fn new() -> Self {
        ALIVE.fetch_add(1, SeqCst);
        MADE.fetch_add(1, SeqCst);
        Self {
            made_on: thread::current().id(),
            button: RefCell::new(None),
            reuse: Cell::new(-1.0),
            waiting: RefCell::new(None),
            open: Cell::new(false),
            spent: Cell::new(false),
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if self.open.get() {
            wrong("a context went away with its dialog up");
            OPEN.fetch_sub(1, SeqCst);
        }
        ALIVE.fetch_sub(1, SeqCst);
    }
}

define_class!(
    // SAFETY: NSObject makes no demands on a subclass.
    #[unsafe(super(NSObject))]
    #[name = "LAContext"]
    #[ivars = Memory]
    struct FakeContext;

    impl FakeContext {
        #[unsafe(method_id(init))]
        fn init(this: Allocated<Self>) -> Retained<Self> {
            let this = this.set_ivars(Memory::new());
            // SAFETY: NSObject's own initializer.
            unsafe { msg_send![super(this), init] }
        }

        #[unsafe(method(respondsToSelector:))]
        fn responds_to(&self, selector: Sel) -> Bool {
            if selector == sel!(domainState) {
                return Bool::new(script().state_api == StateApi::DomainState);
            }
            // SAFETY: NSObject's own method.
            unsafe { msg_send![super(self), respondsToSelector: selector] }
        }

        #[unsafe(method(setLocalizedFallbackTitle:))]
        fn set_button(&self, title: Option<&NSString>) {
            *self.ivars().button.borrow_mut() = title.map(ToString::to_string);
        }

        #[unsafe(method(setTouchIDAuthenticationAllowableReuseDuration:))]
        fn set_reuse(&self, seconds: f64) {
            self.ivars().reuse.set(seconds);
        }

        #[unsafe(method(canEvaluatePolicy:error:))]
        fn can_evaluate(&self, policy: isize, error: *mut *mut NSError) -> Bool {
            self.check(policy);
            let Err(why) = script().can_evaluate else {
                return Bool::YES;
            };
            if let Some(why) = why {
                // SAFETY: the caller gives the address of an error, or nil.
                if let Some(error) = unsafe { error.as_mut() } {
                    *error = Retained::autorelease_ptr(ns_error(why));
                }
            }
            Bool::NO
        }

        #[unsafe(method_id(domainState))]
        fn domain_state(&self) -> Retained<FakeDomainState> {
            self.check_thread();
            // SAFETY: `new` of a class of this file.
            unsafe { msg_send![FakeDomainState::class(), new] }
        }

        #[unsafe(method_id(evaluatedPolicyDomainState))]
        fn evaluated_state(&self) -> Option<Retained<NSData>> {
            if script().state_api == StateApi::DomainState {
                wrong("the old property was read where there is the new one");
            }
            state()
        }

        #[unsafe(method(evaluatePolicy:localizedReason:reply:))]
        fn evaluate(
            &self,
            policy: isize,
            reason: &NSString,
            reply: &DynBlock<dyn Fn(Bool, *mut NSError)>,
        ) {
            self.check(policy);
            self.show(&reason.to_string());
            let held = Held::new(reply.copy());
            match answer() {
                Answers::Elsewhere(yes, error) => held.say_elsewhere(yes, error),
                Answers::AtOnce(yes, error) => held.say(yes, error),
                Answers::EnrolsThenYes => {
                    let mut script = SCRIPT.lock().expect("not poisoned");
                    script.as_mut().expect("a script").state = Some(b"another's");
                    held.say_elsewhere(true, None);
                }
                Answers::Nothing => {
                    note(|seen| seen.held = Some(held.clone()));
                    *self.ivars().waiting.borrow_mut() = Some(held);
                }
                Answers::DropsTheBlock => drop(held),
            }
        }

        #[unsafe(method(invalidate))]
        fn invalidate(&self) {
            self.check_thread();
            INVALIDATED.fetch_add(1, SeqCst);
            self.ivars().spent.set(true);
            if self.ivars().open.replace(false) {
                OPEN.fetch_sub(1, SeqCst);
                process::tell("taken down");
            }
            if let Some(held) = self.ivars().waiting.take() {
                let app_cancel = ("com.apple.LocalAuthentication", -9);
                held.say_elsewhere(false, Some(app_cancel));
            }
            note(|_| ());
        }
    }
);

impl FakeContext {
    fn check_thread(&self) {
        if self.ivars().made_on != thread::current().id() {
            wrong("a context was used on another thread");
        }
    }

    fn check(&self, policy: isize) {
        self.check_thread();
        if policy != 1 {
            wrong(format!(
                "policy {policy} takes more than a finger or a face"
            ));
        }
        if self.ivars().spent.get() {
            wrong("a context was used after it was invalidated");
        }
    }

    fn show(&self, reason: &str) {
        let memory = self.ivars();
        if reason.trim().is_empty() {
            wrong("an empty reason, at which LAContext raises an exception");
        }
        if memory.reuse.get() != 0.0 {
            wrong("an earlier finger may answer: the reuse duration is not 0");
        }
        if memory.open.replace(true) {
            wrong("one context was asked twice");
        }
        OPEN.fetch_add(1, SeqCst);
        let button = memory.button.borrow().clone();
        let button = button.unwrap_or_else(|| "nil".to_owned());
        process::tell(&format!("shown: {reason} ({button})"));
        note(|seen| {
            seen.reasons.push(reason.to_owned());
            seen.buttons.push(button);
        });
    }
}

define_class!(
    // SAFETY: NSObject makes no demands on a subclass.
    #[unsafe(super(NSObject))]
    #[name = "LADomainState"]
    struct FakeDomainState;

    impl FakeDomainState {
        #[unsafe(method_id(biometry))]
        fn biometry(&self) -> Retained<FakeBiometryState> {
            // SAFETY: `new` of a class of this file.
            unsafe { msg_send![FakeBiometryState::class(), new] }
        }
    }
);

define_class!(
    // SAFETY: NSObject makes no demands on a subclass.
    #[unsafe(super(NSObject))]
    #[name = "LADomainStateBiometry"]
    struct FakeBiometryState;

    impl FakeBiometryState {
        #[unsafe(method_id(stateHash))]
        fn state_hash(&self) -> Option<Retained<NSData>> {
            state()
        }
    }
);

fn state() -> Option<Retained<NSData>> {
    script().state.map(NSData::with_bytes)
}

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
    runtime::{AnyObject, Bool, NSObject, Sel},
    sel,
};
use objc2_foundation::{NSData, NSError, NSString};

use crate::{
    answer::{Held, ns_error},
    domain_state::{FakeBiometryState, FakeDomainState, state},
    enclave, process,
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
        enclave::register();
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
    /// Whether a finger that matches is what it was answered with.
    matched: Cell<bool>,
    asks_no_more: Cell<bool>,
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
            matched: Cell::new(false),
            asks_no_more: Cell::new(false),
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

        #[unsafe(method(setInteractionNotAllowed:))]
        fn set_asks_no_more(&self, asks_no_more: Bool) {
            self.check_thread();
            self.ivars().asks_no_more.set(asks_no_more.as_bool());
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
            let answer = answer();
            self.ivars().matched.set(matches!(
                answer,
                Answers::Elsewhere(true, _) | Answers::AtOnce(true, _) | Answers::EnrolsThenYes
            ));
            match answer {
                Answers::Elsewhere(yes, error) => held.say_elsewhere(yes, error),
                Answers::AtOnce(yes, error) => held.say(yes, error),
                Answers::ForgedYes => held.say(true, None),
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

/// What a key learns of the context that it is used with.
pub(crate) struct Yes {
    pub(crate) matched: bool,
    pub(crate) asks_no_more: bool,
}

/// Looks at the context that a key is used with, here and now.
pub(crate) fn yes_of(context: &AnyObject) -> Yes {
    let Some(context) = context.downcast_ref::<FakeContext>() else {
        wrong("a key was used with something else than a context");
        return Yes {
            matched: false,
            asks_no_more: false,
        };
    };
    context.check_thread();
    let memory = context.ivars();
    if memory.spent.get() {
        wrong("a key was used with a context that was invalidated");
    }
    Yes {
        matched: memory.matched.get() && !memory.spent.get(),
        asks_no_more: memory.asks_no_more.get(),
    }
}

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

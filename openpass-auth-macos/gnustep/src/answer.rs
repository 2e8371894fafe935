//! Calling the reply block, as the system would.

use std::{ptr, thread};

use block2::RcBlock;
use objc2::{rc::Retained, runtime::Bool};
use objc2_foundation::{NSError, NSString};

use crate::stage::Error;

pub(crate) type ReplyBlock = RcBlock<dyn Fn(Bool, *mut NSError)>;

/// A block that can be called on another thread.
#[derive(Debug, Clone)]
pub(crate) struct Held(ReplyBlock);

// SAFETY: the binding makes its block of a closure that is Send and Sync, and
// a block's count of references is atomic.
unsafe impl Send for Held {}

impl Held {
    pub(crate) fn new(block: ReplyBlock) -> Self {
        Self(block)
    }

    /// Calls the block on this thread, then lets it go.
    pub(crate) fn say(self, yes: bool, error: Option<Error>) {
        let error = error.map(ns_error);
        let error = error.as_ref().map_or(ptr::null_mut(), Retained::as_ptr_mut);
        self.0.call((Bool::new(yes), error));
    }

    /// Calls it on a thread that has no autorelease pool.
    pub(crate) fn say_elsewhere(self, yes: bool, error: Option<Error>) {
        thread::spawn(move || self.say(yes, error));
    }
}

trait AsPtrMut {
    fn as_ptr_mut(this: &Self) -> *mut NSError;
}

impl AsPtrMut for Retained<NSError> {
    fn as_ptr_mut(this: &Self) -> *mut NSError {
        Retained::as_ptr(this).cast_mut()
    }
}

/// Made without an autorelease pool.
pub(crate) fn ns_error((domain, code): Error) -> Retained<NSError> {
    NSError::new(code, &NSString::from_str(domain))
}

//! `LAContext`. With `secure_enclave.rs` and `boot_clock/since_boot.rs`, all of this
//! crate's unsafe code.
#![expect(
    unsafe_code,
    reason = "Objective-C and C are called in these two files, and nowhere else"
)]

use block2::RcBlock;
use objc2::{
    rc::{Retained, autoreleasepool},
    runtime::{Bool, NSObjectProtocol as _},
    sel,
};
use objc2_foundation::{NSData, NSError, NSString};
use objc2_local_authentication::{LAContext, LAPolicy};

#[cfg(openpass_gnustep)]
use crate::gnustep as enclave;
#[cfg(target_os = "macos")]
use crate::secure_enclave as enclave;
use crate::{
    enrolment::EnrolmentPin,
    exchange::{Answer, Reply},
    key_failure::KeyFailure,
    la_error::Failure,
    reason::Reason,
    system::{Button, Context, KeyInUse},
};

/// A finger or a face. The other policies also take the account's password or
/// a watch on somebody's wrist.
const POLICY: LAPolicy = LAPolicy::DeviceOwnerAuthenticationWithBiometrics;

/// One `LAContext`. It is neither `Send` nor `Sync`, so it stays on its thread.
///
/// Every method brings its own autorelease pool: the thread has none.
pub(crate) struct LaContext(Retained<LAContext>);

impl LaContext {
    /// A context that was never asked anything.
    pub(crate) fn fresh(button: Button) -> Self {
        autoreleasepool(|_| {
            // SAFETY: `new` has no precondition; the result is retained.
            let context = unsafe { LAContext::new() };
            let title = NSString::from_str(title(button));
            // SAFETY: the property copies any string; the context was made on
            // this thread and nobody else has it.
            unsafe { context.setLocalizedFallbackTitle(Some(&title)) };
            // A finger that unlocked the screen must not answer for this.
            // SAFETY: any duration is allowed, 0 is the documented default.
            unsafe { context.setTouchIDAuthenticationAllowableReuseDuration(0.0) };
            Self(context)
        })
    }
}

impl Context for LaContext {
    fn can_evaluate(&self) -> Result<(), Failure> {
        autoreleasepool(|_| {
            // SAFETY: the policy is one of Apple's; objc2 passes the address
            // of an error and retains what is put there. This is never called
            // in the reply block, where it might deadlock.
            unsafe { self.0.canEvaluatePolicy_error(POLICY) }.map_err(|error| read(&error))
        })
    }

    fn enrolment(&self) -> Option<EnrolmentPin> {
        autoreleasepool(|_| {
            if self.0.respondsToSelector(sel!(domainState)) {
                // SAFETY: it responds to the selector (macOS 15); the getters
                // have no precondition, and their results are retained.
                let state = unsafe { self.0.domainState().biometry().stateHash() };
                return pin("LADomainStateBiometry.stateHash", state);
            }
            #[expect(deprecated, reason = "there is nothing else before macOS 15")]
            // SAFETY: a getter without a precondition; its result is retained.
            let state = unsafe { self.0.evaluatedPolicyDomainState() };
            pin("LAContext.evaluatedPolicyDomainState", state)
        })
    }

    fn evaluate(&self, reason: &Reason, reply: Reply) {
        autoreleasepool(|_| {
            let reason = NSString::from_str(reason.as_str());
            let block = reply_block(move |answer| reply.give(answer));
            // SAFETY: `Reason` is never empty, which would raise; the policy
            // is one of Apple's; the block may be called on any thread, and
            // Objective-C copies it for as long as it needs it.
            unsafe {
                self.0
                    .evaluatePolicy_localizedReason_reply(POLICY, &reason, &block);
            }
        })
    }

    fn key(&self, stored: &[u8]) -> Result<Box<dyn KeyInUse>, KeyFailure> {
        enclave::open(&self.0, stored)
    }

    fn asks_no_more(&self) {
        // SAFETY: a property that may be set at any time; the context is this thread's.
        autoreleasepool(|_| unsafe { self.0.setInteractionNotAllowed(true) });
    }
}

impl Drop for LaContext {
    fn drop(&mut self) {
        // SAFETY: allowed at any time, also twice and while an evaluation runs,
        // which then ends with -9.
        autoreleasepool(|_| unsafe { self.0.invalidate() });
    }
}

/// Returns the value of `localizedFallbackTitle`. An empty title hides the button.
const fn title(button: Button) -> &'static str {
    match button {
        Button::Hidden => "",
        Button::UsePassphrase => "Use passphrase…",
    }
}

/// A block that may be called and dropped on any thread, as `tell` may.
fn reply_block(
    tell: impl Fn(Answer) + Send + Sync + 'static,
) -> RcBlock<dyn Fn(Bool, *mut NSError)> {
    RcBlock::new(move |yes: Bool, error: *mut NSError| {
        // The system calls on a queue of its own, where a pool is not certain.
        autoreleasepool(|_| {
            // SAFETY: LocalAuthentication passes nil, or an error that lives
            // until the block returns; it does not outlive this closure.
            let error = unsafe { error.as_ref() };
            tell(match (yes.as_bool(), error) {
                (true, None) => Answer::Yes,
                (true, Some(_)) => Answer::No(Failure::Contradiction),
                (false, Some(error)) => Answer::No(read(error)),
                (false, None) => Answer::No(Failure::Unexplained),
            });
        });
    })
}

fn read(error: &NSError) -> Failure {
    Failure::new(&error.domain().to_string(), error.code())
}

/// No data and empty data say the same: nothing.
fn pin(source: &str, state: Option<Retained<NSData>>) -> Option<EnrolmentPin> {
    let state = state?.to_vec();
    (!state.is_empty()).then(|| EnrolmentPin::of(source, &state))
}

/// The attributes of this process's security session; `None` when the system
/// does not say.
///
/// Source: `SessionGetInfo` in <Security/AuthSession.h>.
#[cfg(target_os = "macos")]
pub(crate) fn session_attributes() -> Option<u32> {
    use objc2_security::{
        SessionAttributeBits, SessionGetInfo, callerSecuritySession, errSessionSuccess,
    };
    let mut id = 0;
    let mut attributes = SessionAttributeBits::empty();
    // SAFETY: both pointers are to locals that live through the call, of the
    // types that the header names; the session is the caller's own.
    let status = unsafe { SessionGetInfo(callerSecuritySession, &raw mut id, &raw mut attributes) };
    (status == errSessionSuccess).then(|| attributes.bits())
}

#[cfg(all(test, target_os = "macos"))]
mod tests {
    use objc2_local_authentication::LAErrorDomain;

    #[test]
    fn the_domain_of_errors_is_the_one_in_the_table() {
        // SAFETY: a constant that the framework defines.
        let domain = unsafe { LAErrorDomain };
        assert_eq!(domain.to_string(), crate::la_error::DOMAIN);
    }

    #[test]
    fn the_session_can_be_read() {
        assert!(super::session_attributes().is_some());
    }
}

//! The classes that say who is enrolled, as macOS 15 has them.

use objc2::{ClassType, define_class, msg_send, rc::Retained, runtime::NSObject};
use objc2_foundation::NSData;

use crate::stage::script;

define_class!(
    // SAFETY: NSObject makes no demands on a subclass.
    #[unsafe(super(NSObject))]
    #[name = "LADomainState"]
    pub(crate) struct FakeDomainState;

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
    pub(crate) struct FakeBiometryState;

    impl FakeBiometryState {
        #[unsafe(method_id(stateHash))]
        fn state_hash(&self) -> Option<Retained<NSData>> {
            state()
        }
    }
);

/// Returns the state in the script.
pub(crate) fn state() -> Option<Retained<NSData>> {
    script().state.map(NSData::with_bytes)
}

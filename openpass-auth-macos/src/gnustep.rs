//! The system as the GNUstep run has it: the real binding, in a session that
//! the test describes. No other build has this file.

use core::fmt::Debug;
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use objc2::{rc::Retained, runtime::AnyObject};
use objc2_local_authentication::LAContext;
use openpass_auth::{AuthError, Unavailable};

use crate::{
    BiometricAuthenticator, EnrolmentStore,
    gate::{Session, over_ssh},
    key_failure::KeyFailure,
    la_context::LaContext,
    system::{Button, Context, KeyInUse, NewKey, System},
};

/// A stand-in for the Secure Enclave and the Security framework. An error is a domain
/// and a code; nothing at all is `None`.
pub trait Enclave: Debug + Send + Sync {
    /// A new key: its token object, and its public half as 04, X, Y.
    fn make(&self) -> Result<(Vec<u8>, Vec<u8>), (&'static str, isize)>;

    /// The public half of the key of `stored`.
    fn public(&self, stored: &[u8]) -> Result<Vec<u8>, (&'static str, isize)>;

    /// Signs by the key of `stored`, if `context` said yes.
    fn sign(
        &self,
        stored: &[u8],
        context: &AnyObject,
        message: &[u8],
    ) -> Result<Option<Vec<u8>>, (&'static str, isize)>;
}

static ENCLAVE: Mutex<Option<Arc<dyn Enclave>>> = Mutex::new(None);

/// Sets the stand-in for the Secure Enclave of this process. Without it there is none.
pub fn set_enclave(enclave: Arc<dyn Enclave>) {
    *ENCLAVE.lock().unwrap_or_else(PoisonError::into_inner) = Some(enclave);
}

fn enclave() -> Result<Arc<dyn Enclave>, KeyFailure> {
    let enclave = ENCLAVE.lock().unwrap_or_else(PoisonError::into_inner);
    // `TKError.tokenNotFound`.
    enclave.clone().ok_or(KeyFailure::new("CryptoTokenKit", -7))
}

/// The key of `stored`, to be used by the yes of `context`.
pub(crate) fn open(
    context: &Retained<LAContext>,
    stored: &[u8],
) -> Result<Box<dyn KeyInUse>, KeyFailure> {
    Ok(Box::new(StagedKey {
        enclave: enclave()?,
        context: context.clone(),
        stored: stored.to_vec(),
    }))
}

struct StagedKey {
    enclave: Arc<dyn Enclave>,
    context: Retained<LAContext>,
    stored: Vec<u8>,
}

impl KeyInUse for StagedKey {
    fn public(&self) -> Result<Vec<u8>, KeyFailure> {
        self.enclave.public(&self.stored).map_err(failure)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyFailure> {
        let signed = self.enclave.sign(&self.stored, &self.context, message);
        signed.map_err(failure)?.ok_or(KeyFailure::Unexplained)
    }
}

fn failure((domain, code): (&str, isize)) -> KeyFailure {
    KeyFailure::new(domain, code)
}

/// The attributes of the session that this process is said to run in. Nobody sees a
/// dialog in it until a test says otherwise.
static HERE: AtomicU32 = AtomicU32::new(0);

/// Says that this process runs in a session with these `attributes`, as
/// `SessionGetInfo` would.
pub fn set_session(attributes: u32) {
    HERE.store(attributes, SeqCst);
}

/// The real binding, in this session, or in the one that the process is said
/// to run in.
#[derive(Debug)]
struct GnuStep(Option<Session>);

impl System for GnuStep {
    /// Never root's, or no test could run as root.
    fn session(&self) -> Result<Session, Unavailable> {
        let here = || Session::new(HERE.load(SeqCst), over_ssh(), false);
        Ok(self.0.unwrap_or_else(here))
    }

    fn context(&self, button: Button) -> Result<Box<dyn Context>, Unavailable> {
        Ok(Box::new(LaContext::fresh(button)))
    }

    fn make_key(&self) -> Result<NewKey, AuthError> {
        let made = enclave().and_then(|it| it.make().map_err(failure));
        let (stored, public) = made.map_err(|failure| failure.of_making())?;
        Ok(NewKey { stored, public })
    }
}

/// The system that this process is said to run on.
pub(crate) fn here() -> Arc<dyn System> {
    Arc::new(GnuStep(None))
}

impl BiometricAuthenticator {
    /// As [`new`](Self::new), in a session with these `attributes`.
    #[must_use]
    pub fn in_session(store: Arc<dyn EnrolmentStore>, attributes: u32) -> Self {
        let session = Session::new(attributes, false, false);
        Self::on(Arc::new(GnuStep(Some(session))), store)
    }
}

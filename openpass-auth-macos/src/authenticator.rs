//! The authenticator that asks for a finger or a face.

use core::time::Duration;
use std::sync::Arc;

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, Blocking, Challenge, Evidence, Factor, FactorSet, PromptPlace,
    Unavailable,
};

use crate::{
    EnclaveKey,
    enrolment::EnrolmentStore,
    exchange, prompt,
    reason::Reason,
    signing::ToApprove,
    system::{Button, System, this_system},
};

/// The longest time that [`available`](Authenticator::available) and a renewal of the
/// pin wait for the system. It normally answers within milliseconds; when its daemon
/// hangs, nobody can be asked.
const PROBE: Duration = Duration::from_secs(2);

/// The name of the threads. An `LAContext` stays on the thread that made it.
const THREAD: &str = "touch-id";

/// Asks for Touch ID through `LAContext`, with the policy that takes a finger
/// or a face and never the account's password.
///
/// It exists on every system. Where there is no `LAContext`, it answers
/// [`Unavailable::NotSupported`].
///
/// # What is checked before a dialog
///
/// 1. The session is local and graphic, and the user is not root.
/// 2. The system could ask now.
/// 3. The enrolled fingers are those that the last passphrase vouched for (see
///    [`EnrolmentStore`] and [`RenewsPin`](crate::RenewsPin)).
/// 4. The dialog has room for who asks and for all that gives power (see
///    [`dialog_text`](crate::dialog_text)); else it answers
///    [`Unavailable::NoRoom`].
/// 5. Where it [signs](Self::with_approver), the key opens as the approver's; else it
///    answers [`Unavailable::SignerGone`].
///
/// # Signatures
///
/// Without a key, a yes is a boolean in this process, and the evidence is unsigned.
/// [`with_approver`](Self::with_approver) says what changes with one.
///
/// # Cancellation
///
/// Dropping the future invalidates the context, which takes the dialog down. A
/// yes that comes later, or after the deadline, counts for nothing.
///
/// # Threads
///
/// Each prompt runs on a thread of its own. If the system hangs before it
/// shows the dialog, that thread stays behind, and the prompt is refused at
/// its deadline all the same.
///
/// Source: Apple, [`LAContext`].
///
/// [`LAContext`]: https://developer.apple.com/documentation/localauthentication/lacontext
#[derive(Debug, Clone)]
pub struct BiometricAuthenticator {
    system: Arc<dyn System>,
    store: Arc<dyn EnrolmentStore>,
    biometric_only: bool,
    key: Option<Arc<EnclaveKey>>,
}

impl BiometricAuthenticator {
    /// Asks by Touch ID, with the pin kept in `store`.
    ///
    /// The dialog has a button "Use passphrase…" when the challenge accepts a
    /// passphrase. It answers [`Unavailable::PassphraseChosen`], so that
    /// [`FirstAvailable`](openpass_auth::FirstAvailable) goes on to the next
    /// authenticator.
    #[must_use]
    pub fn new(store: Arc<dyn EnrolmentStore>) -> Self {
        Self::on(this_system(), store)
    }

    /// Hides the "Use passphrase…" button.
    #[must_use]
    pub const fn biometric_only(mut self) -> Self {
        self.biometric_only = true;
        self
    }

    /// Signs by `key` the content of the challenge, if the challenge is bound to any
    /// ([`Challenge::binding_for`]): after the yes, by the very context that said it.
    ///
    /// A yes without that signature counts as no: [`AuthError::Backend`], and never
    /// evidence that is unsigned. Once the enrolled fingers change, the key is gone for
    /// good, and the answer is [`Unavailable::SignerGone`] until there is another. The
    /// receiver of the evidence verifies the signature.
    #[must_use]
    pub fn with_approver(mut self, key: EnclaveKey) -> Self {
        self.key = Some(Arc::new(key));
        self
    }

    pub(crate) const fn on(system: Arc<dyn System>, store: Arc<dyn EnrolmentStore>) -> Self {
        Self {
            system,
            store,
            biometric_only: false,
            key: None,
        }
    }

    /// Pins the enrolment of now, within `limit` or [`PROBE`].
    pub(crate) async fn renew_pin(&self, limit: Duration) -> Result<(), AuthError> {
        let Self { system, store, .. } = self.clone();
        let renew = move || prompt::renew(system.as_ref(), store.as_ref());
        Blocking::start(THREAD, renew)?
            .within(limit.min(PROBE))
            .await?
    }

    fn button_for(&self, challenge: &Challenge) -> Button {
        if self.biometric_only || !challenge.accepts().contains(Factor::Passphrase) {
            Button::Hidden
        } else {
            Button::UsePassphrase
        }
    }
}

#[async_trait]
impl Authenticator for BiometricAuthenticator {
    fn name(&self) -> &'static str {
        "touch-id"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Biometry)
    }

    fn places(&self, _: &Challenge) -> Vec<PromptPlace> {
        vec![PromptPlace::screen()]
    }

    /// Goes through the checks before a dialog on a fresh context, but for what only a
    /// challenge can tell, and waits two seconds for the system at the most.
    fn available(&self) -> Result<(), Unavailable> {
        let Self { system, store, .. } = self.clone();
        let probe =
            move || prompt::ready(system.as_ref(), store.as_ref(), Button::Hidden).map(drop);
        let probing = Blocking::start(THREAD, probe);
        match probing.map(|mut probing| probing.wait(PROBE)) {
            Ok(Some(Ok(Ok(())))) => Ok(()),
            Ok(Some(Ok(Err(AuthError::Unavailable(reason))))) => Err(reason),
            Ok(None) => Err(Unavailable::NotInteractive),
            Ok(Some(Ok(Err(_)) | Err(_))) | Err(_) => Err(Unavailable::NoBiometry),
        }
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let to_approve = ToApprove::by(self.key.as_ref(), challenge);
        match to_approve {
            Some(_) => challenge.admits_signed(Factor::Biometry)?,
            None => challenge.admits(Factor::Biometry)?,
        }
        let shown = (Reason::new(challenge), self.button_for(challenge));
        let (exchange, reply, call_off) = exchange::open(challenge.deadline());
        let Self { system, store, .. } = self.clone();
        let ask = move || {
            let ends = (exchange, reply);
            let to_approve = to_approve.as_ref();
            prompt::ask(system.as_ref(), store.as_ref(), shown, to_approve, ends)
        };
        let signature = Blocking::start(THREAD, ask)?
            .within(challenge.time_left())
            .await??;
        // INVARIANT: it lives until here, so that dropping this future at the
        // one `await` above calls the question off.
        drop(call_off);
        challenge.still_open()?;
        let evidence = Evidence::assertion(challenge, Factor::Biometry);
        Ok(match signature {
            Some(signature) => evidence.signed(signature),
            None => evidence,
        })
    }
}

//! The signature that comes with a yes.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use openpass_approval::ToSign;
use openpass_auth::{Assertion, AuthError, BackendError, Binding, Challenge, Factor, Unavailable};

use crate::{
    EnclaveKey,
    key_failure::KeyFailure,
    system::{Context, KeyInUse},
};

/// The content of one challenge, and the key that is to sign it.
#[derive(Debug)]
pub(crate) struct ToApprove {
    key: Arc<EnclaveKey>,
    binding: Binding,
}

impl ToApprove {
    /// `None` if there is no key, or the challenge takes no signature.
    pub(crate) fn by(key: Option<&Arc<EnclaveKey>>, challenge: &Challenge) -> Option<Self> {
        let binding = *challenge.binding_for(Factor::Biometry)?;
        binding.scope()?;
        let key = Arc::clone(key?);
        Some(Self { key, binding })
    }

    /// The key, opened for the dialog of `context`. Nobody is asked yet, and nobody is
    /// to be where this fails.
    pub(crate) fn open(&self, context: &dyn Context) -> Result<Signer<'_>, Unavailable> {
        let key = self.key.opened_by(context)?;
        Ok(Signer { key, about: self })
    }
}

/// A key that waits for the yes of the context that it was opened for.
pub(crate) struct Signer<'a> {
    key: Box<dyn KeyInUse>,
    about: &'a ToApprove,
}

impl Signer<'_> {
    /// Signs, after `context` said yes. Whatever is not a signature is an error: a yes
    /// of which the key knows nothing counts for nothing.
    pub(crate) fn sign(&self, context: &dyn Context) -> Result<Assertion, AuthError> {
        // The yes is for what the dialog said. Were it not enough for the key, the
        // system would ask again, in words of its own.
        context.asks_no_more();
        let ToApprove { key, binding } = self.about;
        let to_sign = ToSign::about(binding, Factor::Biometry, key.public(), now()?)
            .ok_or_else(|| BackendError::new("there is nothing that the key could sign"))?;
        let signed = self.key.sign(to_sign.bytes());
        let signature = signed.and_then(|der| r_and_s(&der));
        Ok(to_sign.signed(signature.map_err(|failure| failure.of_signing())?))
    }
}

/// r and s, 32 bytes each (RFC 7518 §3.4), of a signature in DER (RFC 3279 §2.2.3).
fn r_and_s(der: &[u8]) -> Result<[u8; 64], KeyFailure> {
    let signature = p256::ecdsa::Signature::from_der(der);
    let signature = signature.map_err(|_| KeyFailure::Malformed("no signature of P-256 in DER"))?;
    Ok(signature.to_bytes().into())
}

fn now() -> Result<u64, BackendError> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.map_err(|_| BackendError::new("the clock is set to before 1970"))?;
    Ok(since.as_secs())
}

//! Keys on USB, by the crate `ctap-hid-fido2`.
//!
//! That crate panics on some answers of a broken key, tells its errors as text, and
//! cancels only in passing. What is here makes up for that: panics are contained, the
//! status is read out of the text, and a second thread says when to stop waiting.

mod device;
mod status;

use std::{sync::Arc, thread, time::Duration};

use ctap_hid_fido2::{
    FidoKeyHid,
    fidokey::{GetAssertionArgsBuilder, MakeCredentialArgsBuilder},
    get_fidokey_devices,
};
use openpass_approval::RP_ID;
use openpass_auth_passphrase::Cancel;

use self::{device::Device, status::Attempt};
use crate::{
    AssertionRequest, CredentialRequest, Key, KeyError, Keys, Pin, Signed, touch::contained,
};

/// A key that was told to stop is told again after so long,
const TELL_AGAIN: Duration = Duration::from_millis(200);
/// and so many times: the first may come before it has begun to wait.
const TIMES: usize = 20;

/// The FIDO2 keys that are plugged in on USB.
///
/// On Linux it needs read and write access to the key's `/dev/hidraw*`; else
/// [`KeyError::NoAccess`].
///
/// A touch that is not waited for any more is called off at the key. Should the key not
/// listen, it blinks on for its own time, half a minute or so, and an answer that comes
/// then goes nowhere.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct HidKeys;

impl HidKeys {
    /// The keys that are plugged in.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Keys for HidKeys {
    fn plugged_in(&self) -> Result<Vec<Key>, KeyError> {
        contained(|| {
            let devices = get_fidokey_devices();
            devices.iter().map(device::key).collect()
        })
    }

    fn holds(&self, key: &Key, credential: &[u8]) -> Result<bool, KeyError> {
        contained(|| {
            let device = Device::open(&key.id)?;
            // What it signs here says that nobody touched it, so it approves nothing.
            let args = GetAssertionArgsBuilder::new(RP_ID, b"")
                .add_credential_id(credential)
                .without_pin_and_uv()
                .without_up()
                .build();
            let attempt = Attempt::begin();
            match attempt.of(device.hid().get_assertion_with_args(&args)) {
                Ok(_) => Ok(true),
                Err(KeyError::NoCredential) => Ok(false),
                Err(why) => Err(why),
            }
        })
    }

    fn sign(
        &self,
        key: &Key,
        request: &AssertionRequest,
        pin: Option<&Pin>,
        cancel: &Cancel,
    ) -> Result<Signed, KeyError> {
        contained(|| {
            let device = Device::open(&key.id)?;
            // Without a PIN these ask for the key's own verification (`uv`).
            let mut args =
                GetAssertionArgsBuilder::new(request.rp_id(), request.client_data().as_bytes())
                    .add_credential_id(request.credential());
            if let Some(pin) = pin {
                args = args.pin(pin.expose());
            }
            let args = args.build();
            let signed = device.while_wanted(cancel, |hid| hid.get_assertion_with_args(&args))?;
            let signed = signed.into_iter().next().ok_or(KeyError::Broken)?;
            Ok(Signed {
                authenticator_data: signed.auth_data,
                signature: signed.signature,
            })
        })
    }

    fn make(
        &self,
        key: &Key,
        request: &CredentialRequest,
        pin: Option<&Pin>,
        cancel: &Cancel,
    ) -> Result<Vec<u8>, KeyError> {
        contained(|| {
            let device = Device::open(&key.id)?;
            // ES256 and not discoverable are what it asks for where nothing else is said.
            let mut args =
                MakeCredentialArgsBuilder::new(request.rp_id(), request.client_data().as_bytes());
            for credential in request.exclude() {
                args = args.exclude_authenticator(credential);
            }
            if let Some(pin) = pin {
                args = args.pin(pin.expose());
            }
            let args = args.build();
            let made = device.while_wanted(cancel, |hid| hid.make_credential_with_args(&args))?;
            Ok(made.auth_data)
        })
    }
}

impl Device {
    /// Has the key do `work`, until `cancel`.
    fn while_wanted<T, E: core::fmt::Display>(
        &self,
        cancel: &Cancel,
        work: impl FnOnce(&FidoKeyHid) -> Result<T, E>,
    ) -> Result<T, KeyError> {
        let told = self.shared();
        // The hook may not block, and telling the key waits for its next sign of life.
        cancel.on_cancel(move || {
            let name = "openpass-untouch".to_owned();
            // Without a thread the key blinks on for its own time.
            drop(thread::Builder::new().name(name).spawn(move || tell(&told)));
        });
        if cancel.is_cancelled() {
            return Err(KeyError::Cancelled);
        }
        let attempt = Attempt::begin();
        attempt
            .of(work(self.hid()))
            .map_err(|why| self.with_tries(why))
    }
}

/// Tells the key to stop waiting, for as long as somebody waits for it.
fn tell(hid: &Arc<FidoKeyHid>) {
    for _ in 0..TIMES {
        if Arc::strong_count(hid) == 1 || hid.cancel_selection().is_err() {
            return;
        }
        thread::sleep(TELL_AGAIN);
    }
}

//! One device: opening it, and its way to verify the person who touches it.

use std::{io, sync::Arc};

use ctap_hid_fido2::{FidoKeyHid, FidoKeyHidFactory, HidInfo, HidParam, LibCfg};

use super::status::Attempt;
use crate::{Key, KeyError, Verifies};

/// A device that is open, and the options that it tells of itself.
pub(super) struct Device {
    hid: Arc<FidoKeyHid>,
    options: Result<Vec<(String, bool)>, KeyError>,
}

/// The key of a device that was listed.
pub(super) fn key(info: &HidInfo) -> Result<Key, KeyError> {
    let HidParam::Path(path) = &info.param else {
        return Err(KeyError::Broken);
    };
    let verifies = match Device::open(path)?.verifies() {
        Ok(verifies) => verifies,
        Err(why @ KeyError::NotFido2) => Verifies::Not(why),
        Err(why) => return Err(why),
    };
    Ok(Key::new(path.as_str(), verifies))
}

impl Device {
    pub(super) fn open(path: &str) -> Result<Self, KeyError> {
        may_open(path)?;
        // It would say on stdout that the key is to be touched.
        let mut quiet = LibCfg::init();
        quiet.enable_keep_alive_msg = false;
        let at = [HidParam::Path(path.to_owned())];
        let device = FidoKeyHidFactory::create_by_params(&at, &quiet);
        let device = device.map_err(|_| KeyError::NoAccess)?;
        let attempt = Attempt::begin();
        // The channel: cancelling later must not be what opens it.
        attempt.of(device.get_cid())?;
        let (options, protocols) = match attempt.of(device.get_info()) {
            Ok(info) => (Ok(info.options), info.pin_uv_auth_protocols),
            Err(why) => (Err(why), Vec::new()),
        };
        // CTAP 2.1 §6.4: the key's own preference comes first.
        let device = match protocols.first() {
            Some(2) => device.with_pin_protocol_version(2),
            _ => device,
        };
        let hid = Arc::new(device);
        Ok(Self { hid, options })
    }

    pub(super) fn hid(&self) -> &FidoKeyHid {
        &self.hid
    }

    pub(super) fn shared(&self) -> Arc<FidoKeyHid> {
        Arc::clone(&self.hid)
    }

    /// Returns the way in which the key verifies a person: by itself where it can
    /// (`uv`), else by its PIN (`clientPin`).
    fn verifies(&self) -> Result<Verifies, KeyError> {
        let options = self.options.as_ref().map_err(|why| *why)?;
        let option = |name: &str| {
            let mut all = options.iter();
            all.find(|(one, _)| one == name).map(|(_, is)| *is)
        };
        let has_pin = option("clientPin") == Some(true);
        if option("uv") == Some(true) && !(has_pin && self.has_no_uv_tries()) {
            return Ok(Verifies::BuiltIn);
        }
        if !has_pin {
            return Ok(Verifies::Not(KeyError::NoPin));
        }
        Ok(match self.tries() {
            Some(0) => Verifies::Not(KeyError::PinBlocked),
            _ => Verifies::Pin,
        })
    }

    /// Whether the key takes no finger any more. An older key does not tell.
    fn has_no_uv_tries(&self) -> bool {
        self.hid.get_uv_retries().is_ok_and(|tries| tries == 0)
    }

    fn tries(&self) -> Option<u8> {
        let tries = self.hid.get_pin_retries().ok()?;
        u8::try_from(tries).ok()
    }

    /// `why`, with the tries that are left.
    pub(super) fn with_tries(&self, why: KeyError) -> KeyError {
        match why {
            KeyError::PinWrong { .. } => KeyError::PinWrong {
                tries: self.tries(),
            },
            other => other,
        }
    }
}

/// Whether the device file may be opened, where there is one: the crate below says only
/// that something failed.
fn may_open(path: &str) -> Result<(), KeyError> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    use rustix::fs::{Access, access};
    match access(path, Access::READ_OK | Access::WRITE_OK).map_err(io::Error::from) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(KeyError::Removed),
        Err(_) => Err(KeyError::NoAccess),
    }
}

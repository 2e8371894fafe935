//! Touch ID, and else the passphrase.

use std::{path::PathBuf, sync::Arc};

use openpass_auth::{Authenticator, FirstAvailable};

use crate::{BiometricAuthenticator, PinFile, RenewsPin};

/// Asks for Touch ID, and for `passphrase` where that is unavailable: on other systems,
/// without enrolled fingers, over SSH, where the fingers are not those of the pin in
/// `pin_file`, and where the person chooses "Use passphrase…". A wrong finger and a
/// cancel are no way to it ([`FirstAvailable`]).
///
/// The passphrase's yes pins the fingers that are enrolled then, so that the first
/// question on a Mac is for the passphrase. `passphrase` must be an authenticator that
/// a person answers ([`RenewsPin`]). A host with a place of its own for the pin puts
/// the same parts together, with its [`EnrolmentStore`](crate::EnrolmentStore).
#[must_use]
pub fn biometry_first(
    passphrase: impl Authenticator + 'static,
    pin_file: impl Into<PathBuf>,
) -> FirstAvailable {
    let finger = BiometricAuthenticator::new(Arc::new(PinFile::at(pin_file)));
    in_turn(finger, passphrase)
}

pub(crate) fn in_turn(
    finger: BiometricAuthenticator,
    passphrase: impl Authenticator + 'static,
) -> FirstAvailable {
    let passphrase = RenewsPin::new(Arc::new(passphrase), finger.clone());
    FirstAvailable::new(vec![Arc::new(finger), Arc::new(passphrase)])
}

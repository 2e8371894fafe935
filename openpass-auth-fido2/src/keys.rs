//! The trait between this crate and the hardware.

use core::fmt::Debug;

use openpass_approval::{RP_ID, ToTouch};
use openpass_auth_passphrase::Cancel;
use sha2::{Digest as _, Sha256};

use crate::{KeyError, Pin};

/// The security keys of this machine (CTAP 2.1).
///
/// # Threads
///
/// Everything here may block, and is called on threads of this crate's, never inside
/// `poll`. A panic ends as [`KeyError::Broken`].
pub trait Keys: Debug + Send + Sync {
    /// The keys that are plugged in. Nobody is asked, and nothing blinks.
    ///
    /// # Errors
    ///
    /// The reason why the keys cannot be listed, such as [`KeyError::NoAccess`]. That
    /// there is no key is no error: the list is empty.
    fn plugged_in(&self) -> Result<Vec<Key>, KeyError>;

    /// Whether `key` has this credential of [`RP_ID`], without a touch: an
    /// `authenticatorGetAssertion` with `up` false (CTAP 2.1 §6.2.2, "pre-flight").
    ///
    /// # Errors
    ///
    /// The reason why it cannot be told.
    fn holds(&self, key: &Key, credential: &[u8]) -> Result<bool, KeyError>;

    /// Has `key` sign `request` (`authenticatorGetAssertion`, CTAP 2.1 §6.2), with a touch
    /// and with verification: by `pin`, or by the key's own means where there is none.
    ///
    /// When `cancel` is cancelled, the method stops waiting for the touch, and tells
    /// the key so (`CTAPHID_CANCEL`, CTAP 2.1 §11.2.9.1.5). An implementation that
    /// cannot tell the key says so; an answer that comes then goes nowhere.
    ///
    /// # Errors
    ///
    /// [`KeyError`]. An `Ok` proves nothing: what is signed is verified by others.
    fn sign(
        &self,
        key: &Key,
        request: &AssertionRequest,
        pin: Option<&Pin>,
        cancel: &Cancel,
    ) -> Result<Signed, KeyError>;

    /// Has `key` make an ES256 credential (`authenticatorMakeCredential`, CTAP 2.1 §6.1),
    /// not discoverable, with a touch and with verification as for [`sign`](Self::sign),
    /// and gives its authenticator data.
    ///
    /// # Errors
    ///
    /// As `sign`, and [`KeyError::Enrolled`].
    fn make(
        &self,
        key: &Key,
        request: &CredentialRequest,
        pin: Option<&Pin>,
        cancel: &Cancel,
    ) -> Result<Vec<u8>, KeyError>;
}

/// One security key that is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Key {
    /// An id that tells it from the others, such as the path of its device. It is
    /// for the [`Keys`] that listed it, and never shown.
    pub id: String,
    /// The way in which it verifies the person who touches it.
    pub verifies: Verifies,
}

impl Key {
    /// The key called `id`.
    pub fn new(id: impl Into<String>, verifies: Verifies) -> Self {
        let id = id.into();
        Self { id, verifies }
    }
}

/// The way in which a key verifies the person who touches it (CTAP 2.1 §6.4,
/// `clientPin` and `uv`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verifies {
    /// By a PIN, which the terminal takes.
    Pin,
    /// By itself, such as by a finger.
    BuiltIn,
    /// Not now, and why: [`KeyError::NoPin`], [`KeyError::PinBlocked`] and their like.
    Not(KeyError),
}

/// A request to a key for a signature.
#[derive(Debug, Clone)]
pub struct AssertionRequest {
    credential: Vec<u8>,
    client_data: String,
}

impl AssertionRequest {
    pub(crate) fn new(credential: &[u8], what: &ToTouch) -> Self {
        Self {
            credential: credential.to_vec(),
            client_data: what.client_data().to_owned(),
        }
    }

    /// The relying party's id: [`RP_ID`].
    #[must_use]
    pub const fn rp_id(&self) -> &'static str {
        RP_ID
    }

    /// The one credential that may sign: the whole `allowList`.
    #[must_use]
    pub fn credential(&self) -> &[u8] {
        &self.credential
    }

    /// The client data that is signed, to the byte.
    #[must_use]
    pub fn client_data(&self) -> &str {
        &self.client_data
    }

    /// The SHA-256 of the client data, `clientDataHash`.
    #[must_use]
    pub fn client_data_hash(&self) -> [u8; 32] {
        Sha256::digest(&self.client_data).into()
    }
}

/// The answer of a key that has signed (CTAP 2.1 §6.2.3).
#[derive(Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "implementations of `Keys` outside of this crate make it"
)]
pub struct Signed {
    /// The statement of the key about itself: relying party, flags, counter.
    pub authenticator_data: Vec<u8>,
    /// An ECDSA signature over the authenticator data and the client data's hash, in
    /// DER.
    pub signature: Vec<u8>,
}

impl Debug for Signed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Signed").finish_non_exhaustive()
    }
}

/// A request to a key for a new credential.
#[derive(Debug, Clone)]
pub struct CredentialRequest {
    exclude: Vec<Vec<u8>>,
}

impl CredentialRequest {
    /// The client data of an enrolment. No attestation is asked for and none is
    /// verified, so nothing hangs on what is signed here.
    const CLIENT_DATA: &'static str =
        r#"{"type":"webauthn.create","challenge":"","origin":"openpass:","crossOrigin":false}"#;

    pub(crate) const fn excluding(exclude: Vec<Vec<u8>>) -> Self {
        Self { exclude }
    }

    /// The relying party's id: [`RP_ID`].
    #[must_use]
    pub const fn rp_id(&self) -> &'static str {
        RP_ID
    }

    /// The client data, to the byte.
    #[must_use]
    pub const fn client_data(&self) -> &'static str {
        Self::CLIENT_DATA
    }

    /// The SHA-256 of the client data, `clientDataHash`.
    #[must_use]
    pub fn client_data_hash(&self) -> [u8; 32] {
        Sha256::digest(Self::CLIENT_DATA).into()
    }

    /// The credentials that the key must not have yet: `excludeList`.
    #[must_use]
    pub fn exclude(&self) -> &[Vec<u8>] {
        &self.exclude
    }
}

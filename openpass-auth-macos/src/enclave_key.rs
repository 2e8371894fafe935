//! The approver's key that a touch can use.

use core::fmt;

use openpass_approval::{Approver, KeyId, PublicKey};
use openpass_auth::{AuthError, BackendError, Factor, Unavailable};

use crate::system::{Button, Context, KeyInUse, System, this_system};

/// The longest stored form, in bytes. Those that were reported have about 570.
const MAX_STORED: usize = 4096;

/// A P-256 key in this Mac's Secure Enclave, which signs only for a finger or a face
/// of those that were enrolled when it was made.
///
/// The key itself never leaves the Secure Enclave. What is stored is its token object:
/// the key, wrapped so that this one Secure Enclave alone can unwrap it, together with
/// the access control that it was made with. It is no secret. An attacker who
/// exchanges it gains nothing, since the public half is compared with the approver's.
/// An attacker who deletes it takes the signature away, and then Touch ID asks nobody.
///
/// # Where there is none
///
/// On other systems than macOS and on a Mac without a Secure Enclave,
/// [`create`](Self::create) says so. Touch ID then works without a key, its evidence
/// is not signed, and policy can tell.
///
/// Sources: Apple, [Protecting keys with the Secure Enclave][keys] and
/// [`biometryCurrentSet`][set]. `docs/macos.md` says how the key is kept without a
/// keychain, and what of it no Mac has shown yet.
///
/// [keys]: https://developer.apple.com/documentation/security/protecting-keys-with-the-secure-enclave
/// [set]: https://developer.apple.com/documentation/security/secaccesscontrolcreateflags/biometrycurrentset
#[derive(Clone, PartialEq, Eq)]
pub struct EnclaveKey {
    public: PublicKey,
    stored: Vec<u8>,
}

impl EnclaveKey {
    /// Makes a new key, and the approver that it is: `label` is what a person calls it,
    /// `since` says when it was added, as RFC 3339 has it. Nobody is asked.
    ///
    /// It blocks while the system works. The keeper of the approvers decides
    /// whether the approver counts.
    ///
    /// # Errors
    ///
    /// [`Unavailable::NotSupported`] where there is no Secure Enclave;
    /// [`AuthError::Backend`] when the system makes no key, when it gives a key that
    /// does not open again from its stored form, or when the label is none.
    pub fn create(label: &str, since: &str) -> Result<(Approver, Self), AuthError> {
        Self::create_on(this_system().as_ref(), label, since)
    }

    /// The key of `approver`, from its [stored](Self::stored) form.
    ///
    /// Whether the system opens it as that approver's is seen before each dialog.
    ///
    /// # Errors
    ///
    /// When the approver is none of biometry, or nothing can have been stored so.
    pub fn of(approver: &Approver, stored: &[u8]) -> Result<Self, BackendError> {
        if approver.factor() != Factor::Biometry {
            let message = "an approver of another kind has no key in the Secure Enclave";
            return Err(BackendError::new(message));
        }
        Self::new(approver.key().clone(), stored.to_vec())
    }

    /// The stored form of the key, which the host keeps beside the approver.
    /// Opaque, at most 4096 bytes.
    #[must_use]
    pub fn stored(&self) -> &[u8] {
        &self.stored
    }

    /// The id of the approver that it is.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.public.id()
    }

    pub(crate) const fn public(&self) -> &PublicKey {
        &self.public
    }

    pub(crate) fn create_on(
        system: &dyn System,
        label: &str,
        since: &str,
    ) -> Result<(Approver, Self), AuthError> {
        let made = system.make_key()?;
        let public = point(&made.public).ok_or_else(|| {
            BackendError::new("the new key's public half is not a point of P-256")
        })?;
        let key = Self::new(public, made.stored)?;
        // An approver whose key does not open again would be one that cannot sign.
        let context = system.context(Button::Hidden)?;
        key.opened_by(context.as_ref()).map_err(|_| {
            BackendError::new(
                "the system could not open its new key again, so the key was not kept",
            )
        })?;
        let approver = Approver::new(Factor::Biometry, key.public.clone(), label, since, None);
        let approver = approver.map_err(|why| BackendError::new(why.to_string()))?;
        Ok((approver, key))
    }

    /// This key, to be used by the yes of `context` and no other.
    ///
    /// INVARIANT (the key is the approver's): a token object that the system does not
    /// take for one may come to a new key without any access control, as was reported,
    /// and a program that can write the stored form can put one of its own there. So
    /// its public half is read, which asks nobody, and compared.
    pub(crate) fn opened_by(
        &self,
        context: &dyn Context,
    ) -> Result<Box<dyn KeyInUse>, Unavailable> {
        let gone = |_| Unavailable::SignerGone;
        let key = context.key(&self.stored).map_err(gone)?;
        let found = key.public().map_err(gone)?;
        match point(&found) {
            Some(public) if public == self.public => Ok(key),
            _ => Err(Unavailable::SignerGone),
        }
    }

    fn new(public: PublicKey, stored: Vec<u8>) -> Result<Self, BackendError> {
        if stored.is_empty() || stored.len() > MAX_STORED {
            return Err(BackendError::new(
                "this is not a stored key of a Secure Enclave",
            ));
        }
        Ok(Self { public, stored })
    }
}

impl fmt::Debug for EnclaveKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EnclaveKey({})", self.public.id())
    }
}

/// The key with this point, as `SecKeyCopyExternalRepresentation` writes it: 04, X, Y
/// (SEC 1 §2.3.3, not compressed).
fn point(sec1: &[u8]) -> Option<PublicKey> {
    let (&[form], coordinates) = sec1.split_first_chunk::<1>()?;
    let (x, y) = coordinates.split_first_chunk::<32>()?;
    let y = y.try_into().ok()?;
    let key = PublicKey::p256(x, y).ok()?;
    (form == 4).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::point;

    /// The base point (FIPS 186-5, P-256).
    const G: [u8; 65] = [
        0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4,
        0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8,
        0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a,
        0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40,
        0x68, 0x37, 0xbf, 0x51, 0xf5,
    ];

    #[test]
    fn a_public_half_is_a_point_in_its_one_form() {
        assert!(point(&G).is_some());
        for form in (0..=255).filter(|form| *form != 4) {
            let mut other = G;
            other[0] = form;
            assert!(point(&other).is_none(), "{form}");
        }
        let mut off = G;
        off[64] ^= 1;
        assert!(point(&off).is_none());
        for length in 0..G.len() {
            assert!(point(&G[..length]).is_none(), "{length}");
        }
        assert!(point(&[&G[..], &[0]].concat()).is_none());
    }
}

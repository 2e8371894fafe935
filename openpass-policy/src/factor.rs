//! The proof that vouched for an operation, as policy sees it.

use openpass_auth::Factor;

use crate::vocabulary::vocabulary;
#[cfg(feature = "author")]
use crate::{ApproverKind, Authentication};

vocabulary! {
    /// The value of `context.authentication.factor`, the weakest first.
    ///
    /// It has the values that [`Factor`] has, and three that prove nothing about
    /// who: only the guard can bring those into a decision.
    pub enum AuthFactor: "factor" {
        /// Nobody was asked.
        None = "none",
        /// Somebody said y.
        Confirm = "confirm",
        /// A setting let a script do without a person.
        Waived = "waived",
        /// A code that is good once was given.
        OneTimeCode = "one-time-code",
        /// The operating system checked its user.
        SystemLogin = "system-login",
        /// Somebody answered on another device of the person's.
        Device = "device",
        /// A security key was touched.
        SecurityKey = "security-key",
        /// The passphrase was verified.
        Passphrase = "passphrase",
        /// A finger or a face was matched.
        Biometry = "biometry",
    }
}

impl AuthFactor {
    /// Whether it says who answered, by something that shows the question: not a y/N or
    /// a waiver, and neither a one-time code nor the system's own login.
    #[must_use]
    pub const fn proves_who(self) -> bool {
        match self {
            Self::Biometry | Self::SecurityKey | Self::Device | Self::Passphrase => true,
            Self::None | Self::Confirm | Self::Waived | Self::OneTimeCode | Self::SystemLogin => {
                false
            }
        }
    }
}

impl From<Factor> for AuthFactor {
    fn from(factor: Factor) -> Self {
        match factor {
            Factor::Biometry => Self::Biometry,
            Factor::SecurityKey => Self::SecurityKey,
            Factor::Device => Self::Device,
            Factor::Passphrase => Self::Passphrase,
            Factor::SystemLogin => Self::SystemLogin,
            Factor::OneTimeCode => Self::OneTimeCode,
        }
    }
}

/// The weaker and the stronger of every pair of factors that is in order: a partial
/// one, closed under steps.
///
/// `confirm`, `waived` and the system's login are in no order with each other, nor with
/// `none`: each counts only under a setting of its own. What shows the question itself is stronger than what
/// does not (a one-time code, the system's login). Among the four that do, biometry
/// is stronger than the passphrase, which can be watched; a key, another device and
/// these two are in no order: each can be lost without the others.
#[cfg(feature = "author")]
const STRONGER: [(AuthFactor, AuthFactor); 24] = {
    use AuthFactor::{
        Biometry, Confirm, Device, None, OneTimeCode, Passphrase, SecurityKey, SystemLogin, Waived,
    };
    [
        (None, OneTimeCode),
        (None, Device),
        (None, SecurityKey),
        (None, Passphrase),
        (None, Biometry),
        (Confirm, OneTimeCode),
        (Confirm, Device),
        (Confirm, SecurityKey),
        (Confirm, Passphrase),
        (Confirm, Biometry),
        (Waived, OneTimeCode),
        (Waived, Device),
        (Waived, SecurityKey),
        (Waived, Passphrase),
        (Waived, Biometry),
        (OneTimeCode, Device),
        (OneTimeCode, SecurityKey),
        (OneTimeCode, Passphrase),
        (OneTimeCode, Biometry),
        (SystemLogin, Device),
        (SystemLogin, SecurityKey),
        (SystemLogin, Passphrase),
        (SystemLogin, Biometry),
        (Passphrase, Biometry),
    ]
};

/// The weaker and the stronger of pairs of authentications: more proof is a stronger
/// factor, or the same one signed. Whatever else is in order follows by steps of these,
/// since a factor that can be had can be had signed and unsigned.
///
/// Unsigned ones are in the order of their factors, and so are signed ones.
#[cfg(feature = "author")]
pub(crate) fn stronger() -> impl Iterator<Item = (Authentication, Authentication)> {
    let unsigned = STRONGER.into_iter();
    let unsigned = unsigned.map(|(weaker, stronger)| {
        (
            Authentication::unsigned(weaker),
            Authentication::unsigned(stronger),
        )
    });
    let signs = |factor: &AuthFactor| ApproverKind::of(*factor) != ApproverKind::None;
    let more = AuthFactor::ALL.into_iter().filter(signs);
    let more = more.map(|factor| {
        (
            Authentication::unsigned(factor),
            Authentication::signed(factor),
        )
    });
    let signed = STRONGER
        .into_iter()
        .filter(move |(weaker, stronger)| signs(weaker) && signs(stronger));
    let signed = signed.map(|(weaker, stronger)| {
        (
            Authentication::signed(weaker),
            Authentication::signed(stronger),
        )
    });
    unsigned.chain(more).chain(signed)
}

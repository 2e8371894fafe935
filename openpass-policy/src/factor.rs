//! How an operation was vouched for, as policy sees it.

use core::fmt;

use openpass_auth::Factor;
use serde::{Serialize, Serializer};

/// The value of `context.authentication.factor`.
///
/// It has the values that [`Factor`] has, and three that prove nothing about
/// who: only the guard can bring those into a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new factor must break the builds that decide on factors"
)]
pub enum AuthFactor {
    /// Nobody was asked.
    None,
    /// Somebody said y.
    Confirm,
    /// A setting let a script do without a person.
    Waived,
    /// The passphrase was verified.
    Passphrase,
    /// A finger or a face was matched.
    Biometry,
}

impl AuthFactor {
    /// Every factor, the weakest first.
    pub const ALL: [Self; 5] = [
        Self::None,
        Self::Confirm,
        Self::Waived,
        Self::Passphrase,
        Self::Biometry,
    ];

    /// The factor's name in policy and in logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Confirm => "confirm",
            Self::Waived => "waived",
            Self::Passphrase => "passphrase",
            Self::Biometry => "biometry",
        }
    }
}

impl From<Factor> for AuthFactor {
    fn from(factor: Factor) -> Self {
        match factor {
            Factor::Biometry => Self::Biometry,
            Factor::Passphrase => Self::Passphrase,
        }
    }
}

impl fmt::Display for AuthFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for AuthFactor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

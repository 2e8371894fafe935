//! How an operation was vouched for, as policy sees it.

use openpass_auth::Factor;

use crate::vocabulary::vocabulary;

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

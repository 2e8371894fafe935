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
            Factor::Passphrase => Self::Passphrase,
        }
    }
}

//! The reason why a key in the Secure Enclave was not made, or did not sign.

use core::fmt;

use openpass_auth::{AuthError, BackendError, SafeText, Unavailable};

/// `NSOSStatusErrorDomain`: the code is one of <Security/SecBase.h>.
const OSSTATUS: &str = "NSOSStatusErrorDomain";
/// `TKErrorDomain`: the code is a `TKError.Code`.
const TOKEN: &str = "CryptoTokenKit";

/// The form in which the Security framework said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyFailure {
    /// With an error.
    Error {
        /// The domain of the error, escaped.
        domain: SafeText,
        /// The code of the error, which says nothing without the domain.
        code: isize,
    },
    /// With nothing and no error.
    Unexplained,
    /// With a value that is not what it should be, as these words say.
    Malformed(&'static str),
}

impl KeyFailure {
    /// Reads a `CFError`'s domain and code.
    pub(crate) fn new(domain: &str, code: isize) -> Self {
        let domain = SafeText::escape(domain);
        Self::Error { domain, code }
    }

    /// The reason why there is no new key.
    ///
    /// Sources: Apple, Security Framework Result Codes, `TKError.Code`.
    pub(crate) fn of_making(&self) -> AuthError {
        match self.coded() {
            // errSecUnimplemented; notImplemented, tokenNotFound
            (OSSTATUS, -4) | (TOKEN, -1 | -7) => Unavailable::NotSupported.into(),
            // errSecMissingEntitlement
            (OSSTATUS, -34018) => broke(
                "the system gives this program no key in the Secure Enclave: it requires an entitlement, which only a signed program can have",
            ),
            _ => broke(format!("the Secure Enclave made no key ({self})")),
        }
    }

    /// The reason why there is no signature, although the dialog said yes.
    ///
    /// A key of `biometryCurrentSet` is gone once a finger is added or removed. Apple
    /// documents no code for it. Reported are errSecAuthFailed, errSecItemNotFound
    /// and, after a finger that matched, `TKError.corruptedData`, which also stands for
    /// other things that a new key cures.
    pub(crate) fn of_signing(&self) -> AuthError {
        match self.coded() {
            // errSecAuthFailed, errSecItemNotFound; corruptedData, objectNotFound
            (OSSTATUS, -25293 | -25300) | (TOKEN, -3 | -6) => Unavailable::SignerGone.into(),
            _ => broke(format!(
                "Touch ID said yes, but the key in the Secure Enclave did not sign ({self}), so it counts as no"
            )),
        }
    }

    /// Domain and code; what has none is of the domain without a name.
    fn coded(&self) -> (&str, isize) {
        match self {
            Self::Error { domain, code } => (domain.as_str(), *code),
            Self::Unexplained | Self::Malformed(_) => ("", 0),
        }
    }
}

impl fmt::Display for KeyFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error { domain, code } => write!(f, "{domain}, code {code}"),
            Self::Unexplained => f.write_str("it did not say why"),
            Self::Malformed(what) => write!(f, "it gave {what}"),
        }
    }
}

fn broke(message: impl Into<String>) -> AuthError {
    BackendError::new(message).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GONE: [(&str, isize); 4] = [
        (OSSTATUS, -25293),
        (OSSTATUS, -25300),
        (TOKEN, -3),
        (TOKEN, -6),
    ];

    #[test]
    fn a_key_that_went_with_the_fingers_is_a_reason_of_its_own() {
        for (domain, code) in GONE {
            let cause = KeyFailure::new(domain, code).of_signing();
            let gone = matches!(cause, AuthError::Unavailable(Unavailable::SignerGone));
            assert!(gone, "{domain} {code}");
        }
    }

    #[test]
    fn a_yes_without_a_signature_is_broken_whatever_else_the_reason() {
        let domains = [OSSTATUS, TOKEN, "com.apple.LocalAuthentication", "", "x"];
        let codes = (-1100..=1).chain([-25308, -25293, -25300, -34018, isize::MIN]);
        for code in codes {
            for domain in domains.into_iter().filter(|it| !GONE.contains(&(it, code))) {
                let cause = KeyFailure::new(domain, code).of_signing();
                assert!(matches!(cause, AuthError::Backend(_)), "{domain} {code}");
            }
        }
        for failure in [KeyFailure::Unexplained, KeyFailure::Malformed("nothing")] {
            assert!(matches!(failure.of_signing(), AuthError::Backend(_)));
        }
    }

    #[test]
    fn a_mac_without_a_secure_enclave_is_told_from_a_program_without_the_right() {
        for (domain, code) in [(OSSTATUS, -4), (TOKEN, -1), (TOKEN, -7)] {
            let cause = KeyFailure::new(domain, code).of_making();
            assert!(matches!(
                cause,
                AuthError::Unavailable(Unavailable::NotSupported)
            ));
        }
        let cause = KeyFailure::new(OSSTATUS, -34018).of_making();
        assert!(cause.to_string().contains("entitlement"), "{cause}");
        for failure in [KeyFailure::new(TOKEN, -34018), KeyFailure::Unexplained] {
            let cause = failure.of_making().to_string();
            assert!(cause.contains("made no key"), "{cause}");
        }
    }

    #[test]
    fn case_22_a_domain_is_shown_escaped() {
        let failure = KeyFailure::new("x\u{1b}[2J\n", 1);
        for message in [failure.of_making(), failure.of_signing()] {
            let message = message.to_string();
            assert!(!message.contains('\u{1b}') && !message.contains('\n'));
        }
    }
}

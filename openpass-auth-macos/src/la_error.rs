//! The meaning of the codes of `LAError`.

use openpass_auth::{AuthError, BackendError, CancelledBy, Factor, SafeText, Unavailable};

/// The value of `LAErrorDomain`. Codes of another domain mean other things.
pub(crate) const DOMAIN: &str = "com.apple.LocalAuthentication";

/// The form in which `LAContext` said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// With an error of its own domain.
    Code(isize),
    /// With an error of another domain.
    Foreign {
        /// The other domain, escaped.
        domain: SafeText,
        /// The code, which says nothing without the domain.
        code: isize,
    },
    /// Without saying why.
    Unexplained,
    /// With a yes, which came together with an error.
    Contradiction,
}

impl Failure {
    /// Reads an `NSError`'s domain and code.
    pub(crate) fn new(domain: &str, code: isize) -> Self {
        if domain == DOMAIN {
            return Self::Code(code);
        }
        Self::Foreign {
            domain: SafeText::escape(domain),
            code,
        }
    }

    /// The reason why there is no evidence. Whatever is not known is a failure.
    pub(crate) fn cause(&self) -> AuthError {
        match self {
            Self::Code(code) => of_code(*code),
            Self::Foreign { domain, code } => broke(format!(
                "Touch ID failed with an error of another kind ({domain}, code {code})"
            )),
            Self::Unexplained => broke("Touch ID failed and did not say why".to_owned()),
            Self::Contradiction => {
                broke("Touch ID gave an error together with its yes, so it counts as no".to_owned())
            }
        }
    }
}

/// The table. Source: Apple, `LAError.Code`
/// (<https://developer.apple.com/documentation/localauthentication/laerror-swift.struct/code>);
/// -1000 is documented nowhere and was seen where no dialog can be drawn.
fn of_code(code: isize) -> AuthError {
    match code {
        // authenticationFailed
        -1 => AuthError::Rejected {
            factor: Factor::Biometry,
        },
        // userCancel, systemCancel, appCancel
        -2 => AuthError::Cancelled(CancelledBy::Person),
        -4 => AuthError::Cancelled(CancelledBy::System),
        -9 => AuthError::Cancelled(CancelledBy::Host),
        // userFallback
        -3 => Unavailable::PassphraseChosen.into(),
        // biometryNotAvailable; passcodeNotSet; biometryNotPaired and
        // biometryDisconnected are about a keyboard with a sensor.
        -5 | -6 | -12 | -13 => Unavailable::NoBiometry.into(),
        // biometryNotEnrolled
        -7 => Unavailable::NotEnrolled.into(),
        // biometryLockout
        -8 => Unavailable::BiometryLockedOut.into(),
        // notInteractive, and the one without a name
        -1004 | -1000 => Unavailable::NotInteractive.into(),
        // invalidContext
        -10 => broke("Touch ID's dialog was taken down before it was answered".to_owned()),
        _ => broke(format!("Touch ID failed with the unknown code {code}")),
    }
}

fn broke(message: String) -> AuthError {
    BackendError::new(message).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(code: isize) -> AuthError {
        Failure::new(DOMAIN, code).cause()
    }

    #[test]
    fn causes_that_call_for_different_steps_stay_apart() {
        use AuthError::{Cancelled, Rejected};
        let finger = Factor::Biometry;
        assert!(matches!(cause(-1), Rejected { factor } if factor == finger));
        assert!(matches!(cause(-2), Cancelled(CancelledBy::Person)));
        assert!(matches!(cause(-4), Cancelled(CancelledBy::System)));
        assert!(matches!(cause(-9), Cancelled(CancelledBy::Host)));
        for (code, reason) in [
            (-3, Unavailable::PassphraseChosen),
            (-5, Unavailable::NoBiometry),
            (-6, Unavailable::NoBiometry),
            (-7, Unavailable::NotEnrolled),
            (-8, Unavailable::BiometryLockedOut),
            (-12, Unavailable::NoBiometry),
            (-13, Unavailable::NoBiometry),
            (-1000, Unavailable::NotInteractive),
            (-1004, Unavailable::NotInteractive),
        ] {
            assert!(matches!(cause(code), AuthError::Unavailable(found) if found == reason));
        }
    }

    #[test]
    fn case_33_every_other_code_is_a_failure_that_ends_the_chain() {
        let known = [-1, -2, -3, -4, -5, -6, -7, -8, -9, -12, -13, -1000, -1004];
        let odd = [isize::MIN, isize::MAX];
        for code in (-2000..=2000).chain(odd).filter(|c| !known.contains(c)) {
            assert!(matches!(cause(code), AuthError::Backend(_)), "{code}");
        }
    }

    #[test]
    fn case_33_a_known_code_of_another_domain_is_a_failure() {
        for code in [-1004, -8, -3, -2, 0, 1] {
            let foreign = Failure::new("NSCocoaErrorDomain", code).cause();
            assert!(matches!(foreign, AuthError::Backend(_)));
        }
    }

    #[test]
    fn case_22_a_domain_is_shown_escaped() {
        let message = Failure::new("x\u{1b}[2J\n", 1).cause().to_string();
        assert!(!message.contains('\u{1b}') && !message.contains('\n'));
    }

    #[test]
    fn case_33_a_no_without_a_reason_and_a_yes_with_an_error_are_failures() {
        for failure in [Failure::Unexplained, Failure::Contradiction] {
            assert!(matches!(failure.cause(), AuthError::Backend(_)));
        }
    }
}

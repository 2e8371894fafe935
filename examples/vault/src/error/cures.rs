//! What a person can do, where an error's words depend on what it is about.

use openpass_auth_passphrase::VerifyError;

/// What else can be done about a vault's file that is gone.
pub(super) fn instead(missing: &str) -> &'static str {
    if missing == crate::config::FILE {
        ", or make an empty one (mode 0600) and run `openpass guard restore`"
    } else {
        ""
    }
}

/// What to do about an identity.age that is damaged; the other errors say it
/// themselves.
pub(super) const fn cure(error: &VerifyError) -> &'static str {
    match error {
        VerifyError::Broken(_) | VerifyError::Unsupported(_) => {
            "; put the file back, or restore it from a backup"
        }
        _ => "",
    }
}

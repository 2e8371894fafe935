//! The advice that ends an error, where the words depend on what the error is
//! about.

use openpass_auth_passphrase::VerifyError;

/// Returns what else can be done about a vault's file that is gone, if
/// anything.
pub(super) fn instead(missing: &str) -> &'static str {
    if missing == crate::config::FILE {
        ", or make an empty one (mode 0600) and run `openpass guard restore`"
    } else {
        ""
    }
}

/// Returns the advice about an identity.age that is damaged. The other errors
/// say themselves what to do.
pub(super) const fn cure(error: &VerifyError) -> &'static str {
    match error {
        VerifyError::Broken(_) | VerifyError::Unsupported(_) => {
            "; put the file back, or restore it from a backup"
        }
        _ => "",
    }
}

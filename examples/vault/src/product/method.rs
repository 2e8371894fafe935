//! The methods that unlock a vault, in the product's words.

use openpass_policy::AuthMethod;

/// The auth method that `name` names: its name or an alias, in any case.
/// `None` is a name that the product passes over.
#[must_use]
pub fn parse_auth_method(name: &str) -> Option<AuthMethod> {
    match name.trim().to_lowercase().as_str() {
        "passphrase" => Some(AuthMethod::Passphrase),
        "touchid" | "touch-id" | "touch_id" | "biometric" | "biometrics" => {
            Some(AuthMethod::TouchId)
        }
        _ => None,
    }
}

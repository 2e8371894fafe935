//! The name by which polkit knows what is asked for.

use core::fmt;

/// The longest action id: as long as a D-Bus name.
const LONGEST: usize = 255;

/// The name of a polkit action, such as `com.example.app.guard`.
///
/// It begins with a domain that the host owns, read backwards. polkit(8), "Declaring
/// actions": only lower-case letters, digits, `.` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActionId(String);

impl ActionId {
    /// Takes `id` as it is.
    ///
    /// # Errors
    ///
    /// [`ActionIdError`] if polkit could not have an action of this name.
    pub fn new(id: &str) -> Result<Self, ActionIdError> {
        let of_action = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        let mut parts = id.split('.');
        let whole = parts.all(|part| !part.is_empty() && part.chars().all(of_action));
        match whole && id.contains('.') && id.len() <= LONGEST {
            true => Ok(Self(id.to_owned())),
            false => Err(ActionIdError),
        }
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The text is no action id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a polkit action has a name such as com.example.app.guard: lower-case letters, digits and '-' in parts between dots, at most 255 characters"
)]
#[non_exhaustive]
pub struct ActionIdError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_id_is_what_polkit_takes() {
        for id in ["org.openpass.guard", "a.b", "com.example-2.x"] {
            assert_eq!(ActionId::new(id).unwrap().as_str(), id);
        }
        let long = format!("a.{}", "b".repeat(254));
        for id in [
            "", "guard", "a..b", ".a.b", "a.b.", "A.b", "a.b c", "a.b/../c", "a.ü", &long,
        ] {
            assert_eq!(ActionId::new(id), Err(ActionIdError), "{id}");
        }
    }
}

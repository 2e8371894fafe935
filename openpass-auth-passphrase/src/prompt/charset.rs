//! The characters that a terminal takes.

use std::borrow::Cow;
#[cfg(unix)]
use std::os::fd::AsFd;

use openpass_auth::in_ascii;

/// The way in which a terminal reads bytes above 0x7f.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Charset {
    /// Letters, in UTF-8.
    Utf8,
    /// Something else, control characters perhaps: nothing but ASCII is safe.
    Ascii,
}

impl Charset {
    /// Returns the characters that `terminal` takes: UTF-8 if the terminal says so
    /// itself (`IUTF8`, termios(3)), or if the locale does.
    #[cfg(unix)]
    #[must_use]
    pub fn of(terminal: impl AsFd) -> Self {
        if is_utf8(terminal) {
            return Self::Utf8;
        }
        let variable = |name| std::env::var(name).ok();
        Self::of_locale(variable)
    }

    /// Returns UTF-8: std gives a console of Windows UTF-16, whatever its code page is.
    #[cfg(windows)]
    #[must_use]
    pub fn of(_: impl std::os::windows::io::AsHandle) -> Self {
        Self::Utf8
    }

    /// Returns the character set of the locale, from the first of the variables that is
    /// not empty (POSIX.1-2024 §8.2). If all are empty, it is the C locale.
    #[cfg(unix)]
    fn of_locale(variable: impl Fn(&'static str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .filter_map(variable)
            .find(|value| !value.is_empty())
            .unwrap_or_default()
            .to_ascii_lowercase();
        if locale.contains("utf-8") || locale.contains("utf8") {
            Self::Utf8
        } else {
            Self::Ascii
        }
    }

    /// `text` in characters that the terminal takes.
    #[must_use]
    pub fn spell(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Ascii if !text.is_ascii() => Cow::Owned(in_ascii(text)),
            _ => Cow::Borrowed(text),
        }
    }
}

/// Whether `terminal` says itself that it is in UTF-8.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn is_utf8(terminal: impl AsFd) -> bool {
    use rustix::termios::{InputModes, tcgetattr};

    tcgetattr(terminal).is_ok_and(|mode| mode.input_modes.contains(InputModes::IUTF8))
}

/// The flag is not to be had on other systems: the locale says it.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "macos"))))]
fn is_utf8(_: impl AsFd) -> bool {
    false
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let of = |set: &[(&str, &str)]| {
            Charset::of_locale(|name| {
                let found = set.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(of(&[]), Charset::Ascii);
        assert_eq!(of(&[("LANG", "de_DE.UTF-8")]), Charset::Utf8);
        assert_eq!(of(&[("LC_CTYPE", "UTF-8")]), Charset::Utf8);
        assert_eq!(of(&[("LANG", "C.utf8"), ("LC_ALL", "")]), Charset::Utf8);
        let latin = [("LANG", "C.UTF-8"), ("LC_ALL", "de_DE.ISO-8859-1")];
        assert_eq!(of(&latin), Charset::Ascii);
    }
}

//! The pin of the enrolled fingers and faces, in `guard/enrolment`.

use std::{
    io,
    path::{Path, PathBuf},
};

use openpass_auth::BackendError;
use openpass_auth_macos::{EnrolmentPin, EnrolmentStore};

use crate::{Vault, durable, files, guard_dir};

/// Keeps the pin as one line of text. It is a hash and no secret.
///
/// `RenewsPin` writes it, right after a person gave the passphrase. That is the
/// proof; there is no operation of its own to grant.
#[derive(Debug)]
pub struct EnrolmentFile {
    guard_dir: PathBuf,
}

impl EnrolmentFile {
    /// The pin of `vault`.
    #[must_use]
    pub fn of(vault: &Vault) -> Self {
        Self {
            guard_dir: vault.guard_dir(),
        }
    }

    fn path(&self) -> PathBuf {
        self.guard_dir.join("enrolment")
    }
}

impl EnrolmentStore for EnrolmentFile {
    fn load(&self) -> Result<Option<EnrolmentPin>, BackendError> {
        let unreadable = |error: &dyn core::fmt::Display| {
            BackendError::new(format!("guard/enrolment cannot be read: {error}"))
        };
        let Some(bytes) = files::read_own(&self.path()).map_err(|error| unreadable(&error))? else {
            return Ok(None);
        };
        let text = core::str::from_utf8(&bytes).map_err(|error| unreadable(&error))?;
        let pin = text.strip_suffix('\n').unwrap_or(text);
        pin.parse().map(Some).map_err(|error| unreadable(&error))
    }

    fn save(&self, pin: &EnrolmentPin) -> Result<(), BackendError> {
        write(&self.guard_dir, &self.path(), &format!("{pin}\n"))
            .map_err(|error| BackendError::caused_by("guard/enrolment cannot be written", error))
    }
}

fn write(guard_dir: &Path, path: &Path, line: &str) -> io::Result<()> {
    guard_dir::ensure(guard_dir)?;
    durable::replace(guard_dir, durable::UNFINISHED, path, line.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> (tempfile::TempDir, EnrolmentFile) {
        let folder = tempfile::tempdir().unwrap();
        let file = EnrolmentFile {
            guard_dir: folder.path().join("guard"),
        };
        (folder, file)
    }

    #[test]
    fn a_pin_comes_back_as_it_was_saved() {
        let (_folder, file) = file();
        assert_eq!(file.load().unwrap(), None);
        let pin: EnrolmentPin = "ab".repeat(32).parse().unwrap();
        file.save(&pin).unwrap();
        assert_eq!(file.load().unwrap(), Some(pin));
    }

    #[test]
    fn a_pin_that_cannot_be_read_is_an_error_and_not_a_missing_one() {
        let (_folder, file) = file();
        file.save(&"ab".repeat(32).parse().unwrap()).unwrap();
        for broken in ["", "ab\n", &"zz".repeat(32)] {
            #[expect(clippy::disallowed_methods, reason = "a test breaks the file")]
            std::fs::write(file.path(), broken).unwrap();
            assert!(file.load().is_err(), "{broken:?}");
        }
    }
}

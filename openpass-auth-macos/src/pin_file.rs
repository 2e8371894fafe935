//! The pin in a file.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read as _, Write as _},
    path::PathBuf,
};

use openpass_auth::BackendError;

use crate::{EnrolmentPin, EnrolmentStore};

/// More than a pin and its end of line have.
const ENOUGH: u64 = 128;

/// Keeps the pin in a file, as one line: for hosts that have no place of their own for it.
///
/// The file is its owner's alone, and is replaced whole. Its folder has to be there. As
/// with every [`EnrolmentStore`], who can write to the file as the same user can put any
/// pin there; a file that is gone or damaged means that the passphrase comes first.
#[derive(Debug, Clone)]
pub struct PinFile {
    path: PathBuf,
}

impl PinFile {
    /// Keeps it at `path`, which need not be there yet.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { path }
    }

    fn failed(&self, what: &str, error: io::Error) -> BackendError {
        BackendError::caused_by(format!("{:?} cannot be {what}", self.path), error)
    }

    fn read(&self) -> io::Result<Option<String>> {
        let file = match File::open(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let mut text = String::new();
        file.take(ENOUGH).read_to_string(&mut text)?;
        Ok(Some(text))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a pin in a file of the host's own is no vault's file"
    )]
    fn replace(&self, line: &str) -> io::Result<()> {
        // One that another process writes, or broke off, is in the way of this one alone.
        let unfinished = self
            .path
            .with_extension(format!("{}.new", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        let written = file
            .write_all(line.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&unfinished, &self.path));
        if written.is_err() {
            // The error that counts is the first one.
            drop(fs::remove_file(&unfinished));
        }
        written
    }
}

impl EnrolmentStore for PinFile {
    fn load(&self) -> Result<Option<EnrolmentPin>, BackendError> {
        let read = self.read().map_err(|error| self.failed("read", error))?;
        let line = read.as_deref();
        line.map(|line| line.strip_suffix('\n').unwrap_or(line).parse())
            .transpose()
    }

    fn save(&self, pin: &EnrolmentPin) -> Result<(), BackendError> {
        let written = self.replace(&format!("{pin}\n"));
        written.map_err(|error| self.failed("written", error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of the test's own, which goes with it.
    struct Folder(PathBuf);

    impl Folder {
        fn named(name: &str) -> Self {
            let name = format!("pin-file-{}-{name}", std::process::id());
            let path = std::env::temp_dir().join(name);
            fs::create_dir(&path).unwrap();
            Self(path)
        }

        fn pin(&self) -> PinFile {
            PinFile::at(self.0.join("enrolment"))
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).unwrap();
            let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
            let names = entries.map(name);
            names.map(|name| name.into_string().unwrap()).collect()
        }
    }

    impl Drop for Folder {
        #[expect(clippy::disallowed_methods, reason = "a folder of the test's own")]
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    fn pin(digits: &str) -> EnrolmentPin {
        digits.repeat(32).parse().unwrap()
    }

    #[test]
    fn a_pin_comes_back_as_it_was_saved_and_nothing_else_is_left() {
        let folder = Folder::named("saved");
        assert_eq!(folder.pin().load().unwrap(), None);
        for digits in ["ab", "cd"] {
            folder.pin().save(&pin(digits)).unwrap();
            assert_eq!(folder.pin().load().unwrap(), Some(pin(digits)));
        }
        assert_eq!(folder.names(), ["enrolment"]);
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = Folder::named("mode");
        folder.pin().save(&pin("ab")).unwrap();
        let mode = fs::metadata(&folder.pin().path).unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }

    #[expect(clippy::disallowed_methods, reason = "a test breaks the file")]
    #[test]
    fn a_pin_that_cannot_be_read_is_an_error_and_not_a_missing_one() {
        let folder = Folder::named("broken");
        for broken in ["", "ab\n", &"zz".repeat(32), &"ab".repeat(99)] {
            fs::write(&folder.pin().path, broken).unwrap();
            assert!(folder.pin().load().is_err(), "{broken:?}");
        }
    }

    #[test]
    fn without_its_folder_nothing_is_saved_and_the_file_is_named() {
        let nowhere = PinFile::at("/nonexistent/enrolment");
        let refused = nowhere.save(&pin("ab")).unwrap_err().to_string();
        assert!(refused.contains("/nonexistent/enrolment"), "{refused}");
    }
}

//! The text of one file.

use std::{fs::File, io::Read as _, path::Path};

use super::encoding;
use crate::{PolicyLoadError, PolicyProblem, ProblemKind};

/// One file of policies, or one schema fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicySource {
    /// The file's name, for messages.
    pub file: String,
    /// Its text, in Cedar.
    pub text: String,
}

impl PolicySource {
    /// The most bytes that one file may have. A host that reads files need
    /// read no further.
    pub const MAX_BYTES: usize = 1024 * 1024;
    /// The most files that an engine takes.
    pub const MAX_FILES: usize = 100;
    /// The most bytes that all files may have together.
    pub const MAX_TOTAL_BYTES: usize = 8 * 1024 * 1024;
    /// The most policies that all files may hold together, beside the shipped ones.
    pub const MAX_POLICIES: usize = 10_000;
    /// The depth to which the operators of one policy may nest. `a && b && c`
    /// are two: each operator of a chain stands above those before it.
    pub const MAX_LEVELS: usize = 256;

    /// A file of policies. A byte order mark at the start is no part of them.
    pub fn new(file: impl Into<String>, text: impl Into<String>) -> Self {
        let mut text = text.into();
        if let Some(behind) = text.strip_prefix('\u{feff}') {
            text = behind.to_owned();
        }
        Self {
            file: file.into(),
            text,
        }
    }
}

/// A text without a file, such as one by `include_str!`.
impl From<&str> for PolicySource {
    fn from(text: &str) -> Self {
        Self::new("a text of the host's", text)
    }
}

impl PolicySource {
    /// The file at `path`, by its bare name.
    ///
    /// # Errors
    ///
    /// That it cannot be read, is no UTF-8, or has more than
    /// [`MAX_BYTES`](Self::MAX_BYTES).
    pub fn file(path: impl AsRef<Path>) -> Result<Self, PolicyLoadError> {
        let path = path.as_ref();
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        let most = u64::try_from(Self::MAX_BYTES).unwrap_or(u64::MAX);
        let mut bytes = Vec::new();
        let read = File::open(path)
            .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes));
        if let Err(error) = read {
            let message = format!("it cannot be read: {error}");
            let help = "see that the file is there and can be read";
            let problem = PolicyProblem::whole_file(ProblemKind::Unreadable, &name, message, help);
            return Err(PolicyLoadError::new(vec![problem]));
        }
        // One that is too long says so when it is loaded; it may be cut in a character.
        if bytes.len() > Self::MAX_BYTES {
            return Ok(Self::new(name, String::from_utf8_lossy(&bytes)));
        }
        Self::from_bytes(name, bytes)
    }

    /// A file of policies as it lies on the disk.
    ///
    /// # Errors
    ///
    /// That the bytes are no UTF-8, with the place of the first that is not, and what
    /// they seem to be.
    pub fn from_bytes(file: impl Into<String>, bytes: Vec<u8>) -> Result<Self, PolicyLoadError> {
        let file = file.into();
        if let Some(problem) = encoding::wide(&file, &bytes) {
            return Err(PolicyLoadError::new(vec![problem]));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(file, text)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let problem = encoding::narrow(&file, error.as_bytes(), valid);
                Err(PolicyLoadError::new(vec![problem]))
            }
        }
    }
}

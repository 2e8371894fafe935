//! The text of one file.

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
    pub const MAX_TOTAL_BYTES: usize = 2048 * 1024;
    /// The most policies that all files may hold together.
    pub const MAX_POLICIES: usize = 2_000;
    /// How deep the operators of one policy may nest. `a && b && c` are two:
    /// each operator of a chain stands above those before it.
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

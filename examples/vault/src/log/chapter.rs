//! The log's files: the current one, and those before it.

use std::{io, path::Path};

use crate::{VaultError, files};

/// The file that is written to.
pub(super) const CURRENT: &str = "log.jsonl";
/// A file this long gets no further lines, in bytes.
pub(super) const FULL: u64 = 1 << 20;
/// No file of the log is longer than this: a full one and a few lines.
const MAX_BYTES: u64 = 4 << 20;

/// One file of the log.
#[derive(Debug)]
pub(super) struct Chapter {
    pub(super) name: String,
    bytes: Vec<u8>,
}

impl Chapter {
    pub(super) fn read(dir: &Path, name: &str) -> Result<Self, VaultError> {
        let bytes = files::read_own_up_to(&dir.join(name), MAX_BYTES)?.unwrap_or_default();
        Ok(Self {
            name: name.to_owned(),
            bytes,
        })
    }

    /// The lines, without their newlines. A last one that was never finished
    /// is among them.
    pub(super) fn lines(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        let text = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        let none = text.is_empty();
        text.split(|byte| *byte == b'\n').filter(move |_| !none)
    }

    /// How many bytes there are, without those of a line that was never
    /// finished: nothing has relied on it.
    pub(super) fn finished(&self) -> u64 {
        let end = self.bytes.iter().rposition(|byte| *byte == b'\n');
        end.map_or(0, |end| end.saturating_add(1) as u64)
    }

    /// The same file without the line that was never finished.
    pub(super) fn without_unfinished(mut self) -> Self {
        let end = usize::try_from(self.finished()).unwrap_or(usize::MAX);
        self.bytes.truncate(end);
        self
    }
}

/// The files that there are, the oldest first.
pub(super) fn names(dir: &Path) -> Result<Vec<String>, VaultError> {
    let entries = match std::fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| VaultError::unreadable(dir, error))?,
    };
    let mut older: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| is_older(name))
        .collect();
    older.sort();
    if dir.join(CURRENT).symlink_metadata().is_ok() {
        older.push(CURRENT.to_owned());
    }
    Ok(older)
}

/// The name under which a file is kept whose last line is `seq`.
pub(super) fn older(seq: u64) -> String {
    // As many digits as a u64 can have, so that names sort as numbers do.
    format!("log-{seq:020}.jsonl")
}

fn is_older(name: &str) -> bool {
    name.strip_prefix("log-")
        .and_then(|rest| rest.strip_suffix(".jsonl"))
        .is_some_and(|digits| digits.len() == 20 && digits.bytes().all(|b| b.is_ascii_digit()))
}

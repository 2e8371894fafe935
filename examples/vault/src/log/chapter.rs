//! The log's files: the current one, and those before it.

use std::{io, path::Path};

use super::{anchor::Found, line::Line};
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

    /// The same, without what was never finished.
    pub(super) fn settled(dir: &Path, name: &str, anchor: &Found) -> Result<Self, VaultError> {
        let mut chapter = Self::read(dir, name)?;
        chapter.settle_end(anchor);
        Ok(chapter)
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

    /// Takes away what behind the last line was never finished, and says how
    /// many bytes that were. A power cut may leave half a line, or one with
    /// zeros where a block was never written; the anchor tells that no line
    /// behind `last` was.
    pub(super) fn settle_end(&mut self, anchor: &Found) -> u64 {
        let all = self.bytes.len() as u64;
        let last = self.end_of_last();
        let rest = usize::try_from(last)
            .ok()
            .and_then(|last| self.bytes.get(last..));
        let rest = rest.unwrap_or_default().split_inclusive(|b| *b == b'\n');
        let mut whole = rest.filter(|line| line.ends_with(b"\n"));
        let unwritten = whole.all(|line| line.contains(&0));
        let named = self.lines().rev().find_map(Line::read);
        let named = named.is_some_and(|line| anchor.names(line.facts.seq, line.mac));
        let keep = if named && unwritten {
            last
        } else {
            self.finished()
        };
        self.bytes
            .truncate(usize::try_from(keep).unwrap_or(usize::MAX));
        all.saturating_sub(keep)
    }

    /// Where the last line ends that has a line's form.
    fn end_of_last(&self) -> u64 {
        let (mut end, mut last) = (0_u64, 0_u64);
        for line in self.bytes.split_inclusive(|byte| *byte == b'\n') {
            end = end.saturating_add(line.len() as u64);
            let text = line.strip_suffix(b"\n");
            if text.is_some_and(|text| Line::read(text).is_some()) {
                last = end;
            }
        }
        last
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

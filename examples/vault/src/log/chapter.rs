//! The log's files: the current one, and those before it.

use std::{io, path::Path};

use super::{
    anchor::Found,
    key::{LogKey, Mac},
    line::{Event, Line},
};
use crate::{VaultError, files};

/// The file that is written to.
pub(super) const CURRENT: &str = "log.jsonl";
/// A file this long gets no further lines, in bytes. A start reads one file.
const FULL: u64 = 1 << 17;
/// A file whose first line is long may be so many times as long as that line, up to
/// [`MOST`]: the line says what all before it came to, and the log of a large vault would
/// be little else.
const TIMES_ITS_FIRST_LINE: u64 = 4;
/// The number of bytes that are read of a file's beginning, and of its end. A file that
/// nobody damaged, a full one and a few lines, is shorter.
const MOST: u64 = 4 << 20;

/// One file of the log.
#[derive(Debug)]
pub(super) struct Chapter {
    pub(super) name: String,
    bytes: Vec<u8>,
    /// The byte behind which some are left out, and their number.
    left_out: Option<(usize, u64)>,
    /// Whether something else is in the file's place.
    is_no_file: bool,
}

impl Chapter {
    pub(super) fn read(dir: &Path, name: &str) -> Result<Self, VaultError> {
        let (ends, is_no_file) = match files::read_own_ends(&dir.join(name), MOST) {
            // It has no lines, and that is damage like any other.
            Err(VaultError::NotAFile { .. }) => (None, true),
            ends => (ends?, false),
        };
        let ends = ends.unwrap_or_default();
        Ok(Self {
            name: name.to_owned(),
            bytes: ends.bytes,
            left_out: ends.left_out,
            is_no_file,
        })
    }

    /// Reads the file `name`, and leaves out a line at its end that was never
    /// finished.
    pub(super) fn settled(dir: &Path, name: &str, anchor: &Found) -> Result<Self, VaultError> {
        let mut chapter = Self::read(dir, name)?;
        chapter.settle_end(anchor);
        Ok(chapter)
    }

    /// Returns the lines, without their newlines. A last line that was never finished is
    /// among them.
    pub(super) fn lines(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        let (beginning, end) = self.parts();
        lines(beginning).chain(lines(end))
    }

    /// The lines whose numbers are known, and those behind what is left out.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (Option<u64>, &[u8])> {
        let (beginning, end) = self.parts();
        let numbered = (1..).zip(lines(beginning)).map(|(n, line)| (Some(n), line));
        numbered.chain(lines(end).map(|line| (None, line)))
    }

    /// Returns the number of bytes that are not read because the file is too long, if
    /// any.
    pub(super) fn left_out(&self) -> Option<u64> {
        self.left_out.map(|(_, bytes)| bytes)
    }

    /// Whether the file is so long that nobody could have written it.
    pub(super) const fn is_too_long(&self) -> bool {
        self.left_out.is_some()
    }

    /// Whether something else is in the file's place.
    pub(super) const fn is_no_file(&self) -> bool {
        self.is_no_file
    }

    /// Returns the number of bytes, without those of a line that was never finished:
    /// nothing has relied on such a line.
    pub(super) fn finished(&self) -> u64 {
        if let Some((_, left_out)) = self.left_out {
            // Nothing is cut off that was not read.
            return left_out.saturating_add(self.bytes.len() as u64);
        }
        let end = self.bytes.iter().rposition(|byte| *byte == b'\n');
        end.map_or(0, |end| end.saturating_add(1) as u64)
    }

    /// Whether it gets no further lines.
    pub(super) fn is_full(&self) -> bool {
        let first = self.lines().next().map_or(0, |line| line.len() as u64);
        let full = first.saturating_mul(TIMES_ITS_FIRST_LINE);
        self.finished() >= full.clamp(FULL, MOST)
    }

    /// Takes away what behind the last line was never finished, and says how
    /// many bytes that were. A power cut may leave half a line, or one with
    /// zeros where a block was never written; the anchor tells that no line
    /// behind `last` was.
    pub(super) fn settle_end(&mut self, anchor: &Found) -> u64 {
        if self.is_too_long() {
            return 0;
        }
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

    /// Whether the file says itself what everything before it came to.
    pub(super) fn stands_alone(&self, key: Option<&LogKey>) -> bool {
        let first = self.lines().next().and_then(Line::read);
        let (Some(line), Some(key)) = (first, key) else {
            return false;
        };
        // INVARIANT: one that is not genuine says nothing, least of all that
        // there was nothing before it.
        previous_of(&line)
            .is_some_and(|previous| key.id() == line.facts.key && line.is_genuine(key, &previous))
    }

    fn parts(&self) -> (&[u8], &[u8]) {
        let at = self.left_out.map_or(self.bytes.len(), |(at, _)| at);
        self.bytes
            .split_at_checked(at)
            .unwrap_or((&self.bytes, &[]))
    }

    /// Returns the place at which the last line ends that has a line's form.
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

fn lines(text: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let none = text.is_empty();
    text.split(|byte| *byte == b'\n').filter(move |_| !none)
}

/// Returns the code of the line that a file goes on from, by what the file's first line
/// says.
pub(super) fn previous_of(first: &Line<'_>) -> Option<Mac> {
    match &first.facts.event {
        Event::Rotated { previous, .. }
        | Event::SetAside { previous, .. }
        | Event::Rekeyed { previous, .. } => Mac::from_hex(previous.as_bytes()),
        _ => None,
    }
}

/// The files that there are, the oldest first.
pub(super) fn names(dir: &Path) -> Result<Vec<String>, VaultError> {
    let entries = match std::fs::read_dir(dir) {
        Err(error) if is_no_folder(&error) => return Ok(Vec::new()),
        entries => entries.map_err(|error| VaultError::unreadable(dir, error))?,
    };
    let mut older: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| number_of(name).is_some())
        .collect();
    older.sort_by(|a, b| number_of(a).cmp(&number_of(b)));
    if dir.join(CURRENT).symlink_metadata().is_ok() {
        older.push(CURRENT.to_owned());
    }
    Ok(older)
}

fn is_no_folder(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Whether the current file begins with a line that `key` signed.
pub(super) fn begins_under(dir: &Path, key: &LogKey) -> Result<bool, VaultError> {
    Ok(Chapter::read(dir, CURRENT)?.stands_alone(Some(key)))
}

/// Whether something is there that comes with the first line of a log.
pub(super) fn left_something(dir: &Path, key: Option<&LogKey>) -> bool {
    let is_there = |name: &str| dir.join(name).symlink_metadata().is_ok();
    let keeps = std::fs::read_dir(dir.join("approved")).is_ok_and(|mut all| all.next().is_some());
    key.is_some() || is_there("log.anchor") || keeps
}

/// The name under which a file is kept whose last line is `seq`.
pub(super) fn older(seq: u64) -> String {
    // As many digits as a u64 can have, so that names sort as numbers do.
    format!("log-{seq:020}.jsonl")
}

/// The name under which a damaged file is kept.
pub(super) fn damaged(seq: u64) -> String {
    format!("log-damaged-{seq:020}.jsonl")
}

/// The digits of an older file's name.
fn number_of(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("log-")?.strip_suffix(".jsonl")?;
    let digits = rest.strip_prefix("damaged-").unwrap_or(rest);
    let is_number = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a file with these lines is full.
    fn is_full(first: usize, others: usize) -> bool {
        let text = format!("{}\n{}\n", "a".repeat(first), "b".repeat(others));
        let chapter = Chapter {
            name: CURRENT.to_owned(),
            bytes: text.into_bytes(),
            left_out: None,
            is_no_file: false,
        };
        chapter.is_full()
    }

    #[test]
    fn a_long_first_line_leaves_room_for_others_and_never_for_more_than_is_read() {
        const KIB: usize = 1024;
        assert!(!is_full(KIB, 120 * KIB));
        assert!(is_full(KIB, 127 * KIB));
        assert!(!is_full(100 * KIB, 200 * KIB));
        assert!(is_full(100 * KIB, 300 * KIB));
        assert!(is_full(3 * KIB * KIB, KIB * KIB));
    }
}

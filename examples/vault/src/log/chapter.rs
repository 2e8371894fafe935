//! The log's files: the current one, and those before it.

use std::{io, path::Path};

use memchr::{memchr, memmem, memrchr};

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
    /// The number of `bytes` that count: behind them stands what was never finished.
    end: usize,
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
            end: ends.bytes.len(),
            bytes: ends.bytes,
            left_out: ends.left_out,
            is_no_file,
        })
    }

    /// Reads of the file `name` no more than its first line.
    pub(super) fn beginning(dir: &Path, name: &str) -> Result<Self, VaultError> {
        let bytes = match files::read_own_line(&dir.join(name), MOST) {
            Err(VaultError::NotAFile { .. }) => None,
            bytes => bytes?,
        };
        let bytes = bytes.unwrap_or_default();
        Ok(Self {
            name: name.to_owned(),
            end: bytes.len(),
            bytes,
            left_out: None,
            is_no_file: false,
        })
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
            return left_out.saturating_add(self.text().len() as u64);
        }
        let end = memrchr(b'\n', self.text());
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
        let all = self.text().len() as u64;
        let last = self.end_of_last();
        let rest = usize::try_from(last)
            .ok()
            .and_then(|last| self.text().get(last..));
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
        self.end = usize::try_from(keep).map_or(self.end, |keep| keep.min(self.end));
        all.saturating_sub(keep)
    }

    /// Whether `word` stands in the first line, as a look before that line is parsed.
    pub(super) fn says(&self, word: &[u8]) -> bool {
        let first = self.lines().next();
        first.is_some_and(|first| memmem::find(first, word).is_some())
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

    /// Whether `other` is the same file with the same bytes.
    pub(super) fn is_as(&self, other: &Self) -> bool {
        self.name == other.name
            && self.bytes == other.bytes
            && self.left_out == other.left_out
            && self.is_no_file == other.is_no_file
    }

    /// Takes the end of `other`, which has the same bytes.
    pub(super) const fn ends_as(&mut self, other: &Self) {
        self.end = other.end;
    }

    /// The bytes that count.
    fn text(&self) -> &[u8] {
        self.bytes.get(..self.end).unwrap_or(&self.bytes)
    }

    fn parts(&self) -> (&[u8], &[u8]) {
        let text = self.text();
        let at = self.left_out.map_or(text.len(), |(at, _)| at);
        text.split_at_checked(at).unwrap_or((text, &[]))
    }

    /// Returns the place at which the last line ends that has a line's form. Looked for from
    /// the end: what is behind it is read, and nothing before it.
    fn end_of_last(&self) -> u64 {
        let mut end = self.text().len();
        for line in self.text().split_inclusive(|byte| *byte == b'\n').rev() {
            let text = line.strip_suffix(b"\n");
            if text.is_some_and(|text| Line::read(text).is_some()) {
                return end as u64;
            }
            end = end.saturating_sub(line.len());
        }
        0
    }
}

fn lines(text: &[u8]) -> Lines<'_> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    Lines(Some(text).filter(|text| !text.is_empty()))
}

/// The rest of a text, line by line. Byte by byte, looking for the ends of lines would
/// take as long as their codes.
#[derive(Debug)]
struct Lines<'a>(Option<&'a [u8]>);

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let text = self.0?;
        let split = memchr(b'\n', text).and_then(|at| split_at(text, at));
        let (line, rest) = split.map_or((text, None), |(line, rest)| (line, Some(rest)));
        self.0 = rest;
        Some(line)
    }
}

impl DoubleEndedIterator for Lines<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let text = self.0?;
        let split = memrchr(b'\n', text).and_then(|at| split_at(text, at));
        let (rest, line) = split.map_or((None, text), |(rest, line)| (Some(rest), line));
        self.0 = rest;
        Some(line)
    }
}

/// The parts before and behind the byte at `at`.
fn split_at(text: &[u8], at: usize) -> Option<(&[u8], &[u8])> {
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.get(1..)?))
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
    let mut names = older_names(dir)?;
    if is_there(dir) {
        names.push(CURRENT.to_owned());
    }
    Ok(names)
}

/// The files that get no further lines, the oldest first.
fn older_names(dir: &Path) -> Result<Vec<String>, VaultError> {
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
    Ok(older)
}

/// Whether something has the name of the file that is written to.
fn is_there(dir: &Path) -> bool {
    dir.join(CURRENT).symlink_metadata().is_ok()
}

/// The names of the files, the newest first.
///
/// A log of years has thousands of files. The folder is not listed unless the file that is
/// written to is not enough.
pub(super) struct NewestFirst<'d> {
    dir: &'d Path,
    looked_for_current: bool,
    /// The others, the oldest first.
    older: Option<Vec<String>>,
}

impl<'d> NewestFirst<'d> {
    pub(super) const fn of(dir: &'d Path) -> Self {
        Self {
            dir,
            looked_for_current: false,
            older: None,
        }
    }

    /// Returns the next older file; `None` if there is none.
    pub(super) fn next(&mut self) -> Result<Option<String>, VaultError> {
        if !self.looked_for_current {
            self.looked_for_current = true;
            if is_there(self.dir) {
                return Ok(Some(CURRENT.to_owned()));
            }
        }
        let older = match self.older.take() {
            Some(older) => older,
            None => older_names(self.dir)?,
        };
        Ok(self.older.insert(older).pop())
    }
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

/// Whether a line of the current file names `key` as its own.
pub(super) fn names_key(dir: &Path, key: &LogKey) -> Result<bool, VaultError> {
    let chapter = Chapter::read(dir, CURRENT)?;
    let mut lines = chapter.lines().filter_map(Line::read);
    Ok(lines.any(|line| line.facts.key == key.id()))
}

/// Whether something is there that comes with the first line of a log. A key is told only
/// where there is no file: a crash in the first line leaves the key and half of that.
pub(super) fn left_something(dir: &Path, key: Option<&LogKey>) -> bool {
    let is_there = |name: &str| dir.join(name).symlink_metadata().is_ok();
    key.is_some() || is_there("log.anchor") || keeps_something(dir)
}

/// Whether parts are kept of what was approved: the first of them is behind two lines.
pub(super) fn keeps_something(dir: &Path) -> bool {
    std::fs::read_dir(dir.join("approved")).is_ok_and(|mut all| all.next().is_some())
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
            end: text.len(),
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

//! Lines that change nothing of what the log comes to, read without parsing their JSON.
//!
//! Nearly every line of a log that an agent fills is about a refusal. A line counts if the
//! log's key signed its bytes, and who has the key writes what they like: there is nothing
//! in such a line that its JSON would have to be parsed for.

use memchr::memmem;

use super::{
    key::{LogKey, Mac},
    line,
};

/// The start of the event, as the log writes it. No text in the line can have these bytes,
/// since its quotes are escaped.
const EVENT: &[u8] = b",\"event\":{\"event\":\"";
const REFUSED: &[u8] = b"refused\"";

/// A line about a refusal, in the very form in which the log writes one. Whether it is
/// genuine is another question.
#[derive(Debug)]
pub(super) struct Quiet<'a> {
    signed: &'a [u8],
    pub(super) mac: Mac,
    pub(super) seq: u64,
    pub(super) key: &'a [u8],
    /// The number of records that could not be written before it.
    pub(super) missing: u64,
    pub(super) names_a_vault: bool,
}

impl<'a> Quiet<'a> {
    /// Reads `text`, a line without its newline. `None` is every other line, and every
    /// other form.
    pub(super) fn read(text: &'a [u8]) -> Option<Self> {
        let (signed, mac) = line::parts(text)?;
        let (seq, rest) = number(signed.strip_prefix(b"{\"seq\":")?)?;
        let (_, rest) = text_of(rest.strip_prefix(b",\"ts\":\"")?)?;
        let (key, rest) = text_of(rest.strip_prefix(b",\"key\":\"")?)?;
        let (missing, rest) = match rest.strip_prefix(b",\"missing\":") {
            Some(rest) => number(rest)?,
            None => (0, rest),
        };
        let names_a_vault = rest.starts_with(b",\"vaultId\":");
        let mut events = memmem::find_iter(rest, EVENT);
        let event = events.next()?.checked_add(EVENT.len())?;
        let is_refusal = rest.get(event..)?.starts_with(REFUSED) && events.next().is_none();
        is_refusal.then_some(Self {
            signed,
            mac,
            seq,
            key,
            missing,
            names_a_vault,
        })
    }

    /// Whether `key` signed the line behind the line whose code is `previous`.
    pub(super) fn is_genuine(&self, key: &LogKey, previous: &Mac) -> bool {
        key.verifies(&[previous.as_bytes(), self.signed], &self.mac)
    }
}

/// The number that `text` begins with, and what is behind it.
fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(digits)?;
    let number = core::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((number, rest))
}

/// The text up to the next quote, and what is behind that. A text with an escape is none.
fn text_of(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    let (text, rest) = text.split_at_checked(end)?;
    Some((text, rest.strip_prefix(b"\"")?))
}

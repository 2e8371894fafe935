//! One line of the log: a JSON object whose last field is the line's code.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use serde::{Deserialize, Serialize};

use super::{
    key::{LogKey, Mac},
    terms::Terms,
};
use crate::{
    approved::{Approved, Forbids, ItemKind},
    approvers::{Left, as_hex},
    asker::AskedBy,
    identity::{Adopted, Pin},
    seal::Seal,
};

/// The longest line of a record, in bytes.
pub(crate) const MOST: usize = 256 * 1024;
/// The longest line of the store's own, in bytes: with the vault's agents they
/// grow. A few of them fit what is read of a file.
pub(crate) const MOST_OF_OURS: usize = 1 << 20;
const MAC_FIELD: &[u8] = b",\"mac\":\"";
const END: &[u8] = b"\"}";

#[derive(Serialize)]
struct Head<'a, T> {
    seq: u64,
    ts: String,
    key: &'a str,
    /// The number of records that could not be written before this line.
    #[serde(skip_serializing_if = "is_zero")]
    missing: u64,
    /// The id of the vault that the line belongs to.
    #[serde(
        rename = "vaultId",
        with = "as_hex",
        skip_serializing_if = "Option::is_none"
    )]
    vault: Option<[u8; 16]>,
    #[serde(flatten)]
    body: &'a T,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A record, and which process asked for it.
#[derive(Serialize)]
pub(super) struct Asked<'a, T> {
    #[serde(rename = "askedBy", skip_serializing_if = "Option::is_none")]
    by: Option<&'a AskedBy>,
    #[serde(flatten)]
    record: &'a T,
}

impl<'a, T> Asked<'a, T> {
    pub(super) const fn new(by: Option<&'a AskedBy>, record: &'a T) -> Self {
        Self { by, record }
    }
}

/// The place of a line in the log: behind which line, and of which vault.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) previous: Mac,
    pub(crate) seq: u64,
    pub(crate) missing: u64,
    pub(crate) vault: Option<[u8; 16]>,
}

/// The error for a line that would be longer than lines may be.
#[derive(Debug, thiserror::Error)]
#[error("the record is too long to log")]
pub(crate) struct TooLong;

/// Whether `error` is [`TooLong`].
pub(crate) fn is_too_long(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|it| it.is::<TooLong>())
}

/// A line for `body`, signed behind the line before its place, with its
/// newline; and its own code.
pub(crate) fn sign<T: Serialize>(
    key: &LogKey,
    place: Place,
    body: &T,
    most: usize,
) -> io::Result<(Vec<u8>, Mac)> {
    let line = serde_json::to_string(&Head {
        seq: place.seq,
        ts: jiff::Timestamp::now().to_string(),
        key: key.id(),
        missing: place.missing,
        vault: place.vault,
        body,
    })?;
    let mut line = in_ascii(&line).into_bytes();
    if line.len() > most {
        return Err(io::Error::other(TooLong));
    }
    // The code covers everything before it, to the byte: no second way to
    // write the same values can pass for it.
    line.pop();
    let mac = key.sign(&[place.previous.as_bytes(), &line]);
    line.extend_from_slice(MAC_FIELD);
    line.extend_from_slice(mac.to_hex().as_bytes());
    line.extend_from_slice(END);
    line.push(b'\n');
    Ok((line, mac))
}

/// JSON that a terminal cannot be driven by: what is not ASCII stands only
/// inside strings there, and becomes `\uXXXX`, as does DEL.
fn in_ascii(json: &str) -> String {
    let mut ascii = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() && character != '\u{7f}' {
            ascii.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            ascii.push_str(&format!("\\u{unit:04x}"));
        }
    }
    ascii
}

/// A line that has a line's form. Whether it is genuine is another question.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    signed: &'a [u8],
    pub(crate) mac: Mac,
    pub(crate) facts: Facts,
}

impl Facts {
    /// The agent that the line is about, if it is about one.
    pub(crate) fn agent(&self) -> Option<String> {
        let name = self.resource.pointer("/agent/name")?;
        name.as_str().map(str::to_owned)
    }

    /// Returns the id of the vault that the next line belongs to.
    pub(crate) fn names_vault(&self) -> Option<[u8; 16]> {
        let given = match &self.event {
            Event::Prepared(prepared) => prepared.approvers.as_ref().and_then(|it| it.scope),
            _ => None,
        };
        self.vault.or(given)
    }
}

impl<'a> Line<'a> {
    /// Reads `text`, a line without its newline.
    pub(crate) fn read(text: &'a [u8]) -> Option<Self> {
        let (signed, mac) = parts(text)?;
        Some(Self {
            signed,
            mac,
            facts: serde_json::from_slice(text).ok()?,
        })
    }

    /// Whether `key` signed the line behind the line whose code is `previous`.
    pub(crate) fn is_genuine(&self, key: &LogKey, previous: &Mac) -> bool {
        key.verifies(&[previous.as_bytes(), self.signed], &self.mac)
    }
}

/// The part of a line that its code covers, and the code.
pub(super) fn parts(text: &[u8]) -> Option<(&[u8], Mac)> {
    let rest = text.strip_suffix(END)?;
    let (rest, mac) = rest.split_at_checked(rest.len().checked_sub(64)?)?;
    Some((rest.strip_suffix(MAC_FIELD)?, Mac::from_hex(mac)?))
}

/// The parts of a line that we read back. The rest is for people.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Facts {
    pub(crate) seq: u64,
    pub(crate) ts: String,
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) digest: Option<String>,
    #[serde(default)]
    pub(crate) action: Option<String>,
    #[serde(default)]
    pub(crate) principal: Option<Who>,
    #[serde(default)]
    pub(crate) changes: Vec<Field>,
    #[serde(default)]
    pub(crate) resource: serde_json::Value,
    #[serde(default)]
    pub(crate) missing: u64,
    #[serde(default, rename = "vaultId", with = "as_hex")]
    pub(crate) vault: Option<[u8; 16]>,
    pub(crate) event: Event,
}

/// The principal that asked.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Who {
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) name: Option<String>,
}

/// A field that an operation changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Field {
    pub(crate) field: String,
    #[serde(default)]
    pub(crate) after: Option<String>,
    #[serde(default)]
    pub(crate) direction: Option<String>,
}

/// The event that a line tells of. The first three are openpass-policy's; the
/// others are the store's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(crate) enum Event {
    Refused {},
    Intent {
        #[serde(default)]
        factor: Option<String>,
        #[serde(default)]
        approval: Option<serde_json::Value>,
    },
    Outcome {
        outcome: Ended,
    },
    Prepared(Box<Prepared>),
    /// Every file is replaced, and the disk has not confirmed it.
    Unconfirmed {},
    Rotated {
        previous: String,
        state: Box<super::state::State>,
    },
    /// The first line of a file that begins behind a damaged one.
    #[serde(rename = "set-aside")]
    SetAside {
        file: String,
        previous: String,
        state: Box<super::state::State>,
    },
    /// The first line under another key.
    Rekeyed {
        previous: String,
        closed: super::generation::Closed,
        state: Box<super::state::State>,
    },
    Torn {},
    #[serde(other)]
    Unknown,
}

/// The outcome of an operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub(crate) enum Ended {
    Done,
    Failed {
        reason: String,
    },
    /// Nobody knows: of a host's own operation, whose effect is outside the vault.
    Unknown,
}

/// The announcement of a commit: what it is about to do to the files, and what
/// it leaves approved.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prepared {
    /// The files, in the order in which they are replaced.
    pub(crate) files: Vec<PreparedFile>,
    /// The approved state once the change is made: its parts, in
    /// `guard/approved/`. `None` when the change does not say what is approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) approved: Option<Approved>,
    /// The policy files that are approved then, and whether each holds a forbid,
    /// where that changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) policies: Option<Forbids>,
    /// The record that older versions wrote in the place of `approved`: each
    /// watched item's SHA-256 once the change is made, or `None` if the item is
    /// gone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) leaves: BTreeMap<String, Option<String>>,
    /// The number of damaged lines of the log that the change accepts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) accepts_damage: Option<u64>,
    /// The kinds of which a person was shown what there is, so that no line that
    /// is missing leaves a doubt about them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) knows: BTreeSet<ItemKind>,
    /// The pin of the identity that the change leaves; `None` leaves the pin as
    /// it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pin: Option<Pin>,
    /// Another identity that the change pins, by its own passphrase alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) adopted: Option<Adopted>,
    /// Whether the identity before it, or a finger, vouched for that.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub(crate) proves: bool,
    /// The approvers from then on, where the change alters them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) approvers: Option<Left>,
    /// The seal of what is approved then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seal: Option<Seal>,
    /// The terms under which the change was granted.
    #[serde(default)]
    pub(crate) terms: Terms,
}

/// One file that is replaced, made or removed. Hashes are SHA-256.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreparedFile {
    /// The file's path below the vault.
    pub(crate) name: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    /// The file beside it that holds the new content.
    pub(crate) unfinished: Option<String>,
    /// The file in `guard/kept/` that holds the old content, where it may have
    /// to be put back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kept: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_22_a_line_holds_nothing_that_a_terminal_obeys() {
        let hostile = "\u{9b}31m\u{202e}\u{7f}\u{1b}[2J \u{1f600}";
        let json = serde_json::to_string(hostile).unwrap();
        let ascii = in_ascii(&json);
        assert!(
            ascii.bytes().all(|byte| (0x20..0x7f).contains(&byte)),
            "{ascii}"
        );
        assert_eq!(serde_json::from_str::<String>(&ascii).unwrap(), hostile);
    }
}

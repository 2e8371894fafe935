//! A record as JSON that always fits a line of a log.
//!
//! INVARIANT: every text and every list of a record goes through here, no
//! matter who wrote it, so that nobody keeps a record off the log by its
//! length.

use core::fmt;

use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// The most bytes of a record as JSON, with everything that is not ASCII
/// written as `\uXXXX`.
pub(super) const RECORD: usize = 60 * 1024;

/// A text of somebody else's, as a log keeps it: whole where it is short, else
/// its start, its length and its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct BoundedText(String);

impl BoundedText {
    /// `text`, of which no more than `most` bytes are kept, as JSON in ASCII
    /// counts them.
    #[must_use]
    pub fn new(text: &str, most: usize) -> Self {
        if cost(text) <= most {
            return Self(text.to_owned());
        }
        let mut kept = 0;
        let fits = |character: &char| {
            kept += cost_of(*character);
            kept <= most
        };
        let start: String = text.chars().take_while(fits).collect();
        let hash = hex(text.as_bytes());
        Self(format!("{start}… ({} bytes, SHA-256 {hash})", text.len()))
    }

    /// The text that is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BoundedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The most bytes that each part of a record may take.
#[derive(Clone, Copy)]
struct Limits {
    text: usize,
    list: usize,
    changes: usize,
}

/// `record` as JSON of no more than [`RECORD`] bytes.
///
/// An approver's signature stays whole: cut, nobody could verify it. It is one of ours,
/// of a kilobyte.
pub(super) fn bounded(record: &Map<String, Value>) -> Map<String, Value> {
    let mut record = record.clone();
    let event = record.get_mut("event").and_then(Value::as_object_mut);
    let approval = event.and_then(|event| event.remove(APPROVAL));
    let room = RECORD.saturating_sub(approval.as_ref().map_or(0, cost_of_value));
    let mut bounded = within(&record, room);
    let event = bounded.get_mut("event").and_then(Value::as_object_mut);
    if let (Some(event), Some(approval)) = (event, approval) {
        event.insert(APPROVAL.to_owned(), approval);
    }
    bounded
}

const APPROVAL: &str = "approval";

fn within(record: &Map<String, Value>, room: usize) -> Map<String, Value> {
    let mut limits = Limits {
        text: 1_200,
        list: 6 * 1024,
        changes: 24 * 1024,
    };
    loop {
        let mut shorter = record.clone();
        for (name, value) in &mut shorter {
            if name != "changes" {
                bound(value, limits);
            }
        }
        bound_changes(&mut shorter, limits);
        if limits.text == 0 || cost_of_object(&shorter) <= room {
            return shorter;
        }
        limits = Limits {
            text: limits.text / 4,
            list: limits.list / 4,
            changes: limits.changes / 2,
        };
    }
}

fn bound(value: &mut Value, limits: Limits) {
    match value {
        Value::String(text) => *text = BoundedText::new(text, limits.text).0,
        Value::Array(items) => {
            items.iter_mut().for_each(|item| bound(item, limits));
            if let Some(more) = cut(items, limits.list) {
                let count = more.len();
                let hash = hash_of(&more);
                items.push(Value::String(format!("… {count} more, SHA-256 {hash}")));
            }
        }
        Value::Object(fields) => bound_fields(fields, limits),
        _ => {}
    }
}

/// Names are bounded as texts are, and their number as that of a list.
fn bound_fields(fields: &mut Map<String, Value>, limits: Limits) {
    let mut kept = Map::new();
    let (mut spent, mut more) = (0, 0_usize);
    for (name, mut value) in core::mem::take(fields) {
        bound(&mut value, limits);
        let name = BoundedText::new(&name, limits.text.max(64)).0;
        spent += cost(&name) + 4 + cost_of_value(&value);
        if spent > limits.list.max(1024) * 2 {
            more += 1;
        } else {
            kept.insert(name, value);
        }
    }
    if more > 0 {
        kept.insert("…".to_owned(), Value::from(format!("{more} more")));
    }
    *fields = kept;
}

/// Bounds the changes of a record. Those that give power are kept first, and the rest
/// is counted.
fn bound_changes(record: &mut Map<String, Value>, limits: Limits) {
    let Some(Value::Array(changes)) = record.get_mut("changes") else {
        return;
    };
    changes.iter_mut().for_each(|change| bound(change, limits));
    let total: usize = changes.iter().map(cost_of_value).sum();
    if total > limits.changes {
        changes.sort_by_key(|change| !widens(change));
    }
    if let Some(more) = cut(changes, limits.changes) {
        let widening = more.iter().filter(|change| widens(change)).count();
        let more = json!({ "count": more.len(), "widens": widening, "sha256": hash_of(&more) });
        record.insert("moreChanges".to_owned(), more);
    }
}

fn widens(change: &Value) -> bool {
    change.get("direction") == Some(&Value::from("widens"))
}

/// Cuts `items` off where they cost more than `most`; what was cut off.
fn cut(items: &mut Vec<Value>, most: usize) -> Option<Vec<Value>> {
    let mut kept = 0;
    let end = items.iter().position(|item| {
        kept += cost_of_value(item) + 1;
        kept > most
    });
    end.map(|end| items.split_off(end))
}

fn hash_of(items: &[Value]) -> String {
    hex(Value::Array(items.to_vec()).to_string().as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn cost_of_object(fields: &Map<String, Value>) -> usize {
    let fields = fields.iter();
    2 + fields
        .map(|(name, value)| cost(name) + 4 + cost_of_value(value))
        .sum::<usize>()
}

fn cost_of_value(value: &Value) -> usize {
    match value {
        Value::String(text) => cost(text) + 2,
        Value::Array(items) => 2 + items.iter().map(|it| cost_of_value(it) + 1).sum::<usize>(),
        Value::Object(fields) => cost_of_object(fields),
        other => other.to_string().len(),
    }
}

fn cost(text: &str) -> usize {
    text.chars().map(cost_of).sum()
}

/// The bytes that a character takes in JSON of ASCII alone.
fn cost_of(character: char) -> usize {
    match character {
        '"' | '\\' => 2,
        ' '..='~' => 1,
        other => 6 * other.len_utf16(),
    }
}

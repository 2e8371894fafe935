//! The chosen operations for people, each printed once it is known what became of it.

use std::collections::VecDeque;

use openpass_vault::GuardLog;
use serde_json::Value;

use super::{
    is_chosen,
    outline::{Open, Outline, parsed},
};
use crate::{
    args::ListLog,
    commands::audit::logged::LoggedOperation,
    failure::Failure,
    output::{Output, Paper},
};

/// The bytes of text that are printed at a time.
const AT_A_TIME: usize = 1 << 16;

/// Prints the operations that are chosen, in the order of their first lines.
pub(super) fn all(
    log: &GuardLog,
    chosen: &ListLog,
    outline: &Outline,
    output: &Output,
) -> Result<(), Failure> {
    let mut waiting = Waiting {
        outline,
        entries: VecDeque::new(),
        details: chosen.details,
        paper: output.stdout(),
        text: String::new(),
    };
    let mut open = Open::default();
    let mut to_leave_out = outline.left_out(chosen);
    let mut places = 0..outline.lines;
    log.each_text(|text| {
        // A line that came meanwhile may belong to one that was counted as open.
        let Some(place) = places.next() else {
            return Ok(());
        };
        let line = parsed(text);
        if let Some(first) = open.take(place, &line) {
            waiting.goes_on(first, place, line);
        } else {
            let entry = LoggedOperation::begins(place, line);
            if is_chosen(&entry, chosen) {
                match to_leave_out.checked_sub(1) {
                    Some(less) => to_leave_out = less,
                    None => waiting.entries.push_back(entry),
                }
            }
        }
        waiting.tell_what_is_known();
        if waiting.text.len() < AT_A_TIME {
            return Ok(());
        }
        output.text(&core::mem::take(&mut waiting.text))
    })?;
    for entry in &waiting.entries {
        waiting.text += &entry.shown(waiting.details, waiting.paper);
    }
    output.text(&waiting.text)
}

/// Operations that are printed once those before them are.
struct Waiting<'a> {
    outline: &'a Outline,
    /// In the order of their first lines. There are only as many as began between an
    /// intent and its outcome.
    entries: VecDeque<LoggedOperation<Value>>,
    details: bool,
    paper: Paper,
    /// The text that is known, and not printed yet.
    text: String,
}

impl Waiting<'_> {
    /// Gives `line` to the operation that began at the place `first`, if that is chosen.
    fn goes_on(&mut self, first: usize, place: usize, line: Value) {
        let at = self.entries.partition_point(|entry| entry.place() < first);
        let entry = self.entries.get_mut(at);
        if let Some(entry) = entry.filter(|entry| entry.place() == first) {
            entry.goes_on_with(place, line);
        }
    }

    fn tell_what_is_known(&mut self) {
        let known = |entry: &LoggedOperation<Value>| self.outline.is_known(entry);
        while self.entries.front().is_some_and(known) {
            let entry = self.entries.pop_front();
            let shown = entry.map(|entry| entry.shown(self.details, self.paper));
            self.text.extend(shown);
        }
    }
}

impl Outline {
    /// Whether no further line belongs to `entry`.
    fn is_known(&self, entry: &LoggedOperation<Value>) -> bool {
        let all = self.without_outcome.get(&entry.place());
        !entry.is_open() || all.is_some_and(|all| entry.later() >= *all)
    }
}

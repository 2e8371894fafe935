//! The lines of the log that belong together, without their content.

use std::collections::HashMap;

use openpass_vault::GuardLog;
use serde_json::Value;

use super::is_chosen;
use crate::{
    args::ListLog,
    commands::audit::logged::{LoggedOperation, digest, goes_on, is_intent, is_outcome},
    failure::Failure,
};

/// The result of going through the log once.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The number of lines.
    pub(super) lines: usize,
    /// The number of operations that are chosen, the last of which are shown.
    pub(super) chosen: usize,
    /// For each operation without an outcome, by the place of its first line, the number of
    /// its later lines.
    pub(super) without_outcome: HashMap<usize, usize>,
}

impl Outline {
    pub(super) fn of(log: &GuardLog, chosen: &ListLog) -> Result<Self, Failure> {
        let (mut outline, mut open) = (Self::default(), Open::default());
        log.each_text(|text| {
            let line = parsed(text);
            let place = outline.lines;
            outline.lines = outline.lines.saturating_add(1);
            if let Some(first) = open.take(place, &line) {
                if let Some(later) = outline.without_outcome.get_mut(&first) {
                    *later = later.saturating_add(1);
                }
                if is_outcome(&line) {
                    outline.without_outcome.remove(&first);
                }
                return Ok(());
            }
            if is_intent(&line) {
                outline.without_outcome.insert(place, 0);
            }
            let is_chosen = is_chosen(&LoggedOperation::begins(place, &line), chosen);
            outline.chosen = outline.chosen.saturating_add(usize::from(is_chosen));
            Ok::<(), Failure>(())
        })?;
        Ok(outline)
    }

    /// The number of chosen operations that are left out, so that the last ones remain.
    pub(super) fn left_out(&self, chosen: &ListLog) -> usize {
        chosen
            .last
            .map_or(0, |last| self.chosen.saturating_sub(last))
    }
}

/// The line with this text.
pub(super) fn parsed(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap_or_default()
}

/// The operations without an outcome so far: by digest, the places of their first lines.
#[derive(Debug, Default)]
pub(super) struct Open(HashMap<String, Vec<usize>>);

impl Open {
    /// Takes the next line. Returns the place of the first line of the operation that it
    /// goes on with; `None` where it begins one.
    pub(super) fn take(&mut self, place: usize, line: &Value) -> Option<usize> {
        let digest = digest(line).unwrap_or_default();
        let known = self.0.get_mut(digest).filter(|_| goes_on(line));
        if let Some(places) = known {
            let first = *places.last()?;
            if is_outcome(line) {
                places.pop();
                if places.is_empty() {
                    self.0.remove(digest);
                }
            }
            return Some(first);
        }
        if is_intent(line) {
            self.0.entry(digest.to_owned()).or_default().push(place);
        }
        None
    }
}

//! The chosen lines for programs, written while they are read.

use core::cell::Cell;
use std::collections::HashSet;

use openpass_vault::{GuardLog, VaultError};
use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeSeq as _},
};

use super::{
    is_chosen,
    outline::{Open, Outline, parsed},
};
use crate::{
    args::ListLog,
    commands::audit::logged::{LoggedOperation, is_intent, is_outcome},
};

/// The lines of the operations that are chosen, in the log's order.
pub(super) struct Lines<'a> {
    pub(super) log: &'a GuardLog,
    pub(super) chosen: &'a ListLog,
    pub(super) outline: &'a Outline,
    /// The number of lines that were written.
    pub(super) count: &'a Cell<usize>,
}

/// The reason why no further line is written.
enum Stop<E> {
    Vault(VaultError),
    Serializer(E),
}

impl<E> From<VaultError> for Stop<E> {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

impl Serialize for Lines<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut written = serializer.serialize_seq(None)?;
        let (mut open, mut is_open) = (Open::default(), HashSet::new());
        let mut to_leave_out = self.outline.left_out(self.chosen);
        let mut places = 0..self.outline.lines;
        let all = self.log.each_text(|text| {
            // A line that came meanwhile may belong to one that was counted as open.
            let Some(place) = places.next() else {
                return Ok(());
            };
            let line = parsed(text);
            let is_kept = if let Some(first) = open.take(place, &line) {
                match is_outcome(&line) {
                    true => is_open.remove(&first),
                    false => is_open.contains(&first),
                }
            } else {
                let is_chosen = is_chosen(&LoggedOperation::begins(place, &line), self.chosen);
                let is_kept = is_chosen && to_leave_out == 0;
                if is_chosen {
                    to_leave_out = to_leave_out.saturating_sub(1);
                }
                if is_kept && is_intent(&line) {
                    is_open.insert(place);
                }
                is_kept
            };
            if is_kept {
                self.count.set(self.count.get().saturating_add(1));
                written.serialize_element(&line).map_err(Stop::Serializer)?;
            }
            Ok(())
        });
        match all {
            Ok(()) => written.end(),
            Err(Stop::Serializer(error)) => Err(error),
            Err(Stop::Vault(error)) => Err(S::Error::custom(error)),
        }
    }
}

//! What can be seen of a vault, in the words of both: the model and the log.

use serde_json::Value;

use super::real::Killed;
use crate::model::{
    disk::{Ended, FILES, Line, Which},
    world::World,
};

/// What is seen of a vault.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// The files that are not as they were before both changes.
    pub(super) differing: Vec<String>,
    /// The events on the log, each with its change.
    pub(super) log: Vec<(Option<Which>, String)>,
    pub(super) keeps_something: bool,
    pub(super) has_unfinished_files: bool,
    /// The number of seals since.
    pub(super) seals: usize,
}

impl Seen {
    pub(super) fn of_model(world: &World, vault: &Killed) -> Self {
        let mut differing = Vec::new();
        for of in Which::BOTH {
            let names = vault.files_of(of);
            match (0..FILES).filter(|place| world.is_of(*place, of)).count() {
                0 => {}
                // The store has a step behind the first file, and one behind the last.
                1 => differing.extend(names.first().cloned()),
                _ => differing.extend(names.iter().cloned()),
            }
        }
        differing.sort();
        Self {
            differing,
            log: world.guard.lines.iter().map(told).collect(),
            keeps_something: world.guard.kept.is_some(),
            has_unfinished_files: world.beside.concat().contains(&true),
            seals: world.guard.sealed().len(),
        }
    }
}

fn told(line: &Line) -> (Option<Which>, String) {
    let (of, word) = match *line {
        Line::Intent(of) => (Some(of), "intent"),
        Line::Prepared(of, ..) => (Some(of), "prepared"),
        Line::Unconfirmed(of) => (Some(of), "unconfirmed"),
        Line::Outcome(of, ended) => (Some(of), word(ended)),
        Line::Torn => (None, "torn"),
        Line::Gap => (None, "gap"),
    };
    (of, word.to_owned())
}

const fn word(ended: Ended) -> &'static str {
    match ended {
        Ended::Done => "done",
        Ended::Refused => "refused",
        Ended::NotBegun => "not begun",
        Ended::NothingStands => "nothing stands",
        Ended::PutBack => "put back",
        Ended::Left => "left",
        Ended::Lost => "lost",
    }
}

/// The event of a line of the real log.
pub(super) fn event(line: &Value) -> String {
    let event = &line["event"];
    if event["event"] != "outcome" {
        return event["event"].as_str().unwrap().to_owned();
    }
    let outcome = &event["outcome"];
    let reason = outcome["reason"].as_str().unwrap_or_default();
    let words = [
        ("before anything was changed", Ended::NotBegun),
        ("none of its changes stand", Ended::NothingStands),
        ("is put back; ask again", Ended::PutBack),
        ("could not be finished in", Ended::Left),
        ("could not be put back in", Ended::Left),
        ("is lost with a line", Ended::Lost),
    ];
    let said = words.iter().find(|(words, _)| reason.contains(words));
    let ended = match (outcome["outcome"].as_str(), said) {
        (Some("done"), _) => Ended::Done,
        (_, Some((_, ended))) => *ended,
        (_, None) => Ended::Refused,
    };
    word(ended).to_owned()
}

//! Keys, and which one a misspelt key must have been.

use super::Reader;
use crate::{problem::Complaint, quote, read::Member};

impl Reader<'_> {
    /// Refuses every key that is not in `known`. OpenPass ignores them.
    pub(super) fn known_keys(&mut self, entries: &[Member], known: &[&str]) {
        for entry in entries {
            if !known.contains(&entry.key.as_str()) {
                self.complain(entry.line, unknown(&entry.key, known));
            }
        }
    }
}

pub(super) fn get<'a>(entries: &'a [Member], key: &str) -> Option<&'a Member> {
    entries.iter().find(|entry| entry.key == key)
}

fn unknown(key: &str, known: &[&str]) -> Complaint {
    let help = nearest(key, known).map_or_else(
        || format!("remove it; the keys here are `{}`", known.join("`, `")),
        |nearest| format!("write `{nearest}`"),
    );
    Complaint::new(
        format!("there is no key {} here", quote::shown(key)),
        "ignores the key, so that a condition under it never counts",
        help,
    )
}

/// The word that is at most two letters away, whatever the case.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let folded = fold(word);
    if folded.len() > 40 {
        return None;
    }
    known
        .iter()
        .map(|candidate| (distance(&folded, &fold(candidate)), *candidate))
        .filter(|(distance, candidate)| *distance <= 2 && *distance < candidate.len())
        .min()
        .map(|(_, candidate)| candidate)
}

fn fold(word: &str) -> Vec<char> {
    word.chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Levenshtein's distance.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, a) in left.iter().enumerate() {
        let mut next = vec![index + 1];
        for ((b, above_left), above) in right.iter().zip(&row).zip(row.iter().skip(1)) {
            let before = next.last().copied().unwrap_or(index);
            next.push(
                (above_left + usize::from(a != b))
                    .min(above + 1)
                    .min(before + 1),
            );
        }
        row = next;
    }
    row.last().copied().unwrap_or(left.len())
}

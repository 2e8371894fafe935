//! The seals that the system's log has, compared with the vault's history.

use openpass_auth::SafeText;
use openpass_vault::{Told, ToldElsewhere};
use serde::Serialize;

use crate::output::counted;

/// So many are told to people one by one.
const MOST_TOLD: usize = 10;

/// Whether the system's log agrees, for programs.
#[derive(Serialize)]
pub(super) struct Elsewhere {
    /// `agrees`, `disagrees`, or `none` where there is none, or it has nothing of the vault.
    state: &'static str,
    /// The number of seals that both have.
    present: usize,
    /// The seals of the system's log that the history does not have.
    missing: Vec<Missing>,
}

#[derive(Serialize)]
struct Missing {
    number: u64,
    seal: String,
    when: String,
    writer: String,
}

impl Elsewhere {
    pub(super) fn of(told: &ToldElsewhere) -> Self {
        let is_empty = told.present == 0 && told.missing.is_empty();
        Self {
            state: match told.missing.is_empty() {
                _ if told.log.is_none() || is_empty => "none",
                true => "agrees",
                false => "disagrees",
            },
            present: told.present,
            missing: told.missing.iter().map(Missing::of).collect(),
        }
    }
}

impl Missing {
    fn of(told: &Told) -> Self {
        Self {
            number: told.head.number,
            seal: told.head.seal.to_string(),
            when: told.when.clone(),
            writer: told.writer.clone(),
        }
    }
}

pub(super) fn text(told: &ToldElsewhere) -> String {
    let Some(log) = told.log else {
        return "No system log can be read here to compare the seals with.\n".to_owned();
    };
    let mut text = String::new();
    for missing in told.missing.iter().take(MOST_TOLD) {
        let (when, writer) = (
            SafeText::escape(&missing.when),
            SafeText::escape(&missing.writer),
        );
        text.push_str(&format!(
            "Seal {} is not in this history: {log} has it since {when}, from {writer}.\n",
            missing.head
        ));
    }
    if let Some(more) = told
        .missing
        .len()
        .checked_sub(MOST_TOLD)
        .filter(|it| *it > 0)
    {
        text.push_str(&format!("And {}.\n", counted(more, "more seal")));
    }
    text.push_str(&match told.missing.len() {
        0 => format!(
            "This history has every seal that {log} has of it: {}.\n",
            told.present
        ),
        _ => "What the guard knows was put back, exchanged, or begun anew since: compare \
              `openpass audit list` with what you know.\n"
            .to_owned(),
    });
    text
}

//! The daemon's own authenticator: the question goes to the person's phone.

use std::sync::Arc;

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, BackendError, CancelledBy, Challenge, Detail, Evidence, Factor,
    FactorSet, Line, PrincipalId, PromptPlace, ShownChange, Unavailable,
};

use crate::{
    people::Person,
    phones::{Phones, Verdict},
    wire::{MOST, Question, nonce},
};

/// Asks the person who asks, on their phone.
#[derive(Debug)]
pub struct Push {
    phones: Arc<Phones>,
}

impl Push {
    /// Asks by way of `phones`.
    #[must_use]
    pub const fn new(phones: Arc<Phones>) -> Self {
        Self { phones }
    }
}

#[async_trait]
impl Authenticator for Push {
    fn name(&self) -> &'static str {
        "phone"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Device)
    }

    /// Each phone is a place of its own: two people are asked at once, and one person
    /// one thing at a time.
    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        let person =
            whose(challenge).map(|name| PromptPlace::named(format!("the phone of {name}")));
        person.into_iter().collect()
    }

    fn available(&self) -> Result<(), Unavailable> {
        if self.phones.is_empty() {
            return Err(Unavailable::NotConnected);
        }
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        challenge.admits(Factor::Device)?;
        let name = whose(challenge).ok_or(Unavailable::NotSupported)?;
        let shown = self.phones.show(name, question(challenge)?);
        let verdict = shown.ok_or(Unavailable::NotConnected)?.verdict().await;
        // A yes that comes too late is no yes.
        challenge.still_open()?;
        match verdict {
            Some(Verdict::Approved) => Ok(Evidence::assertion(challenge, Factor::Device)
                .with_reference(format!("the phone of {name}"))),
            Some(Verdict::Denied) => Err(AuthError::Cancelled(CancelledBy::Person)),
            Some(Verdict::Forged) => Err(AuthError::Rejected {
                factor: Factor::Device,
            }),
            None => Err(AuthError::Cancelled(CancelledBy::System)),
        }
    }
}

fn whose(challenge: &Challenge) -> Option<&str> {
    match challenge.principal() {
        Some(PrincipalId {
            entity_type, id, ..
        }) if entity_type == Person::TYPE => Some(id),
        _ => None,
    }
}

fn question(challenge: &Challenge) -> Result<Question, AuthError> {
    let broke = |error| BackendError::caused_by("the system gives no random numbers", error);
    let mut lines: Vec<String> = challenge
        .tally()
        .map(ToString::to_string)
        .into_iter()
        .collect();
    lines.extend(challenge.details().iter().flat_map(told));
    lines.extend(challenge.notices().iter().map(ToString::to_string));
    // What a prompt cannot show, it cannot have approved.
    if lines.iter().map(String::len).sum::<usize>() > MOST / 4 {
        return Err(Unavailable::NoRoom.into());
    }
    Ok(Question {
        id: nonce().map_err(broke)?,
        code: challenge
            .code()
            .map(ToString::to_string)
            .unwrap_or_default(),
        statement: challenge.statement().to_string(),
        lines,
    })
}

fn told(detail: &Detail) -> Vec<String> {
    match detail {
        Detail::Fact { label, value } => vec![format!("{label}: {value}")],
        Detail::Change(change) => changed(change),
        Detail::NotShown { changes } => vec![format!("{changes} more changes, none gives power")],
    }
}

fn changed(change: &ShownChange) -> Vec<String> {
    let mark = if change.widens { "! " } else { "" };
    let head = format!(
        "{mark}{}: {} → {}",
        change.field, change.before, change.after
    );
    let lines = change.lines.iter().map(|line| match line {
        Line::Added(text) => format!("  + {text}"),
        Line::Removed(text) => format!("  - {text}"),
        Line::Kept(text) => format!("    {text}"),
        Line::Unchanged(count) => format!("    ({count} lines stay)"),
        Line::NotShown(count) => format!("    ({count} lines not shown)"),
    });
    core::iter::once(head).chain(lines).collect()
}

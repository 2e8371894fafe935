//! Finds what is wrong with a policy that parses, before it is held against the schema.

use cedar_policy::Policy;

use super::judged::{Candidate, Facts};
use crate::{
    PolicyId, PolicySource, ProblemKind,
    engine::{
        advice::{self, Names},
        index::{self, Index, Origin},
    },
    policy_error::escaped,
};

/// A problem: its kind, what is wrong, and what to do.
pub(super) type Wrong = (ProblemKind, String, String);

/// Returns what is wrong with an id, if anything.
pub(super) fn id(index: &Index, origin: &Origin<'_>, policy: &Policy, id: &str) -> Option<Wrong> {
    let shown = escaped(id);
    let other = format!("write another, such as `@id(\"{}\")`", another(index, id));
    let wrong = |message, help| Some((ProblemKind::Id, message, help));
    if !origin.shipped && PolicyId::new(id).is_shipped() {
        let message = format!("the policy id `{shown}` is reserved for the shipped policies");
        return wrong(message, other);
    }
    if index::annotation(policy, "id").is_some_and(|id| !is_plain(id)) {
        let help = format!("{other}: up to 64 of a-z, A-Z, 0-9, `.`, `_` and `-`");
        return wrong(format!("`{shown}` is not a policy id"), help);
    }
    let taken = index.get(&PolicyId::new(id))?;
    let message = format!(
        "the policy id `{shown}` is taken by {}:{}",
        taken.file, taken.line
    );
    wrong(message, other)
}

/// An id that is free, as near to `id` as it can be.
fn another(index: &Index, id: &str) -> String {
    let id = match (PolicyId::new(id).is_shipped(), id.split_once('.')) {
        (true, Some((_, rest))) => rest,
        _ => id,
    };
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "._".contains(c) {
            c
        } else {
            '-'
        }
    };
    let name: String = id.chars().take(48).map(plain).collect();
    let name = name.trim_matches('-');
    let name = if name.is_empty() { "my-policy" } else { name };
    let is_free = |id: &String| {
        let id = PolicyId::new(id.as_str());
        !id.is_shipped() && !index.contains_key(&id)
    };
    let mut more = (2..10_000).map(|number| format!("{name}-{number}"));
    let first = Some(name.to_owned()).filter(|name| is_free(name));
    first
        .or_else(|| more.find(is_free))
        .unwrap_or_else(|| "my-policy".to_owned())
}

/// The problem of a policy whose shape nobody can tell.
pub(super) fn unknown() -> Wrong {
    let message = "the policy has no JSON form".to_owned();
    (
        ProblemKind::Syntax,
        message,
        "write it more simply".to_owned(),
    )
}

/// Returns what is wrong with a policy's conditions, if anything: they nest too deep,
/// or look into an entity that no operation tells.
pub(super) fn shape(facts: Option<&Facts>, names: &Names<'_>) -> Option<Wrong> {
    let Some(Facts {
        levels, looks_into, ..
    }) = facts
    else {
        return Some(unknown());
    };
    if *levels > PolicySource::MAX_LEVELS {
        let message = format!(
            "the conditions nest {levels} operators deep, and no more than {} are taken",
            PolicySource::MAX_LEVELS
        );
        let help = "put parts of a long chain in brackets, use a set and `.contains`, or split \
                    the policy into several";
        return Some((ProblemKind::TooLarge, message, help.to_owned()));
    }
    let entity = looks_into.as_ref()?;
    let message = format!(
        "the conditions look into {}, which no operation describes: it would seem to have \
         nothing, and to be in nothing",
        escaped(entity)
    );
    let help = format!(
        "look into the principal, the resource or the context, and compare with it: `{}`",
        escaped(&advice::compared(names, entity))
    );
    Some((ProblemKind::DoesNotFit, message, help))
}

/// Returns the place of a problem of a policy's shape: the entity that it looks into, or
/// its beginning.
pub(super) fn place(candidate: &Candidate<'_>, facts: Option<&Facts>) -> (usize, usize) {
    let begins = candidate.begins.at;
    let looks = facts.and_then(|facts| {
        let entity = facts.looks_into.as_ref()?;
        let text = candidate.policy.to_cedar()?;
        let written = candidate.source.text.get(begins..)?.get(..text.len())?;
        Some((begins + written.find(entity)?, entity.len()))
    });
    looks.unwrap_or((begins, 3))
}

/// Whether an id can be shown on a prompt and told from others by eye.
fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&id.len()) && id.bytes().all(plain)
}

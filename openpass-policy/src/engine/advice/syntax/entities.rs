//! Texts where an entity or a type has to stand.

use super::super::{
    close::{close, last},
    cure::{Cure, short},
    pieces::string,
    spot::{Spot, write},
};

/// `action == "createToken"`, `principal == "ci-bot"` in a head.
pub(super) fn expected(spot: &Spot<'_>) -> Option<Cure> {
    let is_it = spot.said.starts_with("expected an entity uid")
        || spot.said.starts_with("expected single entity uid");
    let text = string(spot.word(0)).filter(|_| is_it)?;
    let mut before = (0..spot.at).rev().map(|piece| spot.pieces.word(piece));
    let variable = before.find(|it| matches!(*it, "principal" | "action" | "resource"))?;
    let known = spot.known();
    if let Some(cure) = list(spot, variable) {
        return Some(cure);
    }
    let message = format!("`{variable}` is compared with an entity, and this is a text");
    if variable == "action" {
        let Some(action) = close(text, known.all_actions()) else {
            let help = "write `OpenPass::Action::\"…\"` with an action's name";
            return Some(spot.cure(message, help));
        };
        return Some(spot.cure(message, write(action)));
    }
    let entity_type = resource_type(spot, variable).or_else(|| known.entity_of(variable))?;
    Some(spot.cure(
        message,
        write(&format!("{entity_type}::\"{}\"", short(text))),
    ))
}

/// `action in ["createToken", "rotateToken"]`.
fn list(spot: &Spot<'_>, variable: &str) -> Option<Cure> {
    let opening = spot.pieces.opening(spot.at)?;
    if variable != "action" || spot.pieces.word(opening) != "[" {
        return None;
    }
    let texts = opening..spot.pieces.closing(opening)?;
    let texts = texts.filter_map(|piece| string(spot.pieces.word(piece)));
    let named = texts.map(|text| close(text, spot.known().all_actions()));
    let named: Option<Vec<&str>> = named.collect();
    let message = "`action` is compared with entities, and these are texts";
    Some(spot.cure(message, write(&format!("[{}]", named?.join(", ")))))
}

/// The type of the resource, where the head names the action.
fn resource_type(spot: &Spot<'_>, variable: &str) -> Option<String> {
    let scope = spot.scope().filter(|_| variable == "resource")?;
    let mut pieces = scope..spot.at;
    let action = pieces.find(|it| spot.pieces.word(*it) == "action")?;
    let (_, named) = spot.behind(action + 1);
    let resources = &spot.known().actions.get(named)?.resources;
    resources.first().cloned()
}

/// `principal is "Agent"`.
pub(super) fn is_text(spot: &Spot<'_>) -> Option<Cure> {
    if !spot
        .said
        .starts_with("right hand side of an `is` expression")
    {
        return None;
    }
    let written = string(spot.word(0))?;
    let message = "a type after `is` is written without quotes";
    let types = spot.known().types.iter().map(String::as_str);
    let help = match close(written, types) {
        Some(meant) => write(meant),
        None => write(last(written)),
    };
    Some(spot.cure(message, help))
}

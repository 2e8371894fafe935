//! A policy that can never apply: which of its parts is to blame.

use std::collections::BTreeSet;

use cedar_policy::{ActionConstraint, Policy, PrincipalConstraint, ResourceConstraint};

use super::super::{
    close::{last, listed},
    cure::{Cure, short},
    known::Known,
    spot::{Spot, write},
};
use super::{
    ids::{one_meant, these},
    types::told,
};

pub(super) fn cure(spot: &Spot<'_>, policy: &Policy) -> Option<Cure> {
    group(spot)
        .or_else(|| wrong_type(spot, policy, "principal"))
        .or_else(|| wrong_type(spot, policy, "resource"))
        .or_else(|| both(spot))
        .or_else(|| other_type(spot))
        .or_else(|| Some(conditions(spot)))
}

/// `action == OpenPass::Action::"critical"`: nothing is done by a group itself.
fn group(spot: &Spot<'_>) -> Option<Cure> {
    let known = spot.known();
    (spot.at..spot.to).find_map(|operator| {
        let is_it =
            spot.pieces.word(operator) == "==" && spot.pieces.near(operator, -1) == "action";
        let (_, named) = spot.behind(operator);
        if !is_it || !known.groups.contains(named) {
            return None;
        }
        let message = format!(
            "`{}` is a group of actions, and no operation is the group itself",
            short(named)
        );
        let cedar = format!("action in {}", short(named));
        Some(spot.cure_at(operator, operator, message, write(&cedar)))
    })
}

/// The actions that the head is about.
pub(super) fn actions<'k>(known: &'k Known, policy: &Policy) -> Vec<&'k str> {
    let all = known.actions.keys().map(String::as_str);
    match policy.action_constraint() {
        ActionConstraint::Any => all.collect(),
        ActionConstraint::Eq(one) => all.filter(|action| known.is_in(action, &one)).collect(),
        ActionConstraint::In(some) => {
            let is_in = |action: &&str| some.iter().any(|group| known.is_in(action, group));
            all.filter(is_in).collect()
        }
    }
}

/// The type that a head says of a variable.
fn in_head(policy: &Policy, variable: &str) -> Option<String> {
    let name = match variable {
        "principal" => match policy.principal_constraint() {
            PrincipalConstraint::Eq(uid) => uid.type_name().to_string(),
            PrincipalConstraint::Is(name) | PrincipalConstraint::IsIn(name, _) => name.to_string(),
            _ => return None,
        },
        _ => match policy.resource_constraint() {
            ResourceConstraint::Eq(uid) => uid.type_name().to_string(),
            ResourceConstraint::Is(name) | ResourceConstraint::IsIn(name, _) => name.to_string(),
            _ => return None,
        },
    };
    Some(name)
}

/// A principal or a resource of a type that none of the actions has.
fn wrong_type(spot: &Spot<'_>, policy: &Policy, variable: &str) -> Option<Cure> {
    let known = spot.known();
    let actions = actions(known, policy);
    let possible = possible(known, &actions, variable);
    // In the head, else in the conditions.
    let named = in_head(policy, variable).filter(|name| !possible.contains(name.as_str()));
    let (first, end, operand, name) = (spot.at..spot.to).find_map(|operator| {
        let is_it = matches!(spot.pieces.word(operator), "==" | "is" | "in")
            && spot.pieces.near(operator, -1) == variable;
        let (end, operand) = spot.behind(operator);
        let name = operand.split("::\"").next().unwrap_or_default();
        let is_type = known.types.contains(name) && !possible.contains(name);
        let is_named = named.as_ref().is_none_or(|named| named == name);
        (is_it && is_type && is_named).then(|| (operator + 1, end, operand, name))
    })?;
    let message = wrong(variable, name, &actions, known);
    let id = operand.strip_prefix(name).unwrap_or_default();
    let right: Vec<String> = possible
        .iter()
        .map(|name| match known.ids(name).and_then(|ids| ids.first()) {
            Some(one) if !id.is_empty() => format!("`{name}::\"{one}\"`"),
            _ => format!("`{name}{}`", short(id)),
        })
        .collect();
    let right = listed(right.iter().map(String::as_str), 12).replace("` and `", "` or `");
    Some(spot.cure_at(first, end, message, format!("write {right}")))
}

/// The types that some of the actions has for the variable.
fn possible<'k>(known: &'k Known, actions: &[&str], variable: &str) -> BTreeSet<&'k str> {
    let applies = actions
        .iter()
        .filter_map(|action| known.actions.get(*action));
    let types = applies.flat_map(|applies| match variable {
        "principal" => applies.principals.iter(),
        _ => applies.resources.iter(),
    });
    types.map(String::as_str).collect()
}

fn wrong(variable: &str, name: &str, actions: &[&str], known: &Known) -> String {
    let is_any = actions.len() == known.actions.len();
    let about = match actions {
        [one] => format!("`{}`", last(one)),
        _ if is_any => "any action".to_owned(),
        _ => "these actions".to_owned(),
    };
    match variable {
        "principal" => format!("no `{name}` ever asks for {about}"),
        _ => format!("no `{name}` is ever the resource of {about}"),
    }
}

/// `principal is A && principal is B`.
fn both(spot: &Spot<'_>) -> Option<Cure> {
    (spot.at..spot.to).find_map(|and| {
        if spot.pieces.word(and) != "&&" {
            return None;
        }
        let variable = spot.pieces.word(and + 1);
        let operator = spot.pieces.word(and + 2);
        let (right_end, _) = spot.behind(and + 2);
        let (left_from, _) = spot.before(and)?;
        let first = left_from.checked_sub(2)?;
        let same = spot.pieces.word(first) == variable
            && matches!(operator, "==" | "is")
            && matches!(spot.pieces.word(first + 1), "==" | "is");
        if !same || !matches!(variable, "principal" | "action" | "resource") {
            return None;
        }
        let left = short(spot.pieces.slice(first, and - 1));
        let right = short(spot.pieces.slice(and + 1, right_end));
        let message = format!("`{variable}` is never both at once");
        Some(spot.cure_at(and, and, message, write(&format!("{left} || {right}"))))
    })
}

/// `context.channel == OpenPass::Requester::"agent"`.
fn other_type(spot: &Spot<'_>) -> Option<Cure> {
    let known = spot.known();
    (spot.at..spot.to).find_map(|operator| {
        if !matches!(spot.pieces.word(operator), "==" | "in") {
            return None;
        }
        let (_, left) = spot.before(operator)?;
        let (end, right) = spot.behind(operator);
        let (name, id) = right.split_once("::\"")?;
        let of = known
            .entity_of(left)
            .filter(|of| left.contains('.') && of != name)?;
        let message = format!("`{}` is {}, never {}", short(left), told(&of), told(name));
        let id = id.trim_end_matches('"');
        let help = match known.ids(&of) {
            Some(ids) => match one_meant(id, ids) {
                Some(meant) => write(&format!("{of}::\"{meant}\"")),
                None => these(&of, ids),
            },
            None => write(&format!("{of}::\"{}\"", short(id))),
        };
        Some(spot.cure_at(operator + 1, end, message, help))
    })
}

/// Its conditions, which one is not known.
fn conditions(spot: &Spot<'_>) -> Cure {
    let at = spot.find(&["when", "unless"]);
    let at = at
        .or_else(|| spot.find(&["permit", "forbid"]))
        .unwrap_or(spot.at);
    spot.cure_at(
        at,
        at,
        "the policy can never apply: what it asks for is never true at once",
        "remove its conditions one by one; it loads without the condition that is never true",
    )
}

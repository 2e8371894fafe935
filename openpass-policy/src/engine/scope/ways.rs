//! The ways in which a policy comes to apply: what a sample shows of one of them says
//! nothing of another.

use cedar_policy::{Policy, PolicyId as CedarPolicyId};
use serde_json::{Value, json};

use crate::engine::shape;

/// A policy with more ways is watched as a whole.
const MOST: usize = 16;

/// The policies that apply where `policy` does, each in one way, and are together the
/// same: `when { a || b }` is `when { a }` and `when { !(a) && b }`. `None` if there is
/// one way, or too many to be told apart.
///
/// INVARIANT: Cedar evaluates from the left, and no part of a condition is evaluated
/// here where it would not be there: what stands before it holds as there.
pub(super) fn of(policy: &Policy) -> Option<Vec<(Policy, Value)>> {
    let json = policy.to_json().ok()?;
    let conditions = json.get("conditions")?.as_array()?;
    let mut ways = vec![Vec::new()];
    for condition in conditions {
        let holds = condition.get("kind")?.as_str()? == "when";
        let of_condition = ways_of(condition.get("body")?, holds)?;
        ways = product(&ways, &of_condition)?;
    }
    if ways.len() < 2 {
        return None;
    }
    let one = |(number, parts): (usize, &Vec<Value>)| {
        let bodies = parts
            .iter()
            .map(|body| json!({ "kind": "when", "body": body }));
        let mut way = json.clone();
        *way.get_mut("conditions")? = bodies.collect();
        let id = CedarPolicyId::new(format!("{}#{number}", policy.id()));
        let policy = Policy::from_json(Some(id), way.clone()).ok()?;
        Some((policy, way))
    };
    ways.iter().enumerate().map(one).collect()
}

/// Returns the depth to which the operators of a way nest.
pub(super) fn levels(way: &Value) -> usize {
    shape::levels(way)
}

/// The ways in which an expression holds, or does not: each a list of what holds
/// together, in the order in which it is evaluated. `None` if there are too many.
fn ways_of(expression: &Value, holds: bool) -> Option<Vec<Vec<Value>>> {
    let sides = |operator: &str| {
        let operator = expression.get(operator)?;
        Some((operator.get("left")?, operator.get("right")?))
    };
    if let Some(inner) = expression.pointer("/!/arg") {
        return ways_of(inner, !holds);
    }
    if let Some((left, right)) = sides("&&") {
        return match holds {
            true => product(&ways_of(left, true)?, &ways_of(right, true)?),
            false => either((left, false), (right, false)),
        };
    }
    if let Some((left, right)) = sides("||") {
        return match holds {
            true => either((left, true), (right, true)),
            false => product(&ways_of(left, false)?, &ways_of(right, false)?),
        };
    }
    match sides("containsAny").and_then(|(left, right)| Some((left, right.get("Set")?))) {
        Some((left, Value::Array(items))) if holds && items.len() > 1 => {
            let has = |item: &Value| vec![json!({ "contains": { "left": left, "right": item } })];
            limited(items.iter().map(has).collect())
        }
        _ if holds => Some(vec![vec![expression.clone()]]),
        _ => Some(vec![vec![json!({ "!": { "arg": expression } })]]),
    }
}

/// The ways of the first; and those of the second, where the first is not so.
fn either(
    (first, first_holds): (&Value, bool),
    (second, second_holds): (&Value, bool),
) -> Option<Vec<Vec<Value>>> {
    let mut all = ways_of(first, first_holds)?;
    let not_first = match first_holds {
        true => json!({ "!": { "arg": first } }),
        false => first.clone(),
    };
    all.extend(product(
        &[vec![not_first]],
        &ways_of(second, second_holds)?,
    )?);
    limited(all)
}

/// Each of the first together with each of the second.
fn product(first: &[Vec<Value>], second: &[Vec<Value>]) -> Option<Vec<Vec<Value>>> {
    if first.len().saturating_mul(second.len()) > MOST {
        return None;
    }
    let both = |one: &Vec<Value>| {
        let one = one.clone();
        second
            .iter()
            .map(move |other| [one.as_slice(), other].concat())
    };
    Some(first.iter().flat_map(both).collect())
}

fn limited(ways: Vec<Vec<Value>>) -> Option<Vec<Vec<Value>>> {
    (ways.len() <= MOST).then_some(ways)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(conditions: &str) -> Vec<String> {
        let text = format!("forbid (principal, action, resource) {conditions};");
        let policy = Policy::parse(None, text).unwrap();
        let ways = of(&policy).unwrap_or_default();
        let text = |(way, _): (Policy, Value)| way.to_string();
        let one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        ways.into_iter().map(text).map(one_line).collect()
    }

    #[test]
    fn each_way_has_what_stands_before_it() {
        let all = ways("when { context.attended || (principal is A && principal.tier == 1) }");
        assert_eq!(all.len(), 2, "{all:?}");
        assert!(
            all[0].ends_with("when { (context[\"attended\"]) };") || all[0].contains("attended")
        );
        assert!(all[1].contains('!') && all[1].contains("tier"), "{all:?}");
        // The second part is only evaluated for an agent, there and here.
        let all = ways("unless { principal is A && principal.tier == 1 }");
        assert_eq!(all.len(), 2, "{all:?}");
        assert!(!all[0].contains("tier"), "{all:?}");
        let (before, behind) = all[1].split_once("tier").unwrap();
        assert!(before.contains("principal is A") && !behind.contains("principal is A"));
    }

    #[test]
    fn one_way_and_too_many_are_watched_as_a_whole() {
        assert!(ways("when { context.attended && !context.other }").is_empty());
        let many = vec!["context.a"; MOST + 1].join(" || ");
        assert!(ways(&format!("when {{ {many} }}")).is_empty());
        let sets = "when { context.a.containsAny([1, 2, 3]) } unless { context.b && context.c }";
        assert_eq!(ways(sets).len(), 6);
    }
}

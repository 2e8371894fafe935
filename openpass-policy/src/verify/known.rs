//! The facts that are known of a policy before anything is asked of the solver.

use cedar_policy::{EntityUid, Policy, PolicySet};
use serde_json::{Value, json};

use super::VerifyError;

/// Entities that are known, and with them comparisons and what depends on these.
#[derive(Default)]
pub(super) struct Known {
    /// The entity that `action` is.
    action: Option<Value>,
}

impl Known {
    /// Returns what is known of requests for `action`.
    pub(super) fn of(action: &EntityUid) -> Self {
        let (of_type, id) = (action.type_name().to_string(), action.id().unescaped());
        Self {
            action: Some(json!({ "type": of_type, "id": id })),
        }
    }

    /// `policies`, with what is known written into those that choose by `if`.
    ///
    /// Cedar's type checker puts the branch that is taken into both places where a
    /// condition is known. Where such a choice is in the branch of another, as in
    /// `import.order`, that doubles at each: without this, 120 imported rules took 5 GB.
    pub(super) fn in_set(&self, policies: &PolicySet) -> Result<PolicySet, VerifyError> {
        let mut all = PolicySet::new();
        for policy in policies.policies() {
            let policy = self.in_policy(policy)?;
            // An ignored error here would drop a forbid.
            all.add(policy).map_err(VerifyError::policies)?;
        }
        Ok(all)
    }

    /// Returns `policy`, with what is known written into it if it chooses by `if`.
    pub(super) fn in_policy(&self, policy: &Policy) -> Result<Policy, VerifyError> {
        let mut json = policy.to_json().map_err(VerifyError::policies)?;
        if !has_choice(&json) {
            return Ok(policy.clone());
        }
        self.fold(&mut json);
        Policy::from_json(Some(policy.id().clone()), json).map_err(VerifyError::policies)
    }

    /// Writes what is known in the place of comparisons of two entities that are written
    /// out, and of what these decide.
    ///
    /// INVARIANT: the policy that comes out answers as the one that went in, by Cedar's
    /// own rules: `&&`, `||` and `if` look at nothing beyond what decides them.
    pub(super) fn fold(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => fields.values_mut().for_each(|it| self.fold(it)),
            Value::Array(items) => items.iter_mut().for_each(|it| self.fold(it)),
            _ => {}
        }
        if let Some(known) = self.compared(value) {
            *value = json!({ "Value": known });
        } else if let Some(taken) = taken(value) {
            *value = taken;
        }
    }

    /// Returns the result of a comparison of entities; `None` if one of them is not
    /// known.
    fn compared(&self, value: &Value) -> Option<bool> {
        let is = |(left, right): (&Value, &Value)| Some(self.entity(left)? == self.entity(right)?);
        let has = |(left, right): (&Value, &Value)| {
            let among = left.get("Set")?.as_array()?;
            let among = among.iter().map(|it| self.entity(it));
            let among = among.collect::<Option<Vec<_>>>()?;
            Some(among.contains(&self.entity(right)?))
        };
        let equal = operands(value, "==").and_then(is);
        let differ = || operands(value, "!=").and_then(is).map(|same| !same);
        let contains = || operands(value, "contains").and_then(has);
        equal.or_else(differ).or_else(contains)
    }

    /// An entity that is written out, or known.
    fn entity<'a>(&'a self, value: &'a Value) -> Option<&'a Value> {
        if value.get("Var").and_then(Value::as_str) == Some("action") {
            return self.action.as_ref();
        }
        value.get("Value")?.get("__entity")
    }
}

fn operands<'a>(value: &'a Value, operator: &str) -> Option<(&'a Value, &'a Value)> {
    let operator = value.get(operator)?;
    Some((operator.get("left")?, operator.get("right")?))
}

/// Returns the result of an operator whose first operand is known.
fn taken(value: &Value) -> Option<Value> {
    let known = |value: &Value| value.get("Value")?.as_bool();
    if let Some((left, right)) = operands(value, "&&") {
        let taken = if known(left)? { right } else { left };
        return Some(taken.clone());
    }
    if let Some((left, right)) = operands(value, "||") {
        let taken = if known(left)? { left } else { right };
        return Some(taken.clone());
    }
    let choice = value.get("if-then-else")?;
    let branch = match known(choice.get("if")?)? {
        true => "then",
        false => "else",
    };
    choice.get(branch).cloned()
}

/// Whether a policy chooses by `if`. To look is dear, so it is done once for all kinds of
/// requests.
pub(super) fn chooses(policy: &Policy) -> Result<bool, VerifyError> {
    let json = policy.to_json().map_err(VerifyError::policies)?;
    Ok(has_choice(&json))
}

fn has_choice(value: &Value) -> bool {
    match value {
        Value::Object(fields) => {
            fields.contains_key("if-then-else") || fields.values().any(has_choice)
        }
        Value::Array(items) => items.iter().any(has_choice),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use core::str::FromStr as _;

    use super::*;

    fn known(condition: &str) -> String {
        let text = format!("permit (principal, action, resource) when {{ {condition} }};");
        let policy = Policy::from_str(&text).unwrap();
        let action = EntityUid::from_str(r#"H::Action::"read""#).unwrap();
        let folded = Known::of(&action).in_policy(&policy).unwrap();
        let text = folded.to_cedar().unwrap();
        let condition = text.split_once("when").unwrap().1;
        condition.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_choice_by_the_action_is_made() {
        let chosen = known(
            r#"(if action == H::Action::"write" && context.a then 2 else
                if action == H::Action::"read" then (if context.b then 1 else 0) else
                3) > context.n"#,
        );
        assert!(chosen.contains("if") && chosen.contains('b'), "{chosen}");
        let gone = ["action", "\"a\"", "context.a", "2", "3"];
        assert!(!gone.iter().any(|it| chosen.contains(it)), "{chosen}");
    }

    #[test]
    fn what_is_not_known_stays() {
        let asked = r#"if context.a && action == H::Action::"read" then true else false"#;
        let stays = known(asked);
        assert!(stays.contains("if") && stays.contains('a'), "{stays}");
        let stays = known(r#"if principal == H::Agent::"x" then true else false"#);
        assert!(stays.contains("principal"), "{stays}");
    }

    #[test]
    fn a_policy_without_a_choice_is_left_as_it_is() {
        assert!(known(r#"action == H::Action::"write""#).contains("write"));
    }
}

//! The standing of an agent: its tier and its powers, as policy asks for them.

use openpass_policy::{Power, Powers, Standing};

use super::{Value, profile::tier_of};

/// The standing of a profile with this tier and these fields in effect.
pub(crate) fn standing(tier: Option<&str>, field: impl Fn(&str) -> Option<Value>) -> Standing {
    let field = |name: &str| field(name).unwrap_or(Value::Unset);
    let powers = Power::ALL.into_iter().filter(|power| holds(*power, &field));
    Standing::new(tier_of(tier), powers.collect::<Powers>())
}

/// Returns whether the fields give `power`. A value that is neither plainly there nor
/// plainly not counts as a power. The power to ask for changes is the exception: only a
/// value that the product reads as true gives it.
fn holds(power: Power, field: &impl Fn(&str) -> Value) -> bool {
    match power {
        Power::ManageConfig => field(power.as_str()) == Value::Bool(true),
        Power::ActUnasked => match field("approvalMode") {
            Value::Unset => false,
            Value::Text(mode) => mode != "deny" && mode != "prompt",
            _ => true,
        },
        Power::Other => false,
        _ => !matches!(field(power.as_str()), Value::Unset | Value::Bool(false)),
    }
}

#[cfg(test)]
mod tests {
    use openpass_policy::Tier;

    use super::*;
    use crate::product::preset;

    #[test]
    fn a1_a_tier_gives_the_powers_that_policy_says_it_gives() {
        for tier in [Tier::ReadOnly, Tier::Standard, Tier::Admin] {
            let fields = preset(tier);
            let get = |name: &str| {
                let found = fields.iter().find(|(field, _)| *field == name);
                found.map(|(_, value)| value.clone())
            };
            assert_eq!(standing(Some(tier.as_str()), get), tier.into(), "{tier}");
        }
    }

    #[test]
    fn a_value_that_nobody_understands_is_a_power() {
        let odd = |name: &str| (name == "canWrite").then(|| Value::Text("maybe".to_owned()));
        assert!(standing(None, odd).powers.contains(Power::Write));
        let odd = |name: &str| (name == "canManageConfig").then(|| Value::Text("maybe".to_owned()));
        assert!(!standing(None, odd).powers.contains(Power::ManageConfig));
        let mode = |name: &str| (name == "approvalMode").then(|| Value::Text("never".to_owned()));
        assert!(standing(None, mode).powers.contains(Power::ActUnasked));
    }
}

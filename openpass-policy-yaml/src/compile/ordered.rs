//! The rules that are tried behind too many others for each to name those: one
//! policy that tries all rules in their order.

use super::{Bound, Domain, Form, Who, clause::Clause, join::Join, policy};
use crate::{quote, rules::Outcome};

/// A rule in its order, and how strict it is.
struct Step {
    name: String,
    condition: String,
    /// 0 allows, 1 wants a person's proof, 2 denies.
    strict: u8,
}

/// The id of the policy.
pub(super) fn id(domain: Domain, who: Who) -> String {
    format!("import.order{}", policy::suffix(domain, who))
}

/// The policy that denies what the first rule that matches denies, if that is
/// one without a policy of its own that says so. `None` where none is needed.
///
/// Each condition is written twice, whatever the number of rules: blocks of
/// them are tried in turn, and then the rules of the first block that matches.
pub(super) fn policy(rules: &[Bound<'_>], domain: Domain, who: Who) -> Option<String> {
    if !rules.iter().any(|rule| rule.form == Form::Ordered) {
        return None;
    }
    let reached = rules.iter().filter(|rule| rule.form != Form::Unreached);
    let mut steps: Vec<Step> = reached.map(|rule| step(rule, domain, who)).collect();
    let last = steps.iter().rposition(|step| step.strict > 0)?;
    steps.truncate(last.saturating_add(1));
    let size = steps.len().isqrt().max(1);
    let blocks: Vec<&[Step]> = steps.chunks(size).collect();
    Some(format!(
        "// Tries the rules in their order. How strict the first one that matches is:\n\
         // 0 allows, 1 wants a person's proof, 2 denies; 0, too, where another policy\n\
         // has that rule. Each block begins with whether any of its rules matches.\n\
         @id({})\nforbid (\n    {},\n    action {},\n    resource\n)\nwhen {{\n    (\n{}\n    ) > (if {} then 1 else 0)\n}};",
        quote::literal(&id(domain, who)),
        policy::anybody(who),
        policy::any_action(domain),
        tried(&blocks),
        policy::FACTOR,
    ))
}

fn step(rule: &Bound<'_>, domain: Domain, who: Who) -> Step {
    let own = rule.form == Form::Own;
    let strict = match rule.outcome {
        Outcome::Allow => 0,
        Outcome::Deny if own => 0,
        Outcome::Deny => 2,
        // Its own policy permits and forbids nothing, and so does not keep what
        // is behind it from permitting.
        Outcome::Prompt | Outcome::RequireBiometry if own && !policy::permits(domain, who) => 0,
        Outcome::Prompt | Outcome::RequireBiometry => 1,
    };
    let terms = rule.clause.beyond(&Clause::default());
    Step {
        name: rule.rule.name.clone(),
        condition: match terms.is_empty() {
            true => "true".to_owned(),
            false => Join::All.one(&terms),
        },
        strict,
    }
}

fn tried(blocks: &[&[Step]]) -> String {
    let mut text = String::new();
    for (number, block) in blocks.iter().enumerate() {
        let steps = steps(block);
        if number + 1 == blocks.len() {
            text.push_str(&steps);
            break;
        }
        let conditions: Vec<String> = block.iter().map(|step| step.condition.clone()).collect();
        let any = Join::Any.one(&conditions);
        text.push_str(&format!("    if {any} then (\n{steps}\n    ) else\n"));
    }
    text
}

fn steps(block: &[Step]) -> String {
    let step = |step: &Step| {
        let name = quote::comment(&format!(" {}", step.name));
        let (condition, strict) = (&step.condition, step.strict);
        format!("    {name}\n    if {condition} then {strict} else\n")
    };
    block.iter().map(step).collect::<String>() + "    0"
}

//! A rule's policy, as text that a person can read.

use super::{Bound, Domain, Who, exclude};
use crate::{
    quote,
    rules::{Outcome, Rule},
};

/// What a person must have proved for `prompt` and `require_biometry`.
const FACTOR: &str = r#"[OpenPass::AuthFactor::"biometry", OpenPass::AuthFactor::"passphrase"].contains(context.authentication.factor)"#;

/// The policy of `rule`, which is tried after `before`.
pub(super) fn of(rule: &Bound<'_>, before: &[Bound<'_>], domain: Domain, who: Who) -> String {
    let mut text = comments(rule.rule, domain, who);
    text.push_str(&annotations(rule, domain, who));
    if let Some(first) = exclude::covered(rule, before) {
        let first = quote::shown(&first);
        text.insert_str(0, &format!("// Never reached: {first} is tried before it and matches\n// whatever it does. It would be:\n"));
        return commented(&text);
    }
    let steps_up = matches!(rule.outcome, Outcome::Prompt | Outcome::RequireBiometry);
    // An agent's work on entries needs a permit. Everything else is permitted
    // by the default policies, so that a step-up has to stand in its way.
    let permits = domain == Domain::Data && who == Who::Agent;
    let effect = match rule.outcome {
        Outcome::Allow => "permit",
        Outcome::Deny => "forbid",
        Outcome::Prompt | Outcome::RequireBiometry if permits => "permit",
        Outcome::Prompt | Outcome::RequireBiometry => "forbid",
    };
    text.push_str(&scope(effect, rule, domain, who));
    if !rule.clause.terms.is_empty() {
        text.push_str(&block("when", &rule.clause.terms.join(" &&\n    ")));
    }
    if steps_up {
        let keyword = if permits { "when" } else { "unless" };
        text.push_str(&block(keyword, FACTOR));
    }
    let earlier = exclude::earlier(rule, before);
    if !earlier.is_empty() {
        let all: Vec<String> = earlier.iter().map(exclude::Earlier::render).collect();
        text.push_str(&format!("\nunless {{\n{}\n}}", all.join(" ||\n")));
    }
    text.push(';');
    text
}

/// What no rule matches is denied: for agents that is so without saying.
pub(super) fn closing(rules: &[Bound<'_>], who: Who) -> Option<String> {
    let mut matches = Vec::new();
    for rule in rules {
        let terms = rule.clause.beyond(&super::Clause::default());
        if terms.is_empty() {
            return None;
        }
        matches.push(format!("    ({})", terms.join(" && ")));
    }
    let unless = if matches.is_empty() {
        String::new()
    } else {
        format!("\nunless {{\n{}\n}}", matches.join(" ||\n"))
    };
    let (suffix, principal) = match who {
        Who::Agent => ("", "Agent"),
        Who::Person => (".person", "User"),
    };
    Some(format!(
        "// What no rule matches is denied.\n@id(\"import.unmatched{suffix}\")\n\
         forbid (\n    principal is OpenPass::{principal},\n    \
         action in Data::Action::\"data\",\n    resource\n){unless};"
    ))
}

fn comments(rule: &Rule, domain: Domain, who: Who) -> String {
    if domain != Domain::Data || who != Who::Agent {
        return String::new();
    }
    let lines = rule.comments.iter();
    lines.map(|line| quote::comment(line) + "\n").collect()
}

fn annotations(bound: &Bound<'_>, domain: Domain, who: Who) -> String {
    let rule = bound.rule;
    format!(
        "@id({})\n@name({})\n@priority(\"{}\")\n@action(\"{}\")\n",
        quote::literal(&id(rule, domain, who)),
        quote::literal(&rule.name),
        rule.priority,
        rule.outcome.as_str()
    )
}

/// The id of a rule's policy.
pub(super) fn id(rule: &Rule, domain: Domain, who: Who) -> String {
    let config = if domain == Domain::Config {
        ".config"
    } else {
        ""
    };
    let person = if who == Who::Person { ".person" } else { "" };
    format!("import.{}.{}{config}{person}", rule.file, rule.number)
}

fn scope(effect: &str, rule: &Bound<'_>, domain: Domain, who: Who) -> String {
    let clause = &rule.clause;
    let principal = match (&clause.principal, who) {
        (Some(principal), _) => format!("principal == {principal}"),
        (None, Who::Agent) => "principal is OpenPass::Agent".to_owned(),
        (None, Who::Person) => "principal is OpenPass::User".to_owned(),
    };
    let action = clause.action.as_deref().unwrap_or(match domain {
        Domain::Data => "in Data::Action::\"data\"",
        Domain::Config => "in OpenPass::Action::\"config\"",
    });
    let resource = clause.resource.as_ref();
    let resource =
        resource.map_or_else(|| "resource".to_owned(), super::clause::Resource::in_scope);
    format!("{effect} (\n    {principal},\n    action {action},\n    {resource}\n)")
}

fn block(keyword: &str, inner: &str) -> String {
    format!("\n{keyword} {{\n    {inner}\n}}")
}

/// Every line as a comment.
fn commented(text: &str) -> String {
    let line = |line: &str| match line.starts_with("//") {
        true => line.to_owned(),
        false => format!("// {line}"),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

//! A rule's policy, as text that a person can read.

use super::{Bound, Domain, Who, exclude::Earlier, join::Join};
use crate::{
    quote,
    rules::{Outcome, Rule},
};

/// The term that holds if a person proved what `prompt` and `require_biometry` ask for.
pub(super) const FACTOR: &str = r#"[OpenPass::AuthFactor::"biometry", OpenPass::AuthFactor::"passphrase"].contains(context.authentication.factor)"#;

/// Whether rules permit: an agent's work on entries needs a permit. Everything
/// else is permitted by the default policies, so that a step-up has to stand in
/// its way.
pub(super) fn permits(domain: Domain, who: Who) -> bool {
    domain == Domain::Data && who == Who::Agent
}

/// Whether the rule's policy is a permit.
pub(super) fn is_permit(rule: &Bound<'_>, domain: Domain, who: Who) -> bool {
    match rule.outcome {
        Outcome::Allow => true,
        Outcome::Deny => false,
        Outcome::Prompt | Outcome::RequireBiometry => permits(domain, who),
    }
}

/// Whether a rule's policy would permit what the shipped policies permit already,
/// whatever is asked: `default.agent-changes` an agent's changes of the configuration,
/// `default.person` all that a person does. Of an agent's work on entries they permit
/// nothing, so that there each permit counts.
pub(super) fn is_permitted_already(rule: &Bound<'_>, domain: Domain, who: Who) -> bool {
    rule.outcome == Outcome::Allow && !permits(domain, who)
}

/// Returns a comment that stands for a rule that is permitted already
/// ([`is_permitted_already`]).
pub(super) fn permitted_already(rule: &Bound<'_>, domain: Domain, who: Who) -> String {
    let why = "// Permitted already, by the shipped policies. The rules behind it leave to it what\n\
               // it matches:\n";
    let what = comments(rule.rule, domain, who) + &annotations(rule, domain, who);
    why.to_owned() + &commented(&what)
}

/// Returns the policy of a rule that is tried after the rules of `earlier`.
pub(super) fn own(rule: &Bound<'_>, earlier: &[Earlier], domain: Domain, who: Who) -> String {
    let effect = match is_permit(rule, domain, who) {
        true => "permit",
        false => "forbid",
    };
    let mut text = comments(rule.rule, domain, who);
    text.push_str(&annotations(rule, domain, who));
    text.push_str(&scope(effect, rule, domain, who));
    if !rule.clause.terms.is_empty() {
        text.push_str(&block("when", &Join::All.lines(&rule.clause.terms)));
    }
    if matches!(rule.outcome, Outcome::Prompt | Outcome::RequireBiometry) {
        let keyword = if permits(domain, who) {
            "when"
        } else {
            "unless"
        };
        text.push_str(&block(keyword, FACTOR));
    }
    if !earlier.is_empty() {
        let all: Vec<String> = earlier.iter().map(Earlier::render).collect();
        text.push_str(&block("unless", &Join::Any.lines(&all)));
    }
    text.push(';');
    text
}

/// Returns the text for a rule that is tried in [`ordered`](super::ordered). That
/// policy can only forbid, so the text is a permit, or else a comment.
pub(super) fn behind_many(rule: &Bound<'_>, domain: Domain, who: Who) -> String {
    if is_permit(rule, domain, who) {
        return own(rule, &[], domain, who);
    }
    let id = super::ordered::id(domain, who);
    let why = format!("// Tried in order by {id}, as are the rules before it:\n");
    let what = comments(rule.rule, domain, who) + &annotations(rule, domain, who);
    why + &commented(&what)
}

/// Returns a comment that stands for a rule that is never reached, since `first`
/// matches whatever that rule does.
pub(super) fn unreached(rule: &Bound<'_>, first: &str, domain: Domain, who: Who) -> String {
    let first = quote::shown(first);
    let why = format!(
        "// Never reached: {first} is tried before it and matches\n\
         // whatever it does. It would be:\n"
    );
    let what = comments(rule.rule, domain, who) + &annotations(rule, domain, who);
    why + &commented(&what)
}

/// Returns the policy that denies whatever no rule matches. `None` where a rule matches
/// everything. Agents are denied without it, since they need a permit.
pub(super) fn closing(rules: &[Bound<'_>], who: Who) -> Option<String> {
    let mut matches = Vec::new();
    for rule in rules {
        let terms = rule.clause.beyond(&super::Clause::default());
        if terms.is_empty() {
            return None;
        }
        matches.push(Join::All.one(&terms));
    }
    let unless = match matches.as_slice() {
        [] => String::new(),
        all => block("unless", &Join::Any.lines(all)),
    };
    let (suffix, principal) = (suffix(Domain::Data, who), anybody(who));
    Some(format!(
        "// What no rule matches is denied.\n@id(\"import.unmatched{suffix}\")\n\
         forbid (\n    {principal},\n    action {},\n    resource\n){unless};",
        any_action(Domain::Data)
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
    let suffix = suffix(domain, who);
    format!("import.{}.{}{suffix}", rule.file, rule.number)
}

/// Returns the end of a policy's id. It is empty for an agent's work on entries.
pub(super) fn suffix(domain: Domain, who: Who) -> String {
    let config = if domain == Domain::Config {
        ".config"
    } else {
        ""
    };
    let person = if who == Who::Person { ".person" } else { "" };
    format!("{config}{person}")
}

/// The scope for everybody that rules bind.
pub(super) const fn anybody(who: Who) -> &'static str {
    match who {
        Who::Agent => "principal is OpenPass::Agent",
        Who::Person => "principal is OpenPass::User",
    }
}

/// Every action that rules are about, as it stands in a scope.
pub(super) const fn any_action(domain: Domain) -> &'static str {
    match domain {
        Domain::Data => "in Data::Action::\"data\"",
        Domain::Config => "in OpenPass::Action::\"config\"",
    }
}

fn scope(effect: &str, rule: &Bound<'_>, domain: Domain, who: Who) -> String {
    let clause = &rule.clause;
    let principal = match &clause.principal {
        Some(principal) => format!("principal == {principal}"),
        None => anybody(who).to_owned(),
    };
    let action = clause.action.as_deref().unwrap_or(any_action(domain));
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

//! Rules about what agents do with entries.

use super::{clause::Clause, narrow::Cannot};
use crate::{
    quote,
    rules::{Conditions, Pattern, Rule},
};

/// Returns the rule's clause for an agent's work on entries, and the conditions that
/// Cedar cannot say.
pub(super) fn clause(rule: &Rule) -> (Clause, Vec<Cannot>) {
    let conditions = &rule.conditions;
    let mut clause = Clause {
        principal: agent(conditions),
        action: conditions
            .action
            .as_ref()
            .map(|action| format!("== Data::Action::{}", quote::literal(action))),
        time: conditions.time,
        ..Clause::default()
    };
    let mut cannot = Vec::new();
    let places = [
        (
            &conditions.path,
            "path",
            "resource.path",
            "resource.fromHome",
        ),
        (
            &conditions.working_dir,
            "working_dir",
            "context.workingDirectory",
            "context.workingDirectoryFromHome",
        ),
    ];
    for (pattern, key, subject, from_home) in places {
        match pattern {
            Some(pattern) if pattern.inexpressible.is_some() => cannot.push(glob(key, pattern)),
            Some(pattern) => {
                clause.terms.extend(pattern.test(subject, from_home));
                clause.begins.extend(Some(subject).zip(pattern.beginning()));
            }
            None => {}
        }
    }
    clause.terms.extend(time(conditions));
    clause.terms.extend(circumstances(conditions));
    cannot.extend(conditions.rate_limit.map(rate_limit));
    (clause, cannot)
}

pub(super) fn agent(conditions: &Conditions) -> Option<String> {
    let name = conditions.agent.as_ref()?;
    Some(format!("OpenPass::Agent::{}", quote::literal(name)))
}

/// Returns the term for the time of day. It needs no seconds, since a range begins and
/// ends with a minute.
pub(super) fn time(conditions: &Conditions) -> Option<String> {
    let (start, end) = conditions.time?;
    let minute = "context.time.minuteOfDay";
    match start.cmp(&end) {
        core::cmp::Ordering::Equal => None,
        core::cmp::Ordering::Less => Some(format!("({minute} >= {start} && {minute} < {end})")),
        core::cmp::Ordering::Greater => Some(format!("({minute} >= {start} || {minute} < {end})")),
    }
}

fn circumstances(conditions: &Conditions) -> Vec<String> {
    let mut terms = Vec::new();
    if !conditions.tags.is_empty() {
        let tags = list(&conditions.tags);
        terms.push(format!("resource.tags.containsAny({tags})"));
    }
    for (name, value) in &conditions.environment {
        terms.push(match value {
            Some(value) => {
                let pair = quote::literal(&format!("{name}={value}"));
                format!("context.environment.contains({pair})")
            }
            None => format!(
                "context.environmentNames.contains({})",
                quote::literal(name)
            ),
        });
    }
    if !conditions.tools.is_empty() {
        let tools = list(&conditions.tools);
        terms.push(format!(
            "(context.tool == \"\" || {tools}.contains(context.tool))"
        ));
    }
    if let Some(limit) = conditions.max_secrets {
        terms.push(format!("context.secretsRead < {limit}"));
    }
    terms
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quote::literal(text)).collect();
    format!("[{}]", texts.join(", "))
}

fn glob(key: &'static str, pattern: &Pattern) -> Cannot {
    let what = pattern.inexpressible.unwrap_or_default();
    Cannot {
        line: pattern.line,
        what: format!("{what} in `{key}: {}`", quote::plain(pattern.text())),
        product: "matches it with Go's path.Match".to_owned(),
        help: "write one rule for each name, or `*`, where that is what is meant".to_owned(),
    }
}

pub(super) fn rate_limit(line: usize) -> Cannot {
    Cannot {
        line,
        what: "`rate_limit`, since a decision here keeps no counters".to_owned(),
        product: "counts, and passes the rule over once the limit is reached; its server \
                  counts nothing, and passes the rule over always"
            .to_owned(),
        help: "remove the rate limit, or the rule".to_owned(),
    }
}

//! From rules in order to Cedar.

mod clause;
mod config;
mod data;
mod exclude;
mod join;
mod narrow;
mod ordered;
mod policy;

use clause::Clause;

use crate::{
    YamlSource,
    rules::{Outcome, Rule},
};

/// The subject of rules: an agent's work on entries, or changes of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Domain {
    Data,
    Config,
}

/// The kind of requester that rules bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Agent,
    Person,
}

/// The number of earlier rules that the policies of one kind name in all. Policies name
/// the earlier rules because those match first. Of every set of rules that can all
/// match the same request, the first 32 have policies of their own. In a set whose rules
/// cannot meet, all have.
const NAMED: usize = 500;

/// Rules as Cedar, and what is worth knowing.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    pub(crate) policies: Vec<String>,
    pub(crate) ids: Vec<RulePolicy>,
    bytes: usize,
    pub(crate) problems: Vec<crate::Problem>,
    pub(crate) notes: Vec<String>,
}

/// A policy and the rule that it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RulePolicy {
    /// The policy's id. That of the policy which tries rules in order stands for
    /// all of those that it denies.
    pub id: String,
    /// The rule's name, as it is in the file.
    pub rule: String,
    /// The rule's `action`.
    pub action: &'static str,
}

/// A rule as it counts in one domain.
struct Bound<'a> {
    rule: &'a Rule,
    outcome: Outcome,
    clause: Clause,
    form: Form,
}

/// The form that a rule takes in Cedar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A policy that applies where this is the first rule that matches.
    Own,
    /// A step of the policy that tries all rules in order.
    Ordered,
    /// Nothing: another rule matches first, whatever the request is.
    Unreached,
}

impl Compiled {
    /// Adds the policies of `rules`, which stand in the order in which they are
    /// tried.
    pub(crate) fn add(&mut self, rules: &[Rule], domain: Domain, who: Who, narrower: bool) {
        let mut bound: Vec<Bound<'_>> = Vec::new();
        let mut named = NAMED;
        for rule in rules {
            match self.bind(rule, domain, who, narrower) {
                Some(mut next) => {
                    // Beyond what is taken, only problems are still looked for.
                    if self.is_within_limits() {
                        self.push(&mut next, &bound, &mut named, (domain, who));
                    }
                    bound.push(next);
                }
                None => self.policies.extend(orphaned_comments(rule, domain, who)),
            }
        }
        self.extend(ordered::policy(&bound, domain, who));
        // An agent needs a permit as it is; a text without any policy, though,
        // would not load.
        if domain == Domain::Data && (who == Who::Person || bound.is_empty()) {
            self.extend(policy::closing(&bound, who));
        }
    }

    fn extend(&mut self, policy: Option<String>) {
        self.bytes = self
            .bytes
            .saturating_add(policy.as_ref().map_or(0, String::len));
        self.policies.extend(policy);
    }

    /// Whether the policies are not longer yet than an import may be.
    pub(crate) const fn is_within_limits(&self) -> bool {
        self.bytes <= YamlSource::MAX_POLICY_BYTES
    }

    /// Adds the policy of `next`, which is tried behind the rules of `before`.
    fn push(
        &mut self,
        next: &mut Bound<'_>,
        before: &[Bound<'_>],
        named: &mut usize,
        (domain, who): (Domain, Who),
    ) {
        let text = if let Some(first) = exclude::covered(next, before) {
            next.form = Form::Unreached;
            self.note_unreached(next, domain, who);
            policy::unreached(next, first, domain, who)
        } else if policy::is_permitted_already(next, domain, who) {
            // It has no policy, and later rules still leave to it what it matches.
            policy::permitted_already(next, domain, who)
        } else if let Some(earlier) = exclude::earlier(next, before, *named) {
            *named = named.saturating_sub(earlier.len());
            policy::own(next, &earlier, domain, who)
        } else {
            next.form = Form::Ordered;
            policy::behind_many(next, domain, who)
        };
        let id = match next.form {
            Form::Ordered if !policy::is_permit(next, domain, who) => ordered::id(domain, who),
            _ => policy::id(next.rule, domain, who),
        };
        self.ids.push(RulePolicy {
            id,
            rule: next.rule.name.clone(),
            action: next.rule.outcome.as_str(),
        });
        self.extend(Some(text));
    }

    fn bind<'a>(
        &mut self,
        rule: &'a Rule,
        domain: Domain,
        who: Who,
        narrower: bool,
    ) -> Option<Bound<'a>> {
        if who == Who::Person && rule.conditions.agent.is_some() {
            return None;
        }
        let (clause, cannot) = match domain {
            Domain::Data => data::clause(rule),
            Domain::Config => config::clause(rule)?,
        };
        if cannot.is_empty() {
            let outcome = rule.outcome;
            return Some(Bound {
                rule,
                outcome,
                clause,
                form: Form::Own,
            });
        }
        if !narrower {
            // A person's policies cannot say less than an agent's.
            if who == Who::Agent {
                self.problems.extend(narrow::problems(rule, &cannot));
            }
            return None;
        }
        if who == Who::Agent {
            self.notes.push(narrow::note(rule, domain, &cannot));
        }
        Some(Bound {
            rule,
            outcome: narrow::outcome(rule.outcome)?,
            clause,
            form: Form::Own,
        })
    }

    fn note_unreached(&mut self, next: &Bound<'_>, domain: Domain, who: Who) {
        if who == Who::Agent {
            let place = narrow::place(next.rule);
            let what = match domain {
                Domain::Data => "",
                Domain::Config => " for configuration",
            };
            self.notes.push(format!(
                "{place}: it is never reached{what}, as in OpenPass: a rule that is tried \
                 earlier matches all that it matches"
            ));
        }
    }
}

/// The comments of a rule that has no policy.
fn orphaned_comments(rule: &Rule, domain: Domain, who: Who) -> Option<String> {
    if domain != Domain::Data || who != Who::Agent || rule.comments.is_empty() {
        return None;
    }
    let lines: Vec<String> = rule
        .comments
        .iter()
        .map(|c| crate::quote::comment(c))
        .collect();
    Some(lines.join("\n"))
}

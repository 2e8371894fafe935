//! Collects policies file by file, and everything that is wrong with them.

use core::str::FromStr as _;

use cedar_policy::{Policy, PolicyId as CedarPolicyId, PolicySet};

use super::{collected::Collected, in_order, judged::Candidate, wrong};
use crate::{
    PolicyId, PolicyProblem, PolicySource, ProblemKind,
    engine::{
        advice::{self, Names},
        index::{self, Beginnings, Begins, Origin},
        limits,
    },
    policy_error::escaped,
};

/// The most problems that are told; the rest is counted.
pub(super) const TOLD: usize = 100;

/// Collects policies, and everything that is wrong with them.
pub(super) struct Loader<'a, 'n> {
    pub(super) names: &'n Names<'n>,
    pub(super) parts: Collected<'a>,
    pub(super) problems: Vec<PolicyProblem>,
    /// The number of further problems.
    pub(super) more: usize,
    /// The policies of a user's own that have an id.
    pub(super) candidates: Vec<Candidate<'a>>,
    /// Whether there are more policies than are taken.
    pub(super) too_many: bool,
}

impl<'a, 'n> Loader<'a, 'n> {
    pub(super) fn new(names: &'n Names<'n>) -> Self {
        Self {
            names,
            parts: Collected::default(),
            problems: Vec::new(),
            more: 0,
            candidates: Vec::new(),
            too_many: false,
        }
    }

    /// Tells of a problem, or counts it.
    pub(super) fn tell(&mut self, problem: impl FnOnce() -> PolicyProblem) {
        if self.problems.len() < TOLD {
            self.problems.push(problem());
        } else {
            self.more += 1;
        }
    }

    /// Adds the policies of one file under ids of their own.
    pub(super) fn add(&mut self, origin: &Origin<'a>) {
        let source = origin.source;
        // The shipped ones are no surprise to the parser.
        let problems = match origin.shipped {
            true => Vec::new(),
            false => limits::problems(source),
        };
        if !problems.is_empty() {
            for problem in problems {
                self.tell(|| problem);
            }
            return;
        }
        let parsed = match PolicySet::from_str(&source.text) {
            Ok(parsed) => parsed,
            Err(errors) => {
                let (problems, more) = advice::unparsed(source, &errors, self.names);
                self.more += more;
                for problem in problems {
                    self.tell(|| problem);
                }
                return;
            }
        };
        self.refuse_templates(source, &parsed);
        let mut beginnings = Beginnings::of(source);
        let mut count = 0;
        for policy in in_order(&parsed) {
            count += 1;
            let begins = beginnings.next(policy);
            self.add_policy(origin, policy, begins);
        }
        if count == 0 && parsed.templates().next().is_none() {
            self.problems.push(PolicyProblem::whole_file(
                ProblemKind::Empty,
                &source.file,
                "the file holds no policy".to_owned(),
                advice::EXAMPLE,
            ));
        }
    }

    fn refuse_templates(&mut self, source: &PolicySource, parsed: &PolicySet) {
        for template in parsed.templates() {
            let text = template.to_cedar();
            let slot = ["?principal", "?resource"]
                .into_iter()
                .find_map(|slot| Some((source.text.find(&text)? + text.find(slot)?, slot.len())))
                .unwrap_or((0, 1));
            let named = source.text.get(slot.0..slot.0 + slot.1);
            let example = advice::example(named.unwrap_or_default());
            let message = "this is a template: it has a place to fill in".to_owned();
            let help = format!("name what it is about, such as `{example}`");
            self.tell(|| {
                PolicyProblem::at(ProblemKind::Template, source, slot, message).with_help(help)
            });
        }
    }

    fn add_policy(&mut self, origin: &Origin<'a>, policy: &Policy, begins: Begins) {
        let source = origin.source;
        let id = match index::annotation(policy, "id") {
            Some(id) if !id.is_empty() => id.to_owned(),
            _ => format!("{}#{}", escaped(&source.file), policy.id()),
        };
        if let Some((kind, message, help)) = wrong::id(&self.parts.index, origin, policy, &id) {
            let place = (begins.at, 3);
            self.tell(|| PolicyProblem::at(kind, source, place, message).with_help(help));
            return;
        }
        let policy = policy.new_id(CedarPolicyId::new(&id));
        let id = PolicyId::new(id);
        let info = index::info(&policy, id.clone(), origin, begins.line);
        self.parts.index.insert(id, info);
        if origin.shipped {
            self.keep(source, &policy);
        } else {
            self.candidates.push(Candidate {
                policy,
                source,
                begins,
            });
        }
    }
}

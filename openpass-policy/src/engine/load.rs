//! From files to an engine: all of it, or every error.

use core::str::FromStr as _;
use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Authorizer, Policy, PolicyId as CedarPolicyId, PolicySet};

use super::{
    EngineBuilder, PolicyEngine, PolicySource, extend,
    index::{self, Beginnings, Begins, Index, Origin},
    limits, shape, stack, validate,
};
use crate::{PolicyId, PolicyLoadError, PolicyProblem, ProblemKind, policy_error::escaped};

pub(super) const SHIPPED: [(&str, &str); 2] = [
    ("guards.cedar", include_str!("../../policies/guards.cedar")),
    (
        "default.cedar",
        include_str!("../../policies/default.cedar"),
    ),
];

/// Builds the engine on a thread with a stack of its own.
pub(super) fn engine(parts: &EngineBuilder) -> Result<PolicyEngine, PolicyLoadError> {
    stack::for_loading(|| build(parts))
}

fn build(parts: &EngineBuilder) -> Result<PolicyEngine, PolicyLoadError> {
    let extend::Declared { schema, model } = extend::declared(parts)?;
    let sources = SHIPPED.map(|(file, text)| PolicySource::new(file, text));
    let mut loader = Loader::default();
    for source in &sources {
        loader.add(&Origin {
            source,
            shipped: true,
        });
    }
    // Before any of a user's own is read.
    let shipped = loader.policies.clone();
    loader.check_amount(&parts.policies);
    if loader.problems.is_empty() {
        for source in &parts.policies {
            loader.add(&Origin {
                source,
                shipped: false,
            });
        }
    }
    loader.check_count();
    loader.problems.extend(validate::problems(
        &schema,
        &loader.policies,
        &loader.sources,
    ));
    if !loader.problems.is_empty() {
        return Err(PolicyLoadError::new(loader.problems));
    }
    Ok(PolicyEngine {
        authorizer: Authorizer::new(),
        actions: schema.action_entities().map_err(PolicyLoadError::engine)?,
        model,
        persons: parts.persons.clone(),
        factors: parts.factors,
        looked_at: loader.looked_at,
        digest: parts.digest(),
        need_time: loader.need_time,
        #[cfg(feature = "author")]
        may_fail: loader.may_fail,
        levels: loader.levels,
        index: loader.index,
        policies: loader.policies,
        shipped,
        schema,
    })
}

/// Collects policies, and everything that is wrong with them.
#[derive(Default)]
struct Loader<'a> {
    policies: PolicySet,
    index: Index,
    sources: BTreeMap<String, &'a PolicySource>,
    need_time: Vec<PolicyId>,
    /// Attributes that some policy looks at.
    looked_at: BTreeSet<String>,
    #[cfg(feature = "author")]
    may_fail: BTreeSet<PolicyId>,
    /// How deep the deepest policy nests.
    levels: usize,
    problems: Vec<PolicyProblem>,
}

impl<'a> Loader<'a> {
    /// Refuses too many files, and too much text, before any of it is parsed.
    fn check_amount(&mut self, own: &[PolicySource]) {
        // One that is too long by itself is refused by itself, and not parsed.
        let parsed = own.iter().map(|source| source.text.len());
        let total: usize = parsed.filter(|len| *len <= PolicySource::MAX_BYTES).sum();
        let message = if own.len() > PolicySource::MAX_FILES {
            format!(
                "there are {} policy files, and no more than {} are read",
                own.len(),
                PolicySource::MAX_FILES
            )
        } else if total > PolicySource::MAX_TOTAL_BYTES {
            format!(
                "the policy files have {total} bytes together, and no more than {} are read",
                PolicySource::MAX_TOTAL_BYTES
            )
        } else {
            return;
        };
        self.too_much(message);
    }

    fn check_count(&mut self) {
        let count = self.index.len();
        if count > PolicySource::MAX_POLICIES {
            self.too_much(format!(
                "there are {count} policies, and no more than {} are taken",
                PolicySource::MAX_POLICIES
            ));
        }
    }

    fn too_much(&mut self, message: String) {
        self.problems.push(PolicyProblem::whole_file(
            ProblemKind::TooLarge,
            "policies",
            message,
            "remove what is not needed, or put several rules into one",
        ));
    }

    /// Adds the policies of one file under ids of their own.
    fn add(&mut self, origin: &Origin<'a>) {
        let source = origin.source;
        let problems = limits::problems(source);
        if !problems.is_empty() {
            self.problems.extend(problems);
            return;
        }
        let parsed = match PolicySet::from_str(&source.text) {
            Ok(parsed) => parsed,
            Err(errors) => {
                let problem = |error| PolicyProblem::from_cedar(ProblemKind::Syntax, source, error);
                self.problems
                    .extend(errors.iter().map(|error| problem(error)));
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
                "write one, or remove the file",
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
            let message = "this is a template: it has a place to fill in".to_owned();
            let problem = PolicyProblem::at(ProblemKind::Template, source, slot, message);
            let help = "write the principal or resource out";
            self.problems.push(problem.with_help(help.to_owned()));
        }
    }

    fn add_policy(&mut self, origin: &Origin<'a>, policy: &Policy, begins: Begins) {
        let source = origin.source;
        let id = match policy.annotation("id") {
            Some(id) if !id.is_empty() => id.to_owned(),
            _ => format!("{}#{}", escaped(&source.file), policy.id()),
        };
        let wrong = match self.bad_id(origin, policy, &id) {
            Some((message, help)) => Some((ProblemKind::Id, message, help)),
            None => self.bad_shape(origin, policy, &id),
        };
        if let Some((kind, message, help)) = wrong {
            let problem = PolicyProblem::at(kind, source, (begins.at, 3), message);
            self.problems.push(problem.with_help(help.to_owned()));
            return;
        }
        // An ignored error here would drop a forbid.
        match self.policies.add(policy.new_id(CedarPolicyId::new(&id))) {
            Ok(()) => {
                self.sources.insert(id.clone(), source);
                let id = PolicyId::new(id);
                let info = index::info(policy, id.clone(), origin, begins.line);
                self.index.insert(id, info);
            }
            Err(error) => self.problems.push(PolicyProblem::whole_file(
                ProblemKind::Id,
                &source.file,
                escaped(&error.to_string()),
                "give the policy another `@id`",
            )),
        }
    }

    /// What is wrong with a policy's shape. Notes what has to be known of it.
    fn bad_shape(
        &mut self,
        origin: &Origin<'_>,
        policy: &Policy,
        id: &str,
    ) -> Option<(ProblemKind, String, &'static str)> {
        let Ok(json) = policy.to_json() else {
            let message = "the policy has no JSON form".to_owned();
            return Some((ProblemKind::Syntax, message, "write it more simply"));
        };
        let levels = shape::levels(&json);
        if levels > PolicySource::MAX_LEVELS {
            let message = format!(
                "the conditions nest {levels} operators deep, and no more than {} are taken",
                PolicySource::MAX_LEVELS
            );
            let help = "put parts of a long chain in brackets, use a set and `.contains`, or \
                        split the policy into several";
            return Some((ProblemKind::TooLarge, message, help));
        }
        let conditions = json.get("conditions").unwrap_or(&json);
        if let Some(entity) = shape::looks_into(conditions) {
            let message = format!(
                "the conditions look into {}, which no operation tells: it would seem to have \
                 nothing, and to be in nothing",
                escaped(&entity)
            );
            let help = "look into the principal, the resource or the context, and compare with it";
            return Some((ProblemKind::DoesNotFit, message, help));
        }
        self.levels = self.levels.max(levels);
        shape::attributes(&json, &mut self.looked_at);
        if !origin.shipped && shape::looks_at_time(&json) {
            self.need_time.push(PolicyId::new(id));
        }
        #[cfg(feature = "author")]
        if !origin.shipped && shape::computes(&json) {
            self.may_fail.insert(PolicyId::new(id));
        }
        None
    }

    /// What is wrong with an id, and what to do.
    fn bad_id(
        &self,
        origin: &Origin<'_>,
        policy: &Policy,
        id: &str,
    ) -> Option<(String, &'static str)> {
        let shown = escaped(id);
        let help = "give it another `@id`";
        if !origin.shipped && PolicyId::new(id).is_shipped() {
            let message = format!("the policy id `{shown}` is kept for the shipped policies");
            return Some((message, help));
        }
        if policy.annotation("id").is_some_and(|id| !is_plain(id)) {
            let message = format!("`{shown}` is no policy id");
            return Some((message, "use up to 64 of a-z, A-Z, 0-9, `.`, `_` and `-`"));
        }
        let other = self.index.get(&PolicyId::new(id))?;
        let message = format!(
            "the policy id `{shown}` is taken by {}:{}",
            other.file, other.line
        );
        Some((message, help))
    }
}

/// A file's policies in its order: Cedar numbers them.
pub(super) fn in_order(parsed: &PolicySet) -> Vec<&Policy> {
    let mut policies: Vec<&Policy> = parsed.policies().collect();
    policies.sort_by_key(|policy| {
        let id: &str = policy.id().as_ref();
        let number = id.trim_start_matches("policy");
        number.parse::<usize>().unwrap_or(usize::MAX)
    });
    policies
}

/// Whether an id can be shown on a prompt and told from others by eye.
fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&id.len()) && id.bytes().all(plain)
}

//! From files to an engine: all of it, or every error.

mod collected;
mod wrong;

use core::str::FromStr as _;

use cedar_policy::{Authorizer, Policy, PolicyId as CedarPolicyId, PolicySet, Schema};

use super::{
    EngineBuilder, PolicyEngine, PolicySource,
    advice::{self, Names},
    extend,
    index::{self, Beginnings, Begins, Origin},
    limits, shipped, stack, validate,
};
use crate::{PolicyId, PolicyLoadError, PolicyProblem, ProblemKind, policy_error::escaped};
use collected::Collected;

/// Builds the engine on a thread with a stack of its own.
pub(super) fn engine(parts: &EngineBuilder) -> Result<PolicyEngine, PolicyLoadError> {
    stack::for_loading(|| build(parts))
}

fn build(parts: &EngineBuilder) -> Result<PolicyEngine, PolicyLoadError> {
    let extend::Declared { schema, model } = extend::declared(parts)?;
    let sources = shipped::FILES.map(|(file, text)| PolicySource::new(file, text));
    let names = Names::new(parts, &schema);
    let mut loader = Loader::new(&names);
    for source in &sources {
        loader.add(&Origin {
            source,
            shipped: true,
        });
    }
    // Before any of a user's own is read.
    let shipped = loader.parts.policies.clone();
    loader.shipped_fit = parts.fragments.is_empty() && parts.channels.is_empty();
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
    loader.check_fit(&schema);
    if !loader.problems.is_empty() || loader.more > 0 {
        return Err(PolicyLoadError::new(loader.problems).and_more(loader.more));
    }
    let loader = loader.parts;
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
        #[cfg(feature = "author")]
        declared: std::sync::Arc::new((parts.channels.clone(), parts.fragments.clone())),
        #[cfg(feature = "author")]
        looks: loader.looks,
        levels: loader.levels,
        index: loader.index,
        policies: loader.policies,
        shipped,
        schema,
    })
}

/// The most problems that are told; the rest is counted.
const TOLD: usize = 100;

/// Collects policies, and everything that is wrong with them.
struct Loader<'a, 'n> {
    names: &'n Names<'n>,
    parts: Collected<'a>,
    problems: Vec<PolicyProblem>,
    /// The number of further problems.
    more: usize,
    /// Whether the schema is the shipped one, which the shipped policies fit.
    shipped_fit: bool,
}

impl<'a, 'n> Loader<'a, 'n> {
    fn new(names: &'n Names<'n>) -> Self {
        Self {
            names,
            parts: Collected::default(),
            problems: Vec::new(),
            more: 0,
            shipped_fit: false,
        }
    }

    /// Holds what was collected against the schema.
    fn check_fit(&mut self, schema: &Schema) {
        let (policies, sources) = match self.shipped_fit {
            true => (&self.parts.own, &self.parts.sources),
            false => (&self.parts.policies, &self.parts.sources),
        };
        let room = TOLD.saturating_sub(self.problems.len());
        let unfit = validate::problems(schema, policies, sources, self.names, room);
        self.problems.extend(unfit.problems);
        self.more += unfit.more;
    }

    /// Tells of a problem, or counts it.
    fn tell(&mut self, problem: impl FnOnce() -> PolicyProblem) {
        if self.problems.len() < TOLD {
            self.problems.push(problem());
        } else {
            self.more += 1;
        }
    }

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
        let count = self.parts.index.len();
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
        let wrong = wrong::id(&self.parts.index, origin, policy, &id)
            .or_else(|| self.parts.bad_shape(origin, policy, &id, self.names));
        if let Some((kind, message, help)) = wrong {
            let place = wrong::place(source, begins, policy, kind);
            self.tell(|| PolicyProblem::at(kind, source, place, message).with_help(help));
            return;
        }
        // An ignored error here would drop a forbid.
        match self
            .parts
            .add(origin, &policy.new_id(CedarPolicyId::new(&id)))
        {
            Ok(()) => {
                self.parts.sources.insert(id.clone(), source);
                let id = PolicyId::new(id);
                let info = index::info(policy, id.clone(), origin, begins.line);
                self.parts.index.insert(id, info);
            }
            Err(error) => self.problems.push(PolicyProblem::whole_file(
                ProblemKind::Id,
                &source.file,
                escaped(&error.to_string()),
                "give the policy another `@id`",
            )),
        }
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

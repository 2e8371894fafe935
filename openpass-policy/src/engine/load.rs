//! From files to an engine: all of it, or every error.

mod amount;
mod collected;
mod judged;
mod loader;
mod taken;
mod wrong;

#[cfg(feature = "author")]
use std::sync::Arc;

use cedar_policy::{Policy, PolicySet};

use super::{
    EngineBuilder, PolicyEngine, PolicySource,
    advice::Names,
    deciding::Deciding,
    encode::{Known, Uids},
    extend,
    index::Origin,
    shipped,
    sliced::Sliced,
    stack,
};
use crate::PolicyLoadError;
use loader::Loader;

/// Builds the engine on a thread with a stack of its own.
pub(super) fn engine(parts: &EngineBuilder) -> Result<PolicyEngine, PolicyLoadError> {
    stack::for_loading(|| build(parts))
}

fn build(parts: &EngineBuilder) -> Result<PolicyEngine, PolicyLoadError> {
    let extend::Declared {
        schema,
        added,
        model,
    } = extend::declared(parts)?;
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
    if let Some(added) = added {
        added.fits_shipped(&shipped)?;
    }
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
    if !loader.too_many {
        loader.judge(&schema);
    }
    if !loader.problems.is_empty() || loader.more > 0 {
        return Err(PolicyLoadError::new(loader.problems).and_more(loader.more));
    }
    let loader = loader.parts;
    let blind = loader.blind;
    let actions = schema.action_entities().map_err(PolicyLoadError::engine)?;
    Ok(PolicyEngine {
        policies: Sliced::new(loader.policies, &actions, |id| blind.contains(id)),
        shipped: Deciding::together(shipped),
        #[cfg(feature = "author")]
        blind: Arc::new(blind),
        #[cfg(feature = "author")]
        actions,
        uids: Uids::of(&schema),
        known: Known::default(),
        model,
        persons: parts.persons.clone(),
        factors: parts.factors,
        looked_at: loader.looked_at,
        digest: parts.digest(),
        need_time: loader.need_time,
        #[cfg(feature = "author")]
        may_fail: loader.may_fail,
        #[cfg(feature = "author")]
        declared: Arc::new((parts.channels.clone(), parts.fragments.clone())),
        #[cfg(feature = "author")]
        looks: loader.looks,
        levels: loader.levels,
        index: loader.index,
        schema,
    })
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

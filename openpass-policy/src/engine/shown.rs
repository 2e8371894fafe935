//! The texts of an engine, for people who read and write policies: its schema, and each
//! policy.

use cedar_policy::SchemaFragment;

use super::{EngineBuilder, PolicyEngine, extend, stack};
use crate::{PolicyId, PolicyInfo, PolicyLoadError};

/// A misspelt id may differ in so many letters at the most.
const FAR: usize = 4;

impl EngineBuilder {
    /// The schema of the engine in Cedar's own syntax: OpenPass's, with its comments,
    /// and the host's fragments, whole. An editor checks and completes policies by it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the fragments.
    pub fn schema_text(&self) -> Result<String, PolicyLoadError> {
        stack::for_loading(|| {
            let mut text = match self.channels.as_slice() {
                // As it is written, with its comments.
                [] => extend::SCHEMA.to_owned(),
                own => written(&extend::shipped(own)?)?,
            };
            let (fragments, _) = extend::fragments(self)?;
            for fragment in &fragments {
                text.push('\n');
                text.push_str(&written(fragment)?);
            }
            Ok(text)
        })
    }
}

fn written(fragment: &SchemaFragment) -> Result<String, PolicyLoadError> {
    let text = fragment.to_cedarschema();
    let text = text.map_err(PolicyLoadError::engine)?;
    Ok(format!("{}\n", text.trim()))
}

impl PolicyEngine {
    /// The text of the policy with this id, as it is written in its file: from outside,
    /// and not escaped.
    #[must_use]
    pub fn text(&self, id: &PolicyId) -> Option<String> {
        let id = cedar_policy::PolicyId::new(id.as_str());
        self.policies.whole().policy(&id)?.to_cedar()
    }

    /// The policy whose id is most like `id`, if one is: what a misspelt id may mean.
    #[must_use]
    pub fn closest(&self, id: &str) -> Option<&PolicyInfo> {
        let id: String = id.chars().take(100).collect::<String>().to_lowercase();
        let far = FAR.min(id.chars().count() / 2);
        let distance = |policy: &&PolicyInfo| {
            let known: String = policy.id.as_str().chars().take(100).collect();
            strsim::damerau_levenshtein(&known.to_lowercase(), &id)
        };
        let near = self.policies().filter(|policy| distance(policy) <= far);
        let part = || {
            let mut parts = self.policies().filter(|policy| {
                let known = policy.id.as_str().to_lowercase();
                id.len() >= FAR && known.contains(&id)
            });
            parts.next()
        };
        near.min_by_key(distance).or_else(part)
    }
}

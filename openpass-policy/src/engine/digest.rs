//! One digest of everything that decides.

use core::fmt;

use serde::{Serialize, Serializer};

use super::{EngineBuilder, PolicySource, extend, shipped};
use crate::operation::digest::Transcript;

/// A SHA-256 of all that an engine decides with: schema, shipped policies, own ones
/// with their files' names, which principals are persons, which channels there are,
/// and which factors can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PoliciesDigest([u8; 32]);

impl fmt::Display for PoliciesDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for PoliciesDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

pub(super) fn of(parts: &EngineBuilder) -> PoliciesDigest {
    let mut all = Transcript::new("openpass policies 1");
    all.text(extend::SCHEMA);
    for (file, text) in shipped::FILES {
        all.text(file);
        all.text(text);
    }
    sources(&parts.fragments, &mut all);
    sources(&parts.policies, &mut all);
    texts(&parts.persons, &mut all);
    texts(&parts.channels, &mut all);
    let factors: Vec<String> = parts.factors.iter().map(|it| it.to_string()).collect();
    texts(&factors, &mut all);
    PoliciesDigest(all.finish())
}

fn sources(sources: &[PolicySource], all: &mut Transcript) {
    all.count(sources.len());
    for source in sources {
        all.text(&source.file);
        all.text(&source.text);
    }
}

fn texts(texts: &[String], all: &mut Transcript) {
    all.count(texts.len());
    texts.iter().for_each(|text| all.text(text));
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::PolicyEngine;

    #[test]
    fn whatever_an_engine_is_built_of_is_in_its_digest() {
        let new = PolicyEngine::builder;
        let source = |file: &str, text: &str| PolicySource::new(file, text);
        let built = [
            new(),
            new().policy(source("own.cedar", "one")),
            new().policy(source("own.cedar", "another")),
            new().policy(source("own.cedaro", "ne")),
            new().host(source("own.cedar", "one")),
            new().policy(source("a", "b")).policy(source("c", "d")),
            new().host(source("a", "b")).policy(source("c", "d")),
            new().person("Desk::Person"),
            new().person("Desk::Person").person("Desk::Person"),
            new().channel("Desk::Person"),
            new().factors([openpass_auth::Factor::Passphrase]),
        ];
        let digests = built.iter().map(|it| it.digest().to_string());
        assert_eq!(digests.collect::<BTreeSet<_>>().len(), built.len());
        assert_eq!(new().digest(), new().digest());
    }
}

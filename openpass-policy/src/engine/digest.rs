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

//! The policies that should decide.

use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor, value},
};

use crate::PolicyEngine;

/// The policies that should decide, by their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// These policies and no others: `[ID…]`.
    Exactly(Vec<String>),
    /// Others may decide with them.
    Among {
        /// These are among those that decide.
        includes: Vec<String>,
        /// None of these is.
        excludes: Vec<String>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Among {
    includes: Option<Vec<String>>,
    excludes: Option<Vec<String>>,
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reasons)
    }
}

struct Reasons;

impl<'de> Visitor<'de> for Reasons {
    type Value = Reason;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of policies' ids, or `includes` or `excludes` with such a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Reason, A::Error> {
        let mut ids = Vec::new();
        while let Some(id) = list.next_element()? {
            ids.push(id);
        }
        Ok(Reason::Exactly(ids))
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Reason, A::Error> {
        let among = Among::deserialize(value::MapAccessDeserializer::new(fields))?;
        if among.includes.is_none() && among.excludes.is_none() {
            return Err(A::Error::custom(
                "a reason takes a list of ids, `includes` or `excludes`",
            ));
        }
        Ok(Reason::Among {
            includes: among.includes.unwrap_or_default(),
            excludes: among.excludes.unwrap_or_default(),
        })
    }
}

impl Reason {
    /// Whether it is so that `ids`, in order, decide.
    pub(super) fn holds_of(&self, ids: &[&str]) -> bool {
        let decides = |id: &String| ids.contains(&id.as_str());
        match self {
            Self::Exactly(wanted) => sorted(wanted) == ids,
            Self::Among { includes, excludes } => {
                includes.iter().all(decides) && !excludes.iter().any(decides)
            }
        }
    }

    /// An id of no policy among those that may not decide: the case would pass
    /// whatever decides.
    pub(super) fn excludes_nothing(&self, engine: &PolicyEngine) -> Option<&str> {
        let Self::Among { excludes, .. } = self else {
            return None;
        };
        let is_there = |id: &str| engine.policies().any(|policy| policy.id.as_str() == id);
        let mut ids = excludes.iter().map(String::as_str);
        ids.find(|id| !is_there(id))
    }
}

fn sorted(ids: &[String]) -> Vec<&str> {
    let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    ids.sort_unstable();
    ids
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(ids) if ids.is_empty() => f.write_str("by no policy"),
            Self::Exactly(ids) => write!(f, "by {}", sorted(ids).join(", ")),
            Self::Among { includes, excludes } => {
                let parts = [
                    ("by ", includes, " among others"),
                    ("not by ", excludes, ""),
                ];
                let parts = parts.into_iter().filter(|(_, ids, _)| !ids.is_empty());
                let parts: Vec<String> = parts
                    .map(|(before, ids, after)| {
                        format!("{before}{}{after}", sorted(ids).join(", "))
                    })
                    .collect();
                f.write_str(&parts.join(", "))
            }
        }
    }
}

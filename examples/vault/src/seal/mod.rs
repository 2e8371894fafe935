//! Seals: the approved state at one moment, chained to everything before it.
//!
//! Each commit ends in one. It is a SHA-256 over its number, the seal before it, the parts
//! of the approved state, who can approve and whose identity it is. What an approver signs
//! names the seal before and the one after: so a start verifies one signature, and not a
//! history.

mod chain;
mod digest;
mod history;
mod planned;
mod rule;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{approved::Approved, hash};

pub(crate) use chain::{Chain, Flaw, Left};
pub use chain::{Grade, Sealed};
pub use digest::{NotASeal, SealDigest};
pub use history::Head;
pub(crate) use planned::Planned;

/// The start of a seal's text, which says which form the text has.
const DOMAIN: &str = "openpass-seal-1";

/// A seal, as a line of the log has it. The parts of the state stand beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seal {
    /// The seal's number, from one.
    pub(crate) number: u64,
    /// The seal before; zeros are none.
    pub(crate) before: SealDigest,
    /// The approvers and the identity, as far as the question knew them.
    #[serde(flatten)]
    pub(crate) planned: Planned,
    /// The seal itself.
    pub(crate) sha256: SealDigest,
}

/// The content of which a seal is the SHA-256: canonical JSON (RFC 8785), the members in
/// the order of their names.
#[derive(Serialize)]
struct Content<'a> {
    approvers: &'a [String],
    before: SealDigest,
    domain: &'static str,
    number: String,
    parts: BTreeMap<String, String>,
    recipient: &'a str,
    scope: String,
    signed: &'a str,
}

impl Seal {
    /// The seal of `approved`, behind `last`, in the vault with the id `scope`.
    pub(crate) fn following(
        last: Option<&Self>,
        scope: &[u8; 16],
        approved: &Approved,
        planned: Planned,
    ) -> Self {
        let (before, number) = last.map_or((SealDigest::NONE, 0), |it| (it.sha256, it.number));
        let mut seal = Self {
            number: number.saturating_add(1),
            before,
            planned,
            sha256: SealDigest::NONE,
        };
        seal.sha256 = seal.digest(scope, approved);
        seal
    }

    /// Whether it is the seal of `approved`, behind `last`.
    fn fits(&self, last: Option<&Self>, scope: &[u8; 16], approved: &Approved) -> bool {
        let (before, number) = last.map_or((SealDigest::NONE, 0), |it| (it.sha256, it.number));
        self.before == before
            && number.checked_add(1) == Some(self.number)
            && self.sha256 == self.digest(scope, approved)
    }

    fn digest(&self, scope: &[u8; 16], approved: &Approved) -> SealDigest {
        let content = Content {
            approvers: &self.planned.approvers,
            before: self.before,
            domain: DOMAIN,
            number: self.number.to_string(),
            parts: approved.by_name(),
            recipient: self.planned.recipient.as_deref().unwrap_or_default(),
            scope: hash::hex(scope),
            signed: self.planned.signed.as_deref().unwrap_or_default(),
        };
        // INVARIANT (fail closed): what cannot be written fits nothing, as no seal is zeros.
        serde_json::to_vec(&content).map_or(SealDigest::NONE, |text| SealDigest::of(&text))
    }
}

#[cfg(test)]
mod tests;

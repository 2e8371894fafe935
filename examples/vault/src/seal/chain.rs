//! The chain of seals, as the lines of the log have it.

use core::fmt;

use openpass_approval::{Approver, Recorded};
use serde::{Deserialize, Serialize};

use super::{Seal, SealDigest, planned::named};
use crate::{approved::Approved, approvers::Register, hash, identity::Pin};

/// How much stands behind a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new grade must break the builds that tell of them"
)]
pub enum Grade {
    /// An approver signed it: nobody else can make it.
    Signed,
    /// The log alone has it: a y/N, a waiver, Touch ID without a key. Who can write the
    /// log can make it.
    Logged,
}

impl Grade {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Logged => "logged",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The last seal, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sealed {
    /// Its number, from one.
    pub number: u64,
    /// The seal.
    pub seal: SealDigest,
    /// What stands behind it.
    pub grade: Grade,
    /// The last one that an approver signed, and who, where there is one.
    pub signed: Option<(u64, Approver)>,
}

/// The last seals, as the lines of the log left them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chain {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last: Option<Seal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed: Option<Signed>,
}

/// A seal that an approver signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Signed {
    seal: Seal,
    approved: Approved,
    approval: Recorded,
    approver: Approver,
}

/// What is wrong with a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It is missing, or not that of the state beside it, or not behind the one before.
    Seal,
    /// What was signed is another one, or nobody knows by whom.
    Signature,
}

/// What a commit left, beside its seal.
pub(crate) struct Left<'a> {
    pub(crate) approved: &'a Approved,
    pub(crate) register: &'a Register,
    pub(crate) pin: &'a Pin,
    /// What was signed for it, if anything was.
    pub(crate) approval: Option<&'a serde_json::Value>,
}

impl Chain {
    /// Goes on with the seal of a change that was made. The chain is behind it in any case:
    /// one seal that is wrong makes no later one wrong.
    pub(crate) fn go_on(&mut self, seal: Option<Seal>, left: &Left<'_>) -> Result<(), Flaw> {
        let Some(seal) = seal else {
            // Before the first one, older versions made changes without any. What was signed
            // with a seal had one.
            let had_one = self.last.is_some() || left.approval.is_some_and(names_a_seal);
            return if had_one { Err(Flaw::Seal) } else { Ok(()) };
        };
        let last = self.last.replace(seal.clone());
        let knows_the_signed = seal.planned.signed == self.last_signed();
        let scope = left.register.scope.unwrap_or_default();
        let fits = seal.fits(last.as_ref(), &scope, left.approved)
            && seal.planned.fits(left.register, left.pin);
        let signed = left.approval.map(|it| Signed::of(it, seal, left));
        match signed {
            _ if !fits => Err(Flaw::Seal),
            _ if !knows_the_signed => Err(Flaw::Signature),
            None => Ok(()),
            Some(None) => Err(Flaw::Signature),
            Some(signed) => {
                self.signed = signed;
                Ok(())
            }
        }
    }

    /// Verifies the one signature that stands behind the state.
    ///
    /// INVARIANT (20): who can write the log can write a seal. They cannot sign one.
    pub(crate) fn verify(&self) -> Result<(), Flaw> {
        let Some(signed) = &self.signed else {
            return Ok(());
        };
        let verified = signed
            .approval
            .verify(core::slice::from_ref(&signed.approver));
        verified.map(drop).map_err(|_| Flaw::Signature)
    }

    /// The last seal that was signed, and by whom: `NUMBER KIND KEY`.
    pub(super) fn last_signed(&self) -> Option<String> {
        let signed = self.signed.as_ref()?;
        let (number, approver) = (signed.seal.number, &signed.approver);
        Some(format!("{number} {}", named(approver)))
    }

    /// The state that was signed last.
    pub(crate) fn signed(&self) -> Option<&Approved> {
        self.signed.as_ref().map(|signed| &signed.approved)
    }

    /// The parts of the state that was signed last.
    pub(crate) fn signed_parts(&self) -> impl Iterator<Item = &str> {
        self.signed().into_iter().flat_map(Approved::parts)
    }

    /// For people; `None` before the first one.
    pub(crate) fn sealed(&self) -> Option<Sealed> {
        let last = self.last.as_ref()?;
        let signed = self.signed.as_ref();
        let is_signed = signed.is_some_and(|it| it.seal.sha256 == last.sha256);
        Some(Sealed {
            number: last.number,
            seal: last.sha256,
            grade: match is_signed {
                true => Grade::Signed,
                false => Grade::Logged,
            },
            signed: signed.map(|it| (it.seal.number, it.approver.clone())),
        })
    }
}

/// Whether what was signed says which state it leaves, or cannot be read.
fn names_a_seal(approval: &serde_json::Value) -> bool {
    let statement = Recorded::deserialize(approval).ok();
    let statement = statement.and_then(|approval| approval.statement().ok());
    let none = SealDigest::NONE.to_string();
    statement.is_none_or(|statement| statement.seals().1 != none)
}

impl Signed {
    /// What was signed, if it is `seal`, by somebody who can approve. That the signature
    /// holds is [`Chain::verify`]'s question, once for all lines.
    fn of(approval: &serde_json::Value, seal: Seal, left: &Left<'_>) -> Option<Self> {
        let approval = Recorded::deserialize(approval).ok()?;
        let statement = approval.statement().ok()?;
        let (before, after) = (seal.before.to_string(), seal.sha256.to_string());
        let is_it = statement.seals() == (before.as_str(), after.as_str())
            && statement.scope() == hash::hex(&left.register.scope?);
        let register = left.register;
        let mut known = register.in_force.iter().chain(&register.former);
        let approver = known.find(|it| it.id().as_str() == statement.approver())?;
        let approver = approver.clone();
        is_it.then(|| Self {
            seal,
            approved: left.approved.clone(),
            approval,
            approver,
        })
    }
}

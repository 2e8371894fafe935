//! The chain of seals, as the lines of the log have it.

use core::fmt;

use openpass_approval::{Approver, Recorded, Statement};
use openpass_auth::Factor;
use openpass_policy::SealGrade;
use serde::{Deserialize, Serialize};

use super::{Seal, SealDigest, planned::named};
use crate::{approved::Approved, approvers::Register, hash, identity::Pin};

/// The kind of proof that stands behind a seal.
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
    /// The seal's number, from one.
    pub number: u64,
    /// The seal.
    pub seal: SealDigest,
    /// The proof that stands behind the seal.
    pub grade: Grade,
    /// The number of the last seal that an approver signed who can approve still, and the
    /// approver, where there is one.
    pub signed: Option<(u64, Approver)>,
}

/// The last seals, as the lines of the log left them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chain {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last: Option<Seal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed: Option<Signed>,
    /// Whether a change since the last signature was not sealed as it must be.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    broken: bool,
    /// The signature that the last seal says there was, where its line is damaged: said
    /// once, it is no news in the seals behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claimed: Option<String>,
}

/// A seal that an approver signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Signed {
    seal: Seal,
    approved: Approved,
    approval: Recorded,
    approver: Approver,
}

/// The flaw for which a seal does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// The seal is missing, or not that of the state beside it, or not behind the one
    /// before.
    Seal,
    /// An approver signed another seal, or a signature is missing.
    Signature,
}

/// The state that a commit left, beside its seal.
pub(crate) struct Left<'a> {
    pub(crate) approved: &'a Approved,
    /// The state that was approved before.
    pub(crate) before: Option<&'a Approved>,
    /// The approvers of before.
    pub(crate) could_approve: &'a [Approver],
    pub(crate) register: &'a Register,
    pub(crate) pin: &'a Pin,
    /// The approval that was signed for the commit, if one was.
    pub(crate) approval: Option<&'a serde_json::Value>,
    /// The operation's digest.
    pub(crate) digest: &'a str,
}

impl Chain {
    /// Goes on with the seal of a change that was made. The chain is behind it in any case:
    /// one seal that is wrong makes no later one wrong.
    pub(crate) fn go_on(&mut self, seal: Option<Seal>, left: &Left<'_>) -> Result<(), Flaw> {
        let gone_on = self.next(seal, left);
        self.broken |= gone_on.is_err();
        gone_on
    }

    /// Notes that a change left something approved, and nothing sealed.
    pub(crate) const fn is_unsealed(&mut self) -> Flaw {
        self.broken = true;
        Flaw::Seal
    }

    fn next(&mut self, seal: Option<Seal>, left: &Left<'_>) -> Result<(), Flaw> {
        let Some(seal) = seal else {
            // Before the first one, older versions made changes without any. What was signed
            // with a seal had one.
            let had_one = self.last.is_some() || left.approval.is_some_and(names_a_seal);
            return if had_one { Err(Flaw::Seal) } else { Ok(()) };
        };
        let last = self.last.replace(seal.clone());
        let claimed = core::mem::replace(&mut self.claimed, seal.planned.signed.clone());
        let is_no_news = self.broken && claimed == seal.planned.signed;
        let knows_the_signed = is_no_news || seal.planned.signed == self.last_signed();
        let scope = left.register.scope.unwrap_or_default();
        let fits = seal.fits(last.as_ref(), &scope, left.approved)
            && left
                .before
                .is_none_or(|before| left.approved.has_all_of(before))
            && seal.planned.fits(left.register, left.pin);
        let signed = left.approval.map(|it| Signed::of(it, seal, left));
        match signed {
            _ if !fits => Err(Flaw::Seal),
            _ if !knows_the_signed => Err(Flaw::Signature),
            None => Ok(()),
            Some(Err(flaw)) => Err(flaw),
            Some(Ok(None)) => Ok(()),
            Some(Ok(signed)) => {
                self.signed = signed;
                self.broken = false;
                Ok(())
            }
        }
    }

    /// Whether what the log comes to is what the last seals are of, and the one signature
    /// that stands behind it holds. A file of the log begins with all of this, so it is
    /// compared whichever lines it came from.
    ///
    /// INVARIANT (20): who can write the log can write a seal. They cannot sign one.
    pub(crate) fn verify(
        &self,
        approved: Option<&Approved>,
        register: &Register,
        pin: &Pin,
    ) -> Result<(), Flaw> {
        let scope = register.scope.unwrap_or_default();
        let is_of = |seal: &Seal, approved: &Approved| seal.sha256 == seal.digest(&scope, approved);
        if let Some(last) = self.last.as_ref().filter(|_| !self.broken)
            && !(approved.is_some_and(|it| is_of(last, it)) && last.planned.fits(register, pin))
        {
            return Err(Flaw::Seal);
        }
        let Some(signed) = &self.signed else {
            return Ok(());
        };
        if !(is_of(&signed.seal, &signed.approved) && signed.names_its_seal(&scope)) {
            return Err(Flaw::Signature);
        }
        let verified = signed
            .approval
            .verify(core::slice::from_ref(&signed.approver));
        verified.map(drop).map_err(|_| Flaw::Signature)
    }

    /// The last seal that an approver signed, and that approver: `NUMBER KIND KEY`.
    pub(super) fn last_signed(&self) -> Option<String> {
        let signed = self.signed.as_ref()?;
        let (number, approver) = (signed.seal.number, &signed.approver);
        Some(format!("{number} {}", named(approver)))
    }

    /// The last seal that was signed, where who signed it can approve still.
    ///
    /// INVARIANT (20): a file of the log begins with the approver beside the signature, so a
    /// key that was made for it would fit. It counts for nothing unless it is one of those in
    /// `register`, who are shown to people.
    fn signed_by_one_of(&self, register: &Register) -> Option<&Signed> {
        let is = |it: &Signed| register.in_force.contains(&it.approver);
        self.signed.as_ref().filter(|signed| is(signed))
    }

    /// The state that one of the approvers signed last.
    pub(crate) fn signed(&self, register: &Register) -> Option<&Approved> {
        let signed = self.signed_by_one_of(register);
        signed.map(|signed| &signed.approved)
    }

    /// Whether an approver of this kind signed the last seal.
    pub(crate) fn is_signed_by(&self, factor: Factor, register: &Register) -> bool {
        let by = |sealed: &Sealed| match &sealed.signed {
            Some((_, approver)) => sealed.grade == Grade::Signed && approver.factor() == factor,
            None => false,
        };
        self.sealed(register).as_ref().is_some_and(by)
    }

    /// The parts of the state that was signed last.
    pub(crate) fn signed_parts(&self) -> impl Iterator<Item = &str> {
        let signed = self.signed.as_ref().map(|signed| &signed.approved);
        signed.into_iter().flat_map(Approved::parts)
    }

    /// Returns the grade of the last seal, for policy.
    pub(crate) fn grade(&self, register: &Register) -> SealGrade {
        match self.sealed(register) {
            Some(sealed) if sealed.grade == Grade::Signed => SealGrade::Signed,
            // One that does not fit is none.
            Some(_) if !self.broken => SealGrade::Logged,
            _ => SealGrade::None,
        }
    }

    /// Returns the last seal, for people; `None` before the first one.
    pub(crate) fn sealed(&self, register: &Register) -> Option<Sealed> {
        let last = self.last.as_ref()?;
        let signed = self.signed_by_one_of(register);
        let is_last = signed.is_some_and(|it| it.seal.sha256 == last.sha256);
        let is_signed = is_last && !self.broken;
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
    /// Reads what was signed, by an approver who could approve before, or who enrols by it.
    /// An approver that nobody knows signed nothing. [`Chain::verify`] checks that the
    /// signatures hold, once for all lines.
    ///
    /// # Errors
    ///
    /// That what was signed is another seal.
    fn of(approval: &serde_json::Value, seal: Seal, left: &Left<'_>) -> Result<Option<Self>, Flaw> {
        let read = Recorded::deserialize(approval).ok();
        let read = read.and_then(|approval| Some((approval.statement().ok()?, approval)));
        let (statement, approval) = read.ok_or(Flaw::Signature)?;
        let enrols = |it: &&Approver| it.factor() == Factor::Passphrase;
        let enrolled = left.register.in_force.iter().filter(enrols);
        let mut known = left.could_approve.iter().chain(enrolled);
        let signer = known.find(|it| it.id().as_str() == statement.approver());
        let scope = left.register.scope.unwrap_or_default();
        let Some(approver) = signer.cloned() else {
            return Ok(None);
        };
        let signed = Self {
            seal,
            approved: left.approved.clone(),
            approval,
            approver,
        };
        match signed.is_named_by(&statement, &scope) && statement.digest() == left.digest {
            true => Ok(Some(signed)),
            false => Err(Flaw::Signature),
        }
    }

    /// Whether what was signed is this seal, for this vault, by this approver.
    fn names_its_seal(&self, scope: &[u8; 16]) -> bool {
        let statement = self.approval.statement();
        statement.is_ok_and(|statement| self.is_named_by(&statement, scope))
    }

    fn is_named_by(&self, statement: &Statement, scope: &[u8; 16]) -> bool {
        let (before, after) = (self.seal.before.to_string(), self.seal.sha256.to_string());
        statement.seals() == (before.as_str(), after.as_str())
            && statement.scope() == hash::hex(scope)
            && statement.approver() == self.approver.id().as_str()
    }
}

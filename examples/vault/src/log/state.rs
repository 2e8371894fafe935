//! The state that the log comes to: what is open, what the last changes left.

use std::collections::{BTreeMap, BTreeSet};

use openpass_approval::Approver;
use openpass_auth::Factor;
use openpass_policy::{Action, SealGrade};
use serde::{Deserialize, Serialize};

use super::{
    line::{Ended, Event, Facts, Prepared, Who},
    open::Open,
    repairs::{self, Repair},
    widened::{self, Widened},
};
use crate::{
    approved::{Approved, Forbids, ItemKind},
    approvers::Register,
    identity::{Adopted, Pin, Proven},
    seal::{self, Chain, Sealed},
};

/// The state that all genuine lines up to one come to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// Intents without an outcome, the oldest first.
    pub(crate) open: Vec<Open>,
    /// The approved state, as the last change left it that said so.
    #[serde(default)]
    pub(crate) approved: Option<Approved>,
    /// Whether older versions made a change, so that `baseline` says anything.
    pub(crate) known: bool,
    /// The items that older versions watched, as their last changes left them: each
    /// item's SHA-256. It is empty from the first change on that leaves `approved`.
    pub(crate) baseline: BTreeMap<String, String>,
    /// The guard's settings that somebody changed: since when, and who.
    pub(crate) since: BTreeMap<String, Since>,
    /// The number of damaged lines.
    pub(crate) damaged: u64,
    /// The number of damaged lines that a person has accepted.
    pub(crate) accepted: u64,
    /// The pin of the identity.
    #[serde(default)]
    pub(crate) pin: Pin,
    /// The last identity that was pinned by its own passphrase alone.
    #[serde(default)]
    pub(crate) adopted: Option<Adopted>,
    /// The last state that a proof pinned, where the pinned identity vouched for
    /// itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) proven: Option<Proven>,
    /// The last repairs, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) repairs: Vec<Repair>,
    /// The last fields that gave power, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) widened: Vec<Widened>,
    /// The damaged file that was set aside last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) set_aside: Option<SetAside>,
    /// The policy files that are approved, as far as lines say, and whether each
    /// holds a forbid.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) policies: Forbids,
    /// The kinds of which `approved` may not be the last that was: lines were
    /// missing or damaged, and nobody has accepted what there is since.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) in_doubt: BTreeSet<ItemKind>,
    /// The register of approvers.
    #[serde(default)]
    pub(crate) approvers: Register,
    /// The seals of what was approved.
    #[serde(default)]
    pub(crate) seals: Chain,
    /// The last change that a passphrase vouched for; the time without a passphrase
    /// begins there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) passphrase: Option<LastPassphrase>,
    /// The flaw in the seal of the last genuine line, if it has one.
    #[serde(skip)]
    pub(super) seal_flaw: Option<seal::Flaw>,
}

/// The last change that a passphrase vouched for; the first seal where none did since.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastPassphrase {
    /// The time at which the change was made, as RFC 3339.
    pub(crate) when: String,
    /// Whether the approvers have changed since.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub(crate) approvers_changed: bool,
}

/// A damaged file that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SetAside {
    /// The file, below `guard/`.
    pub(crate) file: String,
    /// The time at which the file was set aside, as RFC 3339.
    pub(crate) when: String,
}

/// The last change of a setting: its time, who made it, and the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Since {
    /// The time of the change, as RFC 3339.
    pub when: String,
    /// `the user`, or the agent that asked.
    pub who: String,
    /// The value that was set; `None` when it was removed.
    pub value: Option<String>,
}

impl State {
    /// Goes on by one genuine line.
    pub(crate) fn go_on(&mut self, facts: Facts) {
        // The id is given once, by the line that a first baseline was prepared on.
        self.approvers.scope = self.approvers.scope.or(facts.vault);
        let of = facts.agent();
        let (digest, seq) = (facts.digest.unwrap_or_default(), facts.seq);
        self.followed();
        match facts.event {
            Event::Intent { factor, approval } => {
                if let Some(approval) = &approval {
                    self.approvers.counted(approval);
                }
                self.open.push(Open {
                    of,
                    digest,
                    factor,
                    approval,
                    action: facts.action,
                    by: facts.principal,
                    changes: facts.changes,
                    ..Open::default()
                });
            }
            Event::Prepared(prepared) => self.prepared(digest, *prepared, seq),
            Event::Unconfirmed {} => {
                let open = self.open.iter_mut().find(|open| open.digest == digest);
                if let Some(open) = open {
                    open.unconfirmed = true;
                }
            }
            Event::Outcome { outcome } => self.ended(&digest, &outcome, &facts.ts),
            Event::Rotated { state, .. } => {
                self.becomes(*state);
                self.followed();
            }
            Event::Rekeyed { state, .. } => {
                self.becomes(*state);
                self.followed();
                // The line is what the change was to make.
                let made = |open: &&mut Open| {
                    open.prepared.is_some() && open.action.as_deref() == Some("rotateLogKey")
                };
                let made = self.open.iter_mut().filter(made);
                made.for_each(|open| open.unconfirmed = true);
            }
            Event::SetAside { file, state, .. } => {
                self.becomes(*state);
                self.followed();
                // Damage that was accepted already leaves no doubt anew.
                if self.is_damaged() {
                    self.doubt();
                }
                self.set_aside = Some(SetAside {
                    file,
                    when: facts.ts,
                });
            }
            Event::Refused {} | Event::Torn {} | Event::Unknown => {}
        }
    }

    /// The SHA-256 of every part that the approved state has, will have if what
    /// is open is made, has again once another identity is pinned, or had when an
    /// approver signed it last.
    pub(crate) fn parts(&self) -> BTreeSet<String> {
        let open = self.open.iter().filter_map(|open| open.prepared.as_ref());
        let open = open.filter_map(|prepared| prepared.approved.as_ref());
        let before = self.proven.iter().map(|proven| &proven.approved);
        let all = open.chain(&self.approved).chain(before);
        let all = all.flat_map(Approved::parts);
        let signed = self.seals.signed_parts();
        all.chain(signed).map(str::to_owned).collect()
    }

    /// Goes on from the state with which a file begins.
    ///
    /// INVARIANT (no damage makes anything easier): no more damage is accepted than there was.
    fn becomes(&mut self, state: Self) {
        *self = state;
        self.accepted = self.accepted.min(self.damaged);
    }

    /// The last seal, for people; `None` before the first one.
    pub(crate) fn sealed(&self) -> Option<Sealed> {
        self.seals.sealed(&self.approvers)
    }

    /// The grade of the last seal, for policy.
    pub(crate) fn seal_grade(&self) -> SealGrade {
        self.seals.grade(&self.approvers)
    }

    /// The state that one of the approvers signed last.
    pub(crate) fn signed(&self) -> Option<&Approved> {
        self.seals.signed(&self.approvers)
    }

    /// Whether lines are damaged that nobody has accepted.
    pub(crate) const fn is_damaged(&self) -> bool {
        self.damaged > self.accepted
    }

    /// Notes that lines may be missing.
    ///
    /// INVARIANT (a missing baseline makes nothing easier): an agent may have been
    /// lowered, and a token revoked, on one of them. What the others say of either is
    /// no approval until a person has seen what there is.
    pub(super) fn doubt(&mut self) {
        self.in_doubt = ItemKind::of_power();
        self.approvers.in_doubt = true;
    }

    /// Whether what is approved of this kind may not be the last that was.
    pub(crate) fn doubts(&self, kind: ItemKind) -> bool {
        !kind.decides() && (self.is_damaged() || self.in_doubt.contains(&kind))
    }

    /// Notes one more genuine line.
    pub(super) fn followed(&mut self) {
        self.open.iter_mut().for_each(Open::is_followed);
    }

    fn prepared(&mut self, digest: String, prepared: Prepared, seq: u64) {
        let known = self.open.iter().position(|open| open.digest == digest);
        // The intent may be on another log, if the host has its own.
        let mut open = known.map_or_else(Open::default, |place| self.open.remove(place));
        open.digest = digest;
        open.prepared = Some(prepared);
        (open.prepared_at, open.followed) = (seq, 0);
        open.unconfirmed = false;
        self.open.insert(known.unwrap_or(self.open.len()), open);
    }

    fn ended(&mut self, digest: &str, outcome: &Ended, when: &str) {
        let Some(place) = self.open.iter().position(|open| open.digest == digest) else {
            return;
        };
        let open = self.open.remove(place);
        if !matches!(outcome, Ended::Done) {
            return;
        }
        widened::note(&mut self.widened, &open, when);
        match open.action.as_deref() {
            Some("changeGuardSettings") => self.note_settings(&open, when),
            Some(action) => {
                let what = open.changes.first().map(|change| change.field.as_str());
                repairs::note(&mut self.repairs, action, what, when);
            }
            None => {}
        }
        let Some(prepared) = open.prepared else {
            return;
        };
        // INVARIANT: after the first seal nothing is left approved without one.
        if self.seals.last.is_some() && prepared.approved.is_none() {
            self.seal_flaw = Some(self.seals.is_unsealed());
            return;
        }
        let could_approve = self.approvers.in_force.clone();
        if let Some(adopted) = prepared.adopted {
            let when = when.to_owned();
            self.adopted = Some(Adopted { when, ..adopted });
            self.vouches_for_itself(prepared.approved.clone().unwrap_or_default());
        }
        if prepared.proves {
            self.proven = None;
        } else if let Some(pin) = &prepared.pin {
            self.note_exchange(pin, open.action.as_deref(), when);
        }
        if let Some(pin) = prepared.pin {
            self.pin = pin;
        }
        if let Some(approvers) = prepared.approvers {
            if self.approvers.has_another_passphrase_than(&approvers) {
                repairs::note(
                    &mut self.repairs,
                    Action::RenewApprover.as_str(),
                    None,
                    when,
                );
            }
            self.approvers.become_as(approvers);
        }
        if let Some(policies) = prepared.policies {
            self.policies = policies;
        }
        if let Some(approved) = prepared.approved {
            let left = seal::Left {
                approved: &approved,
                before: self.approved.as_ref(),
                could_approve: &could_approve,
                register: &self.approvers,
                pin: &self.pin,
                approval: open.approval.as_ref(),
                digest,
            };
            let seals = prepared.seal.is_some();
            self.seal_flaw = self.seals.go_on(prepared.seal, &left).err();
            self.approved = Some(approved);
            self.known = false;
            self.baseline.clear();
            self.note_passphrase(open.factor.as_deref(), seals, &could_approve, when);
        }
        // INVARIANT: a change whose seal does not fit takes no damage and no doubt away.
        if self.seal_flaw.is_none() {
            // What was never damaged cannot be accepted: damage that is taken away again, and
            // what is said of it, are no leave for damage to come.
            let accepted = prepared.accepts_damage.unwrap_or_default();
            self.accepted = self.accepted.max(accepted).min(self.damaged);
            self.in_doubt.retain(|kind| !prepared.knows.contains(kind));
        }
        if self.approved.is_some() || prepared.leaves.is_empty() {
            return;
        }
        self.known = true;
        for (item, left) in prepared.leaves {
            match left {
                Some(hash) => drop(self.baseline.insert(item, hash)),
                None => drop(self.baseline.remove(&item)),
            }
        }
    }

    /// Notes that another identity was exchanged for the pinned one, if `pin` is
    /// another's.
    ///
    /// INVARIANT (a missing line makes nothing easier): a pin that is another's on a
    /// line that does not say so was exchanged on a line that is missing. The identity
    /// that is pinned from then on vouched for itself, as far as is known.
    fn note_exchange(&mut self, pin: &Pin, action: Option<&str>, when: &str) {
        // A file that was wrapped anew holds the same key.
        if action == Some("rotatePassphrase") || !self.pin.is_exchanged_for(pin) {
            return;
        }
        if self
            .adopted
            .as_ref()
            .is_none_or(|it| it.after != pin.shown())
        {
            self.adopted = Some(Adopted {
                before: self.pin.shown(),
                after: pin.shown(),
                when: when.to_owned(),
            });
        }
        self.vouches_for_itself(self.approved.clone().unwrap_or_default());
    }

    /// Notes that another identity vouches for itself. The pin that it replaces was
    /// pinned by proof, unless an earlier one vouched for itself too.
    fn vouches_for_itself(&mut self, approved: Approved) {
        let (pin, approvers) = (self.pin.clone(), self.approvers.in_force.clone());
        self.proven.get_or_insert(Proven {
            pin,
            approved,
            approvers,
        });
    }

    /// The time without a passphrase begins with the last one, or with the first seal.
    ///
    /// INVARIANT: where the passphrase's key can approve, a passphrase is what that key
    /// signed. A line that only says so is none.
    fn note_passphrase(
        &mut self,
        factor: Option<&str>,
        seals: bool,
        could_approve: &[Approver],
        when: &str,
    ) {
        let in_force = &self.approvers.in_force;
        let has_key = in_force.iter().any(|it| it.factor() == Factor::Passphrase);
        let is_one = factor == Some(Factor::Passphrase.as_str())
            && (!has_key || self.seals.is_signed_by(Factor::Passphrase, &self.approvers));
        let changed = could_approve != in_force;
        match &mut self.passphrase {
            Some(last) if !is_one => last.approvers_changed |= changed,
            None if !is_one && !seals => {}
            last => {
                *last = Some(LastPassphrase {
                    when: when.to_owned(),
                    approvers_changed: changed && !is_one,
                });
            }
        }
    }

    fn note_settings(&mut self, open: &Open, when: &str) {
        let who = match &open.by {
            Some(Who {
                name: Some(name), ..
            }) => format!("agent {name}"),
            _ => "the user".to_owned(),
        };
        for change in &open.changes {
            let since = Since {
                when: when.to_owned(),
                who: who.clone(),
                value: change.after.clone(),
            };
            self.since.insert(change.field.clone(), since);
        }
    }
}

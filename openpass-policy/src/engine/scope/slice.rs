//! The policies that may matter for an operation, and what they answer.

use std::rc::Rc;

use cedar_policy::Policy;

use super::{
    Compared, Own, Role, Side,
    watched::{ENCODING, Hits, Watched},
};
use crate::{
    Authentication, Decision, Denial, Operation, PolicyId,
    engine::{PolicyEngine, deciding::Deciding, encode::Encoded, stack},
};

/// The policies that may matter for some operations.
pub(crate) struct Slice {
    /// The members among them, under their numbers.
    watched: Watched,
    before: Deciding,
    after: Deciding,
    /// Whether a policy that is no member looks at the time or the settings.
    others_look: bool,
}

/// One member alone.
pub(crate) struct Alone(Watched);

impl Slice {
    /// Returns the work to tell which members apply, counted in evaluations of a
    /// policy.
    pub(crate) fn work(&self) -> u64 {
        self.watched.work()
    }

    /// Whether the members that apply tell what is answered, where nothing but the time
    /// is another.
    pub(crate) const fn is_told_by_hits(&self) -> bool {
        !self.others_look
    }

    /// Returns the work of both decisions, counted in evaluations of a policy.
    pub(crate) fn work_to_decide(&self) -> u64 {
        let count = self.before.count() + self.after.count();
        3 * (2 * ENCODING + u64::try_from(count).unwrap_or(u64::MAX))
    }
}

impl Alone {
    /// Returns the work to tell whether the member applies, counted in evaluations of a
    /// policy.
    pub(crate) fn work(&self) -> u64 {
        self.0.work()
    }
}

/// An operation, encoded once for both engines.
pub(crate) struct Asked {
    /// The operation of a host that tells no time, as the one engine and the other see
    /// it.
    untimed: Option<[Result<Encoded, Denial>; 2]>,
    encoded: Result<Encoded, Denial>,
}

impl Compared<'_> {
    /// The policies that may matter for `operation`; `None` if no member is among
    /// them: both engines answer alike then.
    pub(crate) fn slice(&self, operation: &Operation) -> Option<Rc<Slice>> {
        // Without names in policy, both engines refuse.
        let asked = self.after.uids.addressed(operation.question()).ok()?;
        let untimed = operation.request().time.is_none() && self.one_needs_time();
        let all = self.own.iter().enumerate();
        let fitting = all.filter(|(_, own)| untimed || own.reach.may_be(&asked));
        let fitting: Vec<usize> = fitting.map(|(number, _)| number).collect();
        let own = |number: &usize| self.own.get(*number);
        if !fitting.iter().filter_map(own).any(Own::is_member) {
            return None;
        }
        let mut known = self.slices.borrow_mut();
        let slice = known.entry(fitting).or_insert_with_key(|fitting| {
            let fitting = fitting.iter();
            let fitting: Vec<_> = fitting
                .filter_map(|number| Some((*number, own(number)?)))
                .collect();
            Rc::new(self.made(&fitting))
        });
        Some(Rc::clone(slice))
    }

    /// Returns the work to find a slice, counted in evaluations of a policy.
    pub(crate) fn work_to_slice(&self) -> u64 {
        u64::try_from(self.own.len() / 16).unwrap_or(u64::MAX)
    }

    fn made(&self, fitting: &[(usize, &Own<'_>)]) -> Slice {
        let mut watched = Watched::default();
        for (number, own) in fitting.iter().filter(|(_, own)| own.is_member()) {
            watched.add(*number, own, self.engine(own.side).levels);
        }
        let of = |side: Side| {
            let here = fitting.iter().map(|(_, own)| own);
            let here = here.filter(|own| own.decides());
            // One engine beside itself has its policies once.
            let alone = core::ptr::eq(self.before, self.after);
            let here = here.filter(|own| alone || own.side == side);
            with_shipped(self.engine(side), here.map(|own| &*own.policy))
        };
        let mut others = fitting.iter().filter(|(_, own)| own.role == Role::Other);
        Slice {
            watched,
            others_look: others.any(|(_, own)| {
                own.looks.looks_within("context.time") || own.looks.looks_within("context.guard")
            }),
            before: of(Side::Before),
            after: of(Side::After),
        }
    }

    /// Returns one member alone, by its number.
    pub(crate) fn alone(&self, number: usize) -> Alone {
        let mut watched = Watched::default();
        if let Some(own) = self.own.get(number) {
            watched.add(number, own, self.engine(own.side).levels);
        }
        Alone(watched)
    }

    /// Encodes an operation. Engines of one host differ by their policies alone.
    pub(crate) fn ask(&self, operation: &Operation) -> Asked {
        let of = |side: Side| Encoded::new(self.engine(side), operation);
        let untimed = operation.request().time.is_none() && self.one_needs_time();
        Asked {
            untimed: untimed.then(|| [of(Side::Before), of(Side::After)]),
            encoded: of(Side::After),
        }
    }

    /// Asks about the same operation at another time and under other settings.
    pub(crate) fn retell(&self, asked: &mut Asked, other: &Operation) {
        let told = match &mut asked.encoded {
            Ok(encoded) => encoded.retold(self.after, other),
            Err(_) => return,
        };
        if let Err(denial) = told {
            asked.encoded = Err(denial);
        }
    }

    /// The numbers of the members that apply. Without any, both engines answer alike.
    pub(crate) fn hits(&self, asked: &Asked, slice: &Slice) -> Hits {
        if asked.untimed.is_some() {
            let timed = |(number, own): (usize, &Own<'_>)| {
                own.looks
                    .looks_within("context.time")
                    .then_some((0, number))
            };
            return Hits::of(self.members().filter_map(timed).collect());
        }
        let encoded = asked.encoded.as_ref();
        encoded.map_or_else(|_| Hits::default(), |it| slice.watched.hits(self.after, it))
    }

    /// Whether a member applies to `operation`.
    pub(crate) fn applies(&self, alone: &Alone, operation: &Operation) -> bool {
        let encoded = Encoded::new(self.after, operation);
        encoded.is_ok_and(|it| !alone.0.hits(self.after, &it).is_empty())
    }

    /// Returns the decision of one engine. Notes the policies that cannot be evaluated.
    pub(crate) fn decide(
        &self,
        side: Side,
        asked: &Asked,
        slice: &Slice,
        failing: &mut Vec<PolicyId>,
    ) -> Decision {
        let engine = self.engine(side);
        let decision = stack::for_levels(engine.levels, || {
            engine.three_way(asked.of(side)?, slice.of(side))
        });
        let decision = decision.unwrap_or_else(Decision::Deny);
        if let Decision::Deny(Denial::PolicyErrors { policies }) = &decision {
            failing.extend_from_slice(policies);
        }
        decision
    }

    /// Whether `given` is enough for one engine.
    pub(crate) fn takes(
        &self,
        side: Side,
        asked: &Asked,
        slice: &Slice,
        given: impl Into<Authentication>,
    ) -> bool {
        let (engine, given) = (self.engine(side), given.into());
        let taken = stack::for_levels(engine.levels, || {
            engine.suffices(asked.of(side)?, given, slice.of(side))
        });
        taken.is_ok()
    }
}

impl Asked {
    fn of(&self, side: Side) -> Result<&Encoded, Denial> {
        let of_side = match (&self.untimed, side) {
            (Some([before, _]), Side::Before) => before,
            (Some([_, after]), Side::After) => after,
            (None, _) => &self.encoded,
        };
        of_side.as_ref().map_err(Clone::clone)
    }
}

impl Slice {
    const fn of(&self, side: Side) -> &Deciding {
        match side {
            Side::Before => &self.before,
            Side::After => &self.after,
        }
    }
}

/// INVARIANT: a policy whose scope does not fit decides nothing and cannot fail, so
/// that an engine decides the same without it.
fn with_shipped<'p>(engine: &'p PolicyEngine, own: impl Iterator<Item = &'p Policy>) -> Deciding {
    let all = engine.shipped.policies().chain(own);
    // Two policies of an engine never have one id.
    Deciding::apart(all.map(|policy| (policy, engine.blind.contains(policy.id()))))
        .unwrap_or_else(|| Deciding::together(engine.policies.whole().clone()))
}

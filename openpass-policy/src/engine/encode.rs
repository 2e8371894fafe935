//! From an operation to Cedar's request and entities.

mod context;
mod entities;
mod known;
mod own;
mod uids;

use std::sync::{Arc, Mutex, PoisonError};

use cedar_policy::{Context, Entities, Request, RestrictedExpression};

use super::{PolicyEngine, reach::Addressed};
use crate::{
    Authentication, Denial, Operation, OperationError, Powers, Standing, operation::Question,
};

pub(super) use {known::Known, uids::Uids};

/// A question as Cedar sees it, but for what vouches for it.
pub(super) struct Encoded {
    addressed: Addressed,
    entities: Entities,
    context: context::Pairs,
    /// The requests that were asked for, the first of them held against the schema.
    requests: Mutex<Vec<(Authentication, Request)>>,
    /// Whether policies of a user's own decide too.
    pub(super) own_policies: bool,
}

/// Encodes an operation, unless the engine has just done so.
pub(super) fn encoded(
    engine: &PolicyEngine,
    operation: &Operation,
) -> Result<Arc<Encoded>, Denial> {
    check(engine, operation)?;
    let question = operation.question();
    engine
        .known
        .or_encode(question, || Encoded::of(engine, question))
}

/// Whether policy can be asked about the operation at all.
fn check(engine: &PolicyEngine, operation: &Operation) -> Result<(), Denial> {
    engine.fits(operation).map_err(Denial::invalid)?;
    context::tells_time(engine, operation.question())
}

impl Encoded {
    #[cfg(feature = "author")]
    pub(super) fn new(engine: &PolicyEngine, operation: &Operation) -> Result<Self, Denial> {
        check(engine, operation)?;
        Self::of(engine, operation.question())
    }

    fn of(engine: &PolicyEngine, question: &Question) -> Result<Self, Denial> {
        let uids = &engine.uids;
        let addressed = uids.addressed(question)?;
        Ok(Self {
            entities: entities::entities(uids, &engine.schema, question, &addressed)?,
            context: context::context(engine, question)?,
            requests: Mutex::default(),
            addressed,
            own_policies: question.is_for_own_policies(),
        })
    }

    /// Changes the question's context to that of another time and other settings.
    #[cfg(feature = "author")]
    pub(super) fn retold(
        &mut self,
        engine: &PolicyEngine,
        other: &Operation,
    ) -> Result<(), Denial> {
        context::tells_time(engine, other.question())?;
        self.context = context::context(engine, other.question())?;
        self.requests = Mutex::default();
        Ok(())
    }

    /// The principal, the action and the resource.
    pub(super) const fn addressed(&self) -> &Addressed {
        &self.addressed
    }

    pub(super) const fn entities(&self) -> &Entities {
        &self.entities
    }

    /// The request with `given` to vouch for it.
    pub(super) fn request(
        &self,
        engine: &PolicyEngine,
        given: Authentication,
    ) -> Result<Request, Denial> {
        // Each that is there was made whole.
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = requests.iter().find(|(known, _)| *known == given) {
            return Ok(known.clone());
        }
        let request = self.new_request(engine, given, requests.is_empty())?;
        requests.push((given, request.clone()));
        Ok(request)
    }

    /// Makes a request. The first is checked against the schema: without, Cedar takes
    /// unknown enum values.
    ///
    /// INVARIANT: the requests of one question differ by `context.authentication` alone.
    /// It is made of two values that each fit the schema whatever the action, as a test
    /// shows of all of them, so that where one request fits, each does.
    fn new_request(
        &self,
        engine: &PolicyEngine,
        given: Authentication,
        is_first: bool,
    ) -> Result<Request, Denial> {
        let uids = &engine.uids;
        let factor = uids.value("AuthFactor", given.factor().as_str())?;
        let approver = uids.value("ApproverKind", given.approver().as_str())?;
        let authentication = record([("factor", factor), ("approver", approver)])?;
        let pairs = self
            .context
            .iter()
            .cloned()
            .chain([("authentication".to_owned(), authentication)]);
        let context = Context::from_pairs(pairs).map_err(invalid)?;
        let Addressed {
            principal,
            action,
            resource,
        } = self.addressed.clone();
        let schema = is_first.then_some(&engine.schema);
        Request::new(principal, action, resource, context, schema).map_err(invalid)
    }
}

fn invalid(error: impl core::fmt::Display) -> Denial {
    Denial::InvalidRequest {
        problems: OperationError::of_cedar(error),
    }
}

fn record<const N: usize>(
    fields: [(&str, RestrictedExpression); N],
) -> Result<RestrictedExpression, Denial> {
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    RestrictedExpression::new_record(fields).map_err(invalid)
}

fn text(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

fn rank(standing: Standing) -> RestrictedExpression {
    RestrictedExpression::new_long(i64::from(standing.rank()))
}

fn powers(uids: &Uids, powers: Powers) -> Result<RestrictedExpression, Denial> {
    let powers = powers.iter();
    let powers = powers.map(|power| uids.value("Power", power.as_str()));
    let powers = powers.collect::<Result<Vec<_>, _>>()?;
    Ok(RestrictedExpression::new_set(powers))
}

#[cfg(test)]
mod tests;

//! The context of a question, but for what vouches for it.

use cedar_policy::RestrictedExpression;

use super::{Uids, entities::held, invalid, own, powers, rank, record};
use crate::{
    Channel, Denial,
    engine::PolicyEngine,
    operation::{Extra, Question},
};

pub(super) type Pairs = Vec<(String, RestrictedExpression)>;

/// INVARIANT: nothing but the engine's schema, and who is a person, counts beside the
/// question.
pub(super) fn context(engine: &PolicyEngine, question: &Question) -> Result<Pairs, Denial> {
    let mut pairs = common(engine, question)?;
    pairs.extend(of_the_action(&engine.uids, question)?);
    Ok(pairs)
}

/// The parts that every action's context has.
fn common(engine: &PolicyEngine, question: &Question) -> Result<Pairs, Denial> {
    let (request, uids) = (&question.request, &engine.uids);
    if let Channel::Host(name) = &request.channel
        && Channel::SHIPPED
            .iter()
            .any(|shipped| shipped.as_str() == name)
    {
        return Err(invalid("a host's channel has the name of a shipped one"));
    }
    let settings = request.settings;
    let guard = record([
        ("stepUp", uids.value("StepUp", settings.step_up.as_str())?),
        (
            "unattended",
            uids.value("Unattended", settings.unattended.as_str())?,
        ),
        ("sealed", uids.value("SealGrade", settings.sealed.as_str())?),
    ])?;
    let requester = engine.requester(&request.principal);
    Ok(vec![
        ("time".to_owned(), time(question)?),
        (
            "channel".to_owned(),
            uids.value("Channel", request.channel.as_str())?,
        ),
        ("requester".to_owned(), uids.value("Requester", requester)?),
        (
            "attended".to_owned(),
            RestrictedExpression::new_bool(request.attended),
        ),
        ("guard".to_owned(), guard),
    ])
}

/// The parts that the context of this action has besides.
fn of_the_action(uids: &Uids, question: &Question) -> Result<Pairs, Denial> {
    Ok(match &question.extra {
        Extra::None => Vec::new(),
        Extra::Host(own) => own::pairs(uids, &own.context).map_err(Denial::invalid)?,
        &Extra::Standing {
            before,
            after,
            gained,
        } => {
            let tier = record([("before", rank(before)), ("after", rank(after))])?;
            let held = powers(uids, held(before.powers))?;
            let powers = record([("held", held), ("gained", powers(uids, gained)?)])?;
            vec![("tier".to_owned(), tier), ("powers".to_owned(), powers)]
        }
        Extra::Value { before, after } => {
            let value = record([
                ("before", uids.value("ConfigValue", before.as_str())?),
                ("after", uids.value("ConfigValue", after.as_str())?),
            ])?;
            vec![("value".to_owned(), value)]
        }
        Extra::Method { before, after } => {
            let method = record([
                ("before", uids.value("AuthMethod", before.as_str())?),
                ("after", uids.value("AuthMethod", after.as_str())?),
            ])?;
            vec![("method".to_owned(), method)]
        }
    })
}

/// Whether the time of day is told, where a policy that decides looks at it.
pub(super) fn tells_time(engine: &PolicyEngine, question: &Question) -> Result<(), Denial> {
    if question.request.time.is_none() && engine.needs_time() && question.is_for_own_policies() {
        return Err(Denial::NoTime {
            policies: engine.need_time.clone(),
        });
    }
    Ok(())
}

/// The time of day. Where the host does not tell it, no policy that decides looks at it,
/// and any will do.
fn time(question: &Question) -> Result<RestrictedExpression, Denial> {
    let time = question.request.time;
    let (minute, weekday) = time.map_or((0, 1), |time| (time.minute_of_day(), time.weekday()));
    record([
        ("minuteOfDay", RestrictedExpression::new_long(minute.into())),
        ("weekday", RestrictedExpression::new_long(weekday.into())),
    ])
}

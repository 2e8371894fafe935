//! Finds policies that take a proof and refuse a stronger proof, each with an operation
//! for which this is so.

use super::{FindingKind, Found};
use crate::{
    Action, AgentRef, AuthFactor, Authentication, Channel, Effect, FieldChange, GuardSettings,
    Operation, PolicyEngine, Request, StateDigest, Tier, WallTime,
    author::explain::who,
    engine::OwnPolicy,
    factor::stronger,
    operation::{After, Before, Direction},
};

/// The most policies that are tried: each is asked about every sample.
const MOST: usize = 16;
/// The times for which samples are asked: noon, night, and a Sunday.
const TIMES: [(u8, u16); 3] = [(3, 720), (3, 180), (7, 720)];

/// Tries policies with proofs of different strength.
pub(super) struct Proofs<'a> {
    engine: &'a PolicyEngine,
    left: usize,
    samples: Vec<Operation>,
}

impl<'a> Proofs<'a> {
    pub(super) const fn new(engine: &'a PolicyEngine) -> Self {
        Self {
            engine,
            left: MOST,
            samples: Vec::new(),
        }
    }

    /// Says so where `policy` refuses a stronger proof.
    pub(super) fn tell(&mut self, policy: &OwnPolicy, found: &mut Found<'_>) {
        if !["AuthFactor", "ApproverKind"]
            .iter()
            .any(|it| policy.text.contains(it))
        {
            return;
        }
        let Some(left) = self.left.checked_sub(1) else {
            return;
        };
        self.left = left;
        if self.samples.is_empty() {
            self.samples = samples();
        }
        let Some(engine) = self.engine.with_only(&policy.id) else {
            return;
        };
        let timed = !engine.looking_at_the_time().is_empty();
        let mut samples = self.samples.iter();
        let first = WallTime::new(TIMES[0].0, TIMES[0].1);
        let tried = samples.find_map(|operation| {
            let asked = timed || operation.request().time == first;
            let (weaker, stronger) = asked.then(|| refused(&engine, operation))??;
            Some((operation, weaker, stronger))
        });
        if let Some((operation, weaker, stronger)) = tried {
            found.whole(
                FindingKind::RefusesStrongerProof,
                format!(
                    "it refuses the stronger proof: {} may {} with `{weaker}`, and not with \
                     `{stronger}`",
                    who(operation.request()),
                    operation.summary(),
                ),
                cure(&policy.text, weaker, stronger),
            );
        }
    }
}

/// Says what to write so that the stronger proof is taken too.
fn cure(policy: &str, weaker: Authentication, stronger: Authentication) -> String {
    let (less, more) = (weaker.factor(), stronger.factor());
    let by_factor = less != more && !policy.contains("ApproverKind");
    match by_factor || !stronger.is_signed() {
        true => format!(
            "take both: `[OpenPass::AuthFactor::\"{more}\", \
             OpenPass::AuthFactor::\"{less}\"].contains(context.authentication.factor)`"
        ),
        false => format!(
            "take it signed too: name `OpenPass::ApproverKind::\"{}\"` where \
             `context.authentication.approver` is looked at, or do not look at it",
            stronger.approver()
        ),
    }
}

/// Finds a proof that is enough, and a stronger proof that is not.
fn refused(
    engine: &PolicyEngine,
    operation: &Operation,
) -> Option<(Authentication, Authentication)> {
    let asks_a_person =
        |given: Authentication| !matches!(given.factor(), AuthFactor::Confirm | AuthFactor::Waived);
    let mut known: Vec<(Authentication, bool)> = Vec::new();
    let mut is_enough = |given: Authentication| match known.iter().find(|it| it.0 == given) {
        Some((_, enough)) => *enough,
        None => {
            let enough = engine.decide_with(operation, given).is_ok();
            known.push((given, enough));
            enough
        }
    };
    let can_have = |given: Authentication| engine.can_have(given.factor());
    let mut pairs: Vec<(Authentication, Authentication)> = stronger().collect();
    pairs.reverse();
    // What is not signed is what most rules are about.
    pairs.sort_by_key(|(_, stronger)| stronger.is_signed());
    let mut pairs = pairs.into_iter().filter(|(weaker, stronger)| {
        asks_a_person(*weaker) && can_have(*weaker) && can_have(*stronger)
    });
    pairs.find(|(weaker, stronger)| is_enough(*weaker) && !is_enough(*stronger))
}

/// An operation of each kind, by the person and by an agent, at some times.
fn samples() -> Vec<Operation> {
    let settings = GuardSettings::default();
    let asker = AgentRef::new("agent", Tier::Admin, true);
    let target = AgentRef::new("codex", Tier::Standard, true);
    let requests = [
        Request::by_person("", settings),
        Request::by_agent(asker, Channel::Mcp, "", settings),
    ];
    let mut all = Vec::new();
    for time in TIMES {
        for request in &requests {
            let request = request.clone().at(WallTime::new(time.0, time.1));
            let sample = |action| Operation::sample(&action, request.clone(), &target, effect);
            all.extend(Action::ALL.into_iter().filter_map(sample));
        }
    }
    all
}

fn effect(direction: Direction) -> Effect {
    let change = FieldChange::new("field", Before(None), After(None), direction);
    Effect::new(vec![change], StateDigest::of(&[]))
}

//! The lint beside the solver: what the lint calls dead, no request brings to life.
//!
//! `OPENPASS_LINT_SETS` sets how many sets are made; the default is for every run.

use std::path::Path;

use super::{
    STACK, VerifyError, possible,
    prover::{Answer, Prover},
    solver,
};
use crate::{
    PolicyEngine, PolicySource,
    author::{FindingKind, KnownNames},
};

/// The number of sets, if `OPENPASS_LINT_SETS` sets no other.
const SETS: u64 = 60;
/// The lint finds at least so many of a hundred policies that the solver finds dead.
const FLOOR: usize = 80;

/// The numbers of policies by what came of them.
#[derive(Debug, Default)]
struct Count {
    alive: usize,
    dead: usize,
    /// The dead policies that the lint finds.
    found: usize,
    unknown: usize,
}

fn on_a_large_stack<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        thread.spawn_scoped(scope, run).unwrap().join().unwrap()
    })
}

/// Holds what the lint says of `engine` against the solver.
fn compare(engine: &PolicyEngine, prover: &mut Prover, text: &str, count: &mut Count) {
    let findings = engine.lint(&KnownNames::default()).unwrap();
    let may_fail = engine.own_policies().into_iter().filter(|it| it.may_fail);
    let may_fail: Vec<_> = may_fail.map(|it| it.id.clone()).collect();
    for policy in engine.cedar().policies() {
        let id = policy.id().to_string();
        let Some(info) = engine
            .policies()
            .find(|it| it.id.as_str() == id && !it.shipped)
        else {
            continue;
        };
        let of = |kind| {
            findings
                .iter()
                .any(|it| it.policy == info.id && it.kind == kind)
        };
        assert!(!of(FindingKind::NotChecked), "{text}");
        let says_dead = of(FindingKind::NeverApplies);
        let bounded = possible::only_for(policy).unwrap();
        match prover.never_matches(&bounded) {
            Ok(Answer::Fails(_)) => {
                assert!(
                    !says_dead,
                    "the solver brings {id} to life:\n{text}\n{findings:#?}"
                );
                count.alive += 1;
            }
            // Of one that may fail nothing is said: where it fails, it denies.
            Ok(Answer::Holds) if may_fail.contains(&info.id) => {}
            Ok(Answer::Holds) => {
                count.dead += 1;
                count.found += usize::from(says_dead);
            }
            Ok(Answer::Unknown(_)) => count.unknown += 1,
            Err(error) => panic!("{error}\n{text}"),
        }
    }
}

fn prover(engine: &PolicyEngine) -> Result<Prover, VerifyError> {
    Prover::new(&solver::locate(None)?, solver::PER_QUERY, engine.schema())
}

#[test]
fn a5_what_the_lint_calls_dead_the_solver_cannot_bring_to_life() {
    let sets = std::env::var("OPENPASS_LINT_SETS");
    let sets: u64 = sets.map_or(SETS, |number| number.parse().unwrap());
    let count = on_a_large_stack(|| {
        let mut count = Count::default();
        let mut prover = prover(&PolicyEngine::shipped().unwrap()).unwrap();
        for seed in 0..sets {
            let text = Dice(seed).set();
            let source = PolicySource::new("set.cedar", text.as_str());
            // What Cedar's own type checker finds impossible does not load.
            if let Ok(engine) = PolicyEngine::with_policies(&[source]) {
                compare(&engine, &mut prover, &text, &mut count);
            }
        }
        count
    });
    println!("{sets} sets: {count:?}");
    let (dead, found) = (count.dead, count.found);
    assert!(count.alive > 0 && dead > 0, "{count:?}");
    assert!(
        found * 100 >= dead * FLOOR,
        "the lint finds {found} of {dead}"
    );
}

#[test]
fn a5_the_recipes_are_alive_to_both() {
    let count = on_a_large_stack(|| {
        let mut count = Count::default();
        let mut prover = prover(&PolicyEngine::shipped().unwrap()).unwrap();
        for file in Path::new("../docs/policy/recipes").read_dir().unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|it| it == "cedar") {
                let text = std::fs::read_to_string(&path).unwrap();
                let source = PolicySource::new("recipe.cedar", text.as_str());
                let engine = PolicyEngine::with_policies(&[source]).unwrap();
                compare(&engine, &mut prover, &text, &mut count);
            }
        }
        count
    });
    assert!(count.alive >= 10 && count.dead == 0, "{count:?}");
}

/// Random policies, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }

    fn of<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.roll(words.len())]
    }

    /// Two policies.
    fn set(&mut self) -> String {
        (0..2).map(|number| self.policy(number)).collect()
    }

    fn policy(&mut self, number: usize) -> String {
        let agents = self.roll(2) == 0;
        let principal = match (agents, self.roll(3)) {
            (true, 0) => "principal == OpenPass::Agent::\"codex\"",
            (true, _) => "principal is OpenPass::Agent",
            (false, 0) => "principal is OpenPass::User",
            (false, _) => "principal",
        };
        let profiles = self.roll(2) == 0;
        let action = match (profiles, self.roll(2)) {
            (true, 0) => "action == OpenPass::Action::\"widenAgent\"",
            (true, _) => {
                "action in [OpenPass::Action::\"addAgent\", OpenPass::Action::\"removeAgent\"]"
            }
            (false, 0) => "action == OpenPass::Action::\"setConfigKey\"",
            (false, _) => "action",
        };
        let mut text = format!("@id(\"p{number}\") forbid ({principal}, {action}, resource)");
        for _ in 0..self.roll(3) {
            let keyword = self.of(&["when", "when", "unless"]);
            let body = self.condition(3, profiles, agents);
            text += &format!("\n{keyword} {{ {body} }}");
        }
        text + ";\n"
    }

    fn condition(&mut self, depth: usize, profiles: bool, agents: bool) -> String {
        if depth == 0 {
            return self.atom(profiles, agents);
        }
        let inner = |dice: &mut Self| dice.condition(depth - 1, profiles, agents);
        match self.roll(7) {
            0 | 1 => {
                let (a, b) = (inner(self), inner(self));
                format!("({a} && {b})")
            }
            2 => {
                let (a, b) = (inner(self), inner(self));
                format!("({a} || {b})")
            }
            3 => format!("!({})", inner(self)),
            4 => {
                let (a, b, c) = (inner(self), inner(self), inner(self));
                format!("(if {a} then {b} else {c})")
            }
            _ => self.atom(profiles, agents),
        }
    }

    fn atom(&mut self, profiles: bool, agents: bool) -> String {
        let order = self.of(&["<", "<=", ">", ">=", "==", "!="]);
        let number = self.of(&[
            "0",
            "1",
            "2",
            "3",
            "5",
            "7",
            "360",
            "1320",
            "1439",
            "2200",
            "-1",
            "9223372036854775807",
            "-9223372036854775808",
        ]);
        match self.roll(10) {
            0 | 1 => format!("context.time.minuteOfDay {order} {number}"),
            2 => format!("context.time.weekday {order} {number}"),
            3 if profiles => format!("context.tier.after {order} {number}"),
            4 if profiles => format!("context.tier.before {order} context.tier.after"),
            5 if agents => format!("principal.tier {order} {number}"),
            6 if agents => "principal.canManageConfig".to_owned(),
            7 => format!("context.time.weekday + 1 {order} {number}"),
            8 => {
                let channel = self.of(&["cli", "mcp", "other"]);
                format!("context.channel == OpenPass::Channel::\"{channel}\"")
            }
            9 => {
                let (one, two) = (self.roll(9), self.roll(9));
                format!("[{one}, {two}].contains(context.time.weekday)")
            }
            _ => {
                let requester = self.of(&["person", "agent"]);
                match self.roll(3) {
                    0 => "context.attended".to_owned(),
                    1 => format!("context.requester == OpenPass::Requester::\"{requester}\""),
                    _ => "principal == OpenPass::Agent::\"codex\"".to_owned(),
                }
            }
        }
    }
}

use super::{super::WhatIf, *};
use crate::{
    Action, AgentRef, AuthFactor, Channel, Decision, Direction, Effect, FieldChange, GuardSettings,
    PolicySource, Request, SealGrade, StateDigest, Tier, WallTime,
};

/// How many sets of policies there are.
const CASES: u64 = 24;

/// A sequence of numbers that is the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one_of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.below(all.len())]
    }
}

const SCOPES: [&str; 6] = [
    "principal, action, resource",
    "principal, action, resource",
    "principal is OpenPass::Agent, action, resource",
    "principal is OpenPass::User, action, resource",
    r#"principal == OpenPass::Agent::"claude", action, resource"#,
    r#"principal, action in OpenPass::Action::"critical", resource"#,
];

const CONDITIONS: [&str; 20] = [
    "",
    "",
    "when { context.time.minuteOfDay > 1080 }",
    "when { context.time.weekday > 5 }",
    r#"when { context.channel == OpenPass::Channel::"mcp" }"#,
    r#"when { context.channel == OpenPass::Channel::"cli" }"#,
    "when { context.attended }",
    "unless { context.attended }",
    r#"unless { context.guard.stepUp == OpenPass::StepUp::"confirm" }"#,
    r#"when { context.guard.unattended == OpenPass::Unattended::"passphrase" }"#,
    r#"unless { context.guard.sealed == OpenPass::SealGrade::"signed" }"#,
    r#"when { context.authentication.factor == OpenPass::AuthFactor::"none" }"#,
    r#"unless { context.authentication.factor == OpenPass::AuthFactor::"biometry" }"#,
    r#"when { context.authentication.factor == OpenPass::AuthFactor::"passphrase" }"#,
    r#"when { context.authentication.approver == OpenPass::ApproverKind::"none" }"#,
    "when { principal is OpenPass::Agent && !principal.canManageConfig }",
    r#"when { context.requester == OpenPass::Requester::"agent" || context.attended }"#,
    "when { context.time.weekday + 9223372036854775807 > 0 }",
    r#"when { context.authentication.factor == OpenPass::AuthFactor::"biometry"
        && context.time.weekday + 9223372036854775807 > 0 }"#,
    r#"when { context.authentication.approver == OpenPass::ApproverKind::"enclave"
        && context.time.weekday + 9223372036854775807 > 0 }"#,
];

fn closed(number: usize) -> String {
    format!("@id(\"closed-{number}\") forbid (principal, action, resource);\n")
}

fn policies(numbers: &mut Numbers) -> String {
    let mut text = String::new();
    for number in 0..numbers.below(5) {
        let effect = numbers.one_of(&["forbid", "forbid", "forbid", "permit"]);
        let (scope, condition) = (numbers.one_of(&SCOPES), numbers.one_of(&CONDITIONS));
        text += &format!("@id(\"own-{number}\") {effect} ({scope}) {condition};\n");
    }
    text
}

fn effect(direction: Direction) -> Effect {
    let change = FieldChange::new(
        "canWrite",
        crate::Before(Some("false".to_owned())),
        crate::After(Some("true".to_owned())),
        direction,
    );
    Effect::new(vec![change], StateDigest::of(&[b"before", b"after"]))
}

fn agent(name: &str, can_manage_config: bool) -> AgentRef {
    AgentRef::new(name, Tier::Standard, can_manage_config)
}

fn request(numbers: &mut Numbers) -> Request {
    let settings = GuardSettings::default();
    let mut request = match numbers.below(3) {
        0 => Request::by_person("v", settings),
        1 => Request::by_agent(agent("claude", false), Channel::Mcp, "v", settings),
        _ => Request::by_agent(agent("claude", true), Channel::Mcp, "v", settings),
    };
    request.attended = numbers.below(2) == 0;
    if numbers.below(3) == 0 {
        request.settings = request.settings.sealed(SealGrade::Signed);
    }
    let time = [
        None,
        WallTime::new(1, 600),
        WallTime::new(2, 1400),
        WallTime::new(7, 600),
    ];
    request.at(time[numbers.below(time.len())])
}

fn operation(numbers: &mut Numbers) -> Operation {
    let actions = [
        Action::WidenAgent,
        Action::WidenAgent,
        Action::List,
        Action::ApplyPolicy,
        Action::RemovePolicy,
    ];
    let (first, request) = (numbers.below(actions.len()), request(numbers));
    let target = agent(numbers.one_of(&["codex", "claude"]), false);
    // An agent does not differ from its own profile.
    let target = match &request.principal {
        crate::Principal::Agent(asking) if asking.name == target.name => asking.clone(),
        _ => target,
    };
    let sample = |number: usize| {
        Operation::sample(&actions[number], request.clone(), &target, effect).unwrap()
    };
    let operation = sample(first);
    match numbers.below(4) {
        0 => operation.coming_to([sample(numbers.below(actions.len()))]),
        _ => operation,
    }
}

/// Tries every set of at most three changes, of which one kind is the removal of any
/// policy.
fn plain(
    engine: &PolicyEngine,
    operation: &Operation,
    given: Option<Authentication>,
) -> Vec<Vec<WhatIf>> {
    let search = Search::new(engine, operation, given);
    let own = engine.policies().filter(|policy| !policy.shipped);
    let own = own.map(|policy| WhatIf::Without(policy.id.clone()));
    let all: Vec<WhatIf> = search.candidates.iter().cloned().chain(own).collect();
    let mut engines = BTreeMap::new();
    let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..3 {
        let mut longer = Vec::new();
        for set in &sets {
            for next in set.last().map_or(0, |last| last + 1)..all.len() {
                let clash = set.iter().any(|one| {
                    mem::discriminant(&all[*one]) == mem::discriminant(&all[next])
                        && !matches!(all[next], WhatIf::Without(_))
                });
                if !clash {
                    longer.push([set.as_slice(), &[next]].concat());
                }
            }
        }
        sets = longer;
        let mut found = Vec::new();
        for set in &sets {
            let changes: Vec<WhatIf> = set.iter().map(|one| all[*one].clone()).collect();
            let mut without = Vec::new();
            for change in &changes {
                if let WhatIf::Without(id) = change {
                    without.push(id.clone());
                }
            }
            let fewer = engines
                .entry(without.clone())
                .or_insert_with(|| engine.without(&without).unwrap().into_owned());
            let case = search.case.with(&changes);
            let allowed = match case.given() {
                Some(given) => fewer.decide_with(case.operation(), given).is_ok(),
                None => !matches!(fewer.decide(case.operation()), Decision::Deny(_)),
            };
            if allowed {
                found.push(changes);
            }
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

#[test]
fn it_finds_what_trying_everything_finds_in_the_same_order() {
    let (mut sizes, mut with_removals) = ([0; 4], 0);
    for seed in 0..CASES {
        let mut numbers = Numbers(seed * 7919 + 1);
        let text = match seed {
            // More than can be removed together.
            0 => (0..4).map(closed).collect::<String>(),
            _ => policies(&mut numbers),
        };
        let own = [PolicySource::new("own.cedar", text.as_str())];
        let own = if text.is_empty() { &[] } else { own.as_slice() };
        let engine = PolicyEngine::with_policies(own).unwrap();
        for _ in 0..3 {
            let operation = operation(&mut numbers);
            let given = match numbers.below(4) {
                0 => Some(Authentication::unsigned(AuthFactor::Confirm)),
                1 => Some(Authentication::unsigned(AuthFactor::Passphrase)),
                2 => Some(Authentication::signed(AuthFactor::Biometry)),
                _ => None,
            };
            let refused = match given {
                Some(given) => engine.decide_with(&operation, given).is_err(),
                None => matches!(engine.decide(&operation), Decision::Deny(_)),
            };
            if !refused {
                continue;
            }
            let found = search(&engine, &operation, given);
            let wanted = plain(&engine, &operation, given);
            assert_eq!(found, wanted, "{seed}: {text}{operation:#?} {given:?}");
            sizes[found.first().map_or(0, Vec::len)] += 1;
            let removal = |change: &WhatIf| matches!(change, WhatIf::Without(_));
            with_removals += usize::from(found.iter().flatten().any(removal));
        }
    }
    // Every size came, and none at all.
    assert!(sizes.iter().all(|count| *count > 0), "{sizes:?}");
    assert!(with_removals > 10, "{with_removals}");
}

/// The work of a search where `count` such policies are in the way.
fn work(count: usize, condition: &str, given: Option<AuthFactor>) -> (usize, usize) {
    let mut text = String::new();
    for number in 0..count {
        text += &format!("@id(\"p{number}\") forbid (principal, action, resource) {condition};\n");
    }
    let engine = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", text)]).unwrap();
    let request = Request::by_person("v", GuardSettings::default()).at(WallTime::new(1, 1400));
    let target = agent("codex", false);
    let operation = Operation::sample(&Action::WidenAgent, request, &target, effect).unwrap();
    let mut search = Search::new(&engine, &operation, given.map(Into::into));
    let found = search.run();
    (search.trials.work.get(), found.len())
}

#[test]
fn a_hundred_policies_in_the_way_take_at_most_five_times_the_work_of_one() {
    let by_night = "when { context.time.minuteOfDay > 1080 }";
    for condition in ["", by_night] {
        for given in [None, Some(AuthFactor::Biometry)] {
            let (one, found) = work(1, condition, given);
            assert!(found > 0);
            let (hundred, found) = work(100, condition, given);
            assert_eq!(found > 0, !condition.is_empty());
            assert!(
                hundred <= 5 * one,
                "{condition} {given:?}: {hundred}, and {one} with one"
            );
        }
    }
}

use core::{fmt::Write as _, str::FromStr as _};
use std::sync::Arc;

use cedar_policy::{PolicyId as CedarPolicyId, PolicySet};

use super::{KEPT, Sliced};
use crate::{
    Action, AgentRef, AuthFactor, Entity, GuardSettings, Operation, Principal, Request,
    StateDigest, Tier,
    catalogue::unspecific,
    engine::{
        PolicyEngine, encode,
        evaluate::{Answer, Evaluated},
    },
};

const PRINCIPALS: [&str; 9] = [
    "principal",
    "principal == OpenPass::User::\"owner\"",
    "principal == OpenPass::Agent::\"codex\"",
    "principal == OpenPass::Agent::\"other\"",
    "principal is OpenPass::User",
    "principal is OpenPass::Agent",
    "principal in OpenPass::Agent::\"codex\"",
    "principal is OpenPass::Agent in OpenPass::Agent::\"codex\"",
    "principal is OpenPass::User in OpenPass::Agent::\"codex\"",
];
const ACTIONS: [&str; 6] = [
    "action",
    "action == OpenPass::Action::\"widenAgent\"",
    "action in OpenPass::Action::\"critical\"",
    "action in OpenPass::Action::\"config\"",
    "action in [OpenPass::Action::\"list\", OpenPass::Action::\"repair\"]",
    "action in []",
];
const RESOURCES: [&str; 6] = [
    "resource",
    "resource is OpenPass::AgentProfile",
    "resource == OpenPass::AgentProfile::\"codex\"",
    "resource == OpenPass::AgentProfile::\"other\"",
    "resource in OpenPass::Vault::\"this\"",
    "resource is OpenPass::Vault in OpenPass::Vault::\"this\"",
];

/// A permit of each scope, with a condition that holds, and one that cannot be evaluated.
fn of_every_scope() -> PolicySet {
    let mut text = String::new();
    for principal in PRINCIPALS {
        for action in ACTIONS {
            for resource in RESOURCES {
                let scope = format!("({principal}, {action}, {resource})");
                writeln!(text, "permit {scope};").unwrap();
                writeln!(text, "permit {scope} when {{ context.not_there }};").unwrap();
            }
        }
    }
    PolicySet::from_str(&text).unwrap()
}

/// Puts every other policy apart: none of them looks at the context.
fn is_even(id: &CedarPolicyId) -> bool {
    let id: &str = id.as_ref();
    id.trim_start_matches("policy").parse::<usize>().unwrap() % 2 == 0
}

fn requests() -> Vec<Request> {
    let agents = ["codex", "third"].map(|name| AgentRef::new(name, Tier::ReadOnly, false));
    let by_agents = agents.map(|agent| Request {
        principal: Principal::Agent(agent),
        ..Request::by_person("a vault", GuardSettings::default())
    });
    let mut all = vec![Request::by_person("a vault", GuardSettings::default())];
    all.extend(by_agents);
    all
}

#[test]
fn a_slice_answers_as_the_whole_set_does() {
    let engine = PolicyEngine::shipped().unwrap();
    let actions = engine.schema.action_entities().unwrap();
    let sliced = Sliced::new(of_every_scope(), &actions, is_even);
    let mut smaller = 0;
    for action in Action::ALL {
        for request in requests() {
            let agent = AgentRef::new("codex", Tier::ReadOnly, false);
            let operation = Operation::sample(&action, request, &agent, unspecific).unwrap();
            let encoded = encode::encoded(&engine, &operation).unwrap();
            let asked = encoded.request(&engine, AuthFactor::None.into()).unwrap();
            let answer = |set: &PolicySet| Answer::of(set, &asked, encoded.entities());
            let slice = sliced.slice(encoded.addressed());
            let whole = answer(&sliced.whole).together_with(&Answer::default());
            assert_eq!(
                answer(&slice.each).together_with(&answer(&slice.once)),
                whole,
                "{action}"
            );
            let (part, all) = (slice.count(), sliced.whole.num_of_policies());
            smaller += usize::from(part * 3 < all);
        }
    }
    assert!(
        smaller > Action::ALL.len(),
        "few slices are small: {smaller}"
    );
}

#[test]
fn what_is_kept_is_found_again_and_bounded() {
    let engine = PolicyEngine::shipped().unwrap();
    let actions = engine.schema.action_entities().unwrap();
    let sliced = Sliced::new(of_every_scope(), &actions, is_even);
    let ask = |name: &str| {
        let agent = AgentRef::new(name, Tier::ReadOnly, false);
        let request = Request {
            principal: Principal::Agent(agent.clone()),
            ..Request::by_person("a vault", GuardSettings::default())
        };
        let operation = Operation::sample(&Action::WidenAgent, request, &agent, unspecific);
        let encoded = encode::encoded(&engine, &operation.unwrap()).unwrap();
        sliced.slice(encoded.addressed())
    };
    // No policy names either of them.
    assert!(Arc::ptr_eq(&ask("a"), &ask("b")));
    assert!(!Arc::ptr_eq(&ask("a"), &ask("codex")));
    for action in Action::ALL {
        for request in requests() {
            let agent = AgentRef::new("codex", Tier::ReadOnly, false);
            let operation = Operation::sample(&action, request, &agent, unspecific).unwrap();
            let encoded = encode::encoded(&engine, &operation).unwrap();
            sliced.slice(encoded.addressed());
        }
    }
    let kept = sliced.kept.lock().unwrap();
    let policies: usize = kept.0.iter().map(|(_, slice, _)| slice.count()).sum();
    assert!(policies <= KEPT, "{policies} policies are kept");
}

const HOST: &str = "namespace Desk {
    entity Team;
    entity Person in [Team];
    entity Folder;
    entity Paper in [Folder];
    action any;
    action read in [any] appliesTo { principal: [Person], resource: [Paper] };
    action write in [any] appliesTo { principal: [Person], resource: [Paper] };
}";

/// A host's own actions, groups of them, and entities that are in others.
#[test]
fn a_slice_of_a_hosts_policies_answers_as_the_whole_set_does() {
    let engine = PolicyEngine::builder().host(HOST).build().unwrap();
    let principals = [
        "principal",
        "principal == Desk::Person::\"ada\"",
        "principal is Desk::Person",
        "principal in Desk::Team::\"a\"",
        "principal is Desk::Person in Desk::Team::\"a\"",
        "principal in Desk::Team::\"b\"",
    ];
    let actions = [
        "action",
        "action == Desk::Action::\"read\"",
        "action in Desk::Action::\"any\"",
        "action in OpenPass::Action::\"critical\"",
        "action in [Desk::Action::\"write\", OpenPass::Action::\"list\"]",
    ];
    let resources = [
        "resource",
        "resource == Desk::Paper::\"plan\"",
        "resource in Desk::Folder::\"f\"",
        "resource is Desk::Paper in Desk::Folder::\"g\"",
    ];
    let mut text = String::new();
    for principal in principals {
        for action in actions {
            for resource in resources {
                writeln!(text, "permit ({principal}, {action}, {resource});").unwrap();
            }
        }
    }
    let set = PolicySet::from_str(&text).unwrap();
    let sliced = Sliced::new(set, &engine.schema.action_entities().unwrap(), is_even);
    let mut satisfied = 0;
    for action in ["Desk::read", "Desk::write"] {
        for (name, team) in [("ada", "a"), ("bob", "b")] {
            let person = Entity::new("Desk::Person", name).within("Desk::Team", team);
            let paper = Entity::new("Desk::Paper", "plan").within("Desk::Folder", "f");
            let operation = Operation::new(action)
                .by(person)
                .on(paper)
                .onto(StateDigest::of(&[]));
            let encoded = encode::encoded(&engine, &operation).unwrap();
            let asked = encoded.request(&engine, AuthFactor::None.into()).unwrap();
            let answer = |set: &PolicySet| Answer::of(set, &asked, encoded.entities());
            let whole = answer(&sliced.whole).together_with(&Answer::default());
            let slice = sliced.slice(encoded.addressed());
            assert_eq!(
                answer(&slice.each).together_with(&answer(&slice.once)),
                whole
            );
            satisfied += match whole.unwrap() {
                Evaluated::Allowed(policies) | Evaluated::Refused(policies) => policies.len(),
            };
        }
    }
    assert!(satisfied > 4, "{satisfied}");
}

//! The mutation check: whatever guard is dropped or weakened, some statement,
//! or the table of decisions, says so.

use std::collections::BTreeSet;

use cedar_policy::{Policy, PolicySet, ValidationMode, Validator};
use serde_json::{Value, json};

use super::{
    STACK, Verdict,
    invariants::ceilings,
    prover::{Answer, Prover},
    solver,
    statements::{Statements, guards_and_any, named},
};
use crate::{
    ApproverKind, AuthFactor, GuardSettings, PolicyEngine, StepUp, Unattended, author::Matrix,
};

/// Mutants that change no decision, since another guard holds the same line.
/// Each is proved to be one; a new one is a guard's condition that tests
/// nothing.
const EQUIVALENT: [&str; 10] = [
    // Agents: guard.agents-need-a-person and guard.agents-leave-guardrails-alone.
    "guard.critical-needs-a-factor: only for OpenPass::User",
    "guard.guardrails-need-a-real-factor: only for OpenPass::User",
    "guard.credential-keys-need-a-real-factor: only for OpenPass::User",
    "guard.every-tool-tokens-need-a-real-factor: only for OpenPass::User",
    "guard.approvers-need-an-approver: only for OpenPass::User",
    "guard.renewal-takes-the-passphrase: only for OpenPass::User",
    // guard.critical-needs-a-factor.
    "guard.guardrails-need-a-real-factor: unless, also for none",
    "guard.every-tool-tokens-need-a-real-factor: unless, also for none",
    // guard.confirm-is-an-opt-out and guard.waiver-is-an-opt-out.
    "guard.agents-need-a-person: unless, also for confirm",
    "guard.agents-need-a-person: unless, also for waived",
];

/// One weakened guard.
struct Mutant {
    what: String,
    policies: PolicySet,
}

fn mutants(engine: &PolicyEngine) -> Vec<Mutant> {
    let mut all = Vec::new();
    for policy in engine.cedar().policies() {
        let id = policy.id().to_string();
        if !id.starts_with("guard.") {
            continue;
        }
        let mut rest = engine.cedar().clone();
        rest.remove_static(policy.id().clone()).unwrap();
        all.push(Mutant {
            what: format!("{id}: dropped"),
            policies: rest.clone(),
        });
        let original = policy.to_json().unwrap();
        let mut weaker = Vec::new();
        weaker_scopes(&original, &mut weaker);
        weaker_conditions(&original, &mut weaker);
        for (what, json) in weaker {
            let mut policies = rest.clone();
            policies
                .add(Policy::from_json(Some(policy.id().clone()), json).unwrap())
                .unwrap();
            // A person has no canManageConfig: that mutant could not load.
            let validator = Validator::new(engine.schema().clone());
            let result = validator.validate(&policies, ValidationMode::Strict);
            if !result.validation_passed() {
                continue;
            }
            all.push(Mutant {
                what: format!("{id}: {what}"),
                policies,
            });
        }
    }
    all
}

type Weaker = Vec<(String, Value)>;

/// The scope without one of its actions, or on a smaller group.
fn weaker_scopes(original: &Value, weaker: &mut Weaker) {
    let smaller = |group: &str| match group {
        "config" => vec!["critical"],
        "critical" => vec!["guardrails", "credentials"],
        "guardrails" => vec!["applyPolicy", "changeGuardSettings"],
        _ => vec![],
    };
    let action = |id: &str| json!({ "type": "OpenPass::Action", "id": id });
    let scope = &original["action"];
    let mut put = |what: String, action: Value| {
        let mut mutant = original.clone();
        mutant["action"] = action;
        weaker.push((what, mutant));
    };
    if let Some(list) = scope["entities"].as_array() {
        for at in 0..list.len() {
            let mut fewer = list.clone();
            let gone = fewer.remove(at);
            put(
                format!("not for {}", gone["id"]),
                json!({ "op": "in", "entities": fewer }),
            );
        }
    }
    if let Some(group) = scope["entity"]["id"].as_str() {
        for part in smaller(group) {
            put(
                format!("only for {part}"),
                json!({ "op": "in", "entity": action(part) }),
            );
        }
    }
    if scope["op"] == "All" {
        put(
            "only for critical".to_owned(),
            json!({ "op": "in", "entity": action("critical") }),
        );
    }
    let principal = &original["principal"];
    let other = match principal["entity_type"].as_str() {
        Some("OpenPass::Agent") => Some("OpenPass::User"),
        _ if principal["op"] == "All" => Some("OpenPass::User"),
        _ => None,
    };
    if let Some(other) = other {
        let mut mutant = original.clone();
        mutant["principal"] = json!({ "op": "is", "entity_type": other });
        weaker.push((format!("only for {other}"), mutant));
    }
}

/// Each `unless` wider by one conjunct or one value, and gone altogether; each
/// `when` never true.
fn weaker_conditions(original: &Value, weaker: &mut Weaker) {
    let conditions = original["conditions"].as_array().unwrap();
    for (at, condition) in conditions.iter().enumerate() {
        let mut put = |what: String, body: Value| {
            let mut mutant = original.clone();
            mutant["conditions"][at]["body"] = body;
            weaker.push((what, mutant));
        };
        let body = &condition["body"];
        if condition["kind"] == "when" {
            put("when never".to_owned(), json!({ "Value": false }));
            continue;
        }
        put("unless always".to_owned(), json!({ "Value": true }));
        for (number, wider) in without_a_conjunct(body).into_iter().enumerate() {
            put(format!("unless, without condition {number}"), wider);
        }
        for (word, wider) in with_a_word(body) {
            put(format!("unless, also for {word}"), wider);
        }
    }
}

fn without_a_conjunct(body: &Value) -> Vec<Value> {
    let Some(both) = body.get("&&") else {
        return Vec::new();
    };
    let (left, right) = (&both["left"], &both["right"]);
    let mut all = vec![left.clone()];
    if left.get("&&").is_none() {
        all.push(right.clone());
    }
    for shorter in without_a_conjunct(left) {
        all.push(json!({ "&&": { "left": shorter, "right": right } }));
    }
    all
}

fn with_a_word(body: &Value) -> Vec<(&'static str, Value)> {
    let text = body.to_string();
    let Some(list) = body["contains"]["left"]["Set"].as_array() else {
        return Vec::new();
    };
    let factors = AuthFactor::ALL.map(AuthFactor::as_str);
    let kinds = ApproverKind::ALL.map(ApproverKind::as_str);
    let (entity_type, words) = match text.contains("OpenPass::ApproverKind") {
        true => ("OpenPass::ApproverKind", kinds.as_slice()),
        false => ("OpenPass::AuthFactor", factors.as_slice()),
    };
    let words = words.iter().copied();
    let missing = words.filter(|word| !text.contains(&format!("\"{word}\"")));
    missing
        .map(|word| {
            let mut list = list.clone();
            let entity = json!({ "type": entity_type, "id": word });
            list.push(json!({ "Value": { "__entity": entity } }));
            let mut wider = body.clone();
            wider["contains"]["left"]["Set"] = json!(list);
            (word, wider)
        })
        .collect()
}

fn tables(engine: &PolicyEngine) -> Vec<Matrix> {
    StepUp::ALL
        .into_iter()
        .flat_map(|step_up| Unattended::ALL.map(|value| GuardSettings::new(step_up, value)))
        .map(|settings| Matrix::of(engine, settings, None))
        .collect()
}

/// Returns the name of a statement that refutes the mutant.
fn refuted_by(
    committed: &Vec<Matrix>,
    mutant: &PolicyEngine,
    prover: &mut Prover,
) -> Option<String> {
    prover.forget("guards");
    let guards = guards_and_any(mutant).unwrap();
    let mut statements = Statements::new(mutant, prover).unwrap();
    for ceiling in ceilings().unwrap() {
        let verdict = statements
            .ceiling(&ceiling, &named("guards", &guards))
            .unwrap();
        if matches!(verdict, Verdict::Refuted(_)) {
            return Some(ceiling.id().to_string());
        }
    }
    (tables(mutant) != *committed).then(|| "the table".to_owned())
}

/// Whether a mutant allows nothing that the guards do not, with any policies.
fn is_equivalent(shipped: &PolicyEngine, mutant: &PolicyEngine, prover: &mut Prover) -> bool {
    let before = guards_and_any(shipped).unwrap();
    let after = guards_and_any(mutant).unwrap();
    prover.forget("mutant");
    let answer = prover
        .implies(&named("mutant", &after), &named("shipped", &before))
        .unwrap();
    matches!(answer, Answer::Holds)
}

/// Returns those of `mutants` that change no decision. Panics on a mutant that
/// survives.
fn equivalent(mutants: &[Mutant]) -> BTreeSet<String> {
    let shipped = PolicyEngine::shipped().unwrap();
    let path = solver::locate(None).unwrap();
    let mut prover = Prover::new(&path, super::solver::PER_QUERY, shipped.schema()).unwrap();
    let table = tables(&shipped);
    let mut equivalent = BTreeSet::new();
    for Mutant { what, policies } in mutants {
        let engine = shipped.with_cedar(policies.clone());
        let by = refuted_by(&table, &engine, &mut prover);
        if by.is_none() {
            let same = is_equivalent(&shipped, &engine, &mut prover);
            assert!(same, "{what} survives");
            equivalent.insert(what.clone());
        }
        println!(
            "{what:<75} {}",
            by.as_deref().unwrap_or("(changes nothing)")
        );
    }
    equivalent
}

#[test]
fn every_weakened_guard_is_refuted_or_proved_to_be_no_weaker() {
    let mutants = mutants(&PolicyEngine::shipped().unwrap());
    assert!(mutants.len() > 40, "{}", mutants.len());
    // Two solvers at a time: a proof is work for one core.
    let found = std::thread::scope(|scope| {
        let halves = mutants.chunks(mutants.len().div_ceil(2)).map(|half| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, || equivalent(half)).unwrap()
        });
        let halves: Vec<_> = halves.collect();
        let found = halves.into_iter().flat_map(|half| half.join().unwrap());
        found.collect::<BTreeSet<_>>()
    });
    let expected: BTreeSet<String> = EQUIVALENT.into_iter().map(ToOwned::to_owned).collect();
    assert_eq!(found, expected);
}

//! From an operation to the line of a log: the vectors that lie beside openpass-approval.
//! `UPDATE_VECTORS=1 cargo test` writes them anew.
#![expect(clippy::unwrap_used, reason = "a test")]

mod common;

use std::sync::Arc;

use async_trait::async_trait;
use futures_lite::future::block_on;
use openpass_approval::{Approvers, Recorded, SeededKey, read_key_set};
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, Unavailable,
};
use openpass_policy::{
    Action, AuditEvent, AuditRecord, Guard, GuardSettings, MemorySink, Operation, PolicyEngine,
    Request,
};
use serde_json::{Value, json};

const VECTORS: &str = "../openpass-approval/vectors";
const SCOPE: [u8; 16] = [7; 16];
const AT: u64 = 1_795_802_400;

/// The key of the passphrase in the vectors.
fn key() -> SeededKey {
    SeededKey::from_seed([1; 32])
}

#[derive(Debug)]
struct Signs;

#[async_trait]
impl Authenticator for Signs {
    fn name(&self) -> &'static str {
        "signs"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }

    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let binding = challenge.binding_for(Factor::Passphrase).unwrap();
        let assertion = key().sign(binding, Factor::Passphrase, AT).unwrap();
        Ok(Evidence::assertion(challenge, Factor::Passphrase).signed(assertion))
    }
}

/// What a guard puts on its log for `operation`.
fn intent(operation: Operation) -> AuditRecord {
    let log = Arc::new(MemorySink::new());
    let guard = Guard::new(PolicyEngine::shipped().unwrap(), Signs, Arc::clone(&log));
    let approvers = Approvers::of(SCOPE).enrolling(Factor::Passphrase);
    drop(block_on(guard.with_approvers(approvers).authorize(operation)).unwrap());
    log.records().into_iter().next().unwrap()
}

/// Who asks for what, and how the transcript begins.
type Case = (Action, fn() -> Request, &'static [&'static str]);

fn person() -> Request {
    common::by_person(GuardSettings::default())
}

fn agent() -> Request {
    let hermes = common::agent("hermes", true);
    common::by_agent(hermes, GuardSettings::default())
}

const CASES: [Case; 3] = [
    (
        Action::WidenAgent,
        person,
        &["openpass operation 6", "user", "cli"],
    ),
    (
        Action::SetAuthMethod,
        person,
        &["openpass operation 6", "user", "cli"],
    ),
    (
        Action::CreateToken,
        agent,
        &["openpass operation 6", "agent", "hermes"],
    ),
];

fn steps((action, request, begins): &Case) -> Value {
    let operation = || common::operation(action, request(), &common::agent("codex", false));
    let record = intent(operation());
    assert!(matches!(record.event, AuditEvent::Intent { .. }));
    let transcript = operation().transcript();
    let transcript: String = transcript.iter().map(|it| format!("{it:02x}")).collect();
    json!({
        "action": action,
        "begins": begins,
        "transcript": transcript,
        "digest": operation().digest(),
        "line": serde_json::to_string(&record).unwrap(),
    })
}

#[test]
#[expect(clippy::disallowed_methods, reason = "vectors are no vault file")]
fn the_committed_vectors_lead_from_an_operation_to_its_line() {
    let path = format!("{VECTORS}/operations.json");
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        let all: Vec<Value> = CASES.iter().map(steps).collect();
        let text = serde_json::to_string_pretty(&all).unwrap();
        std::fs::write(&path, format!("{text}\n")).unwrap();
    }
    let keys = std::fs::read(format!("{VECTORS}/keys.json")).unwrap();
    let keys = read_key_set(&keys).unwrap();
    let committed: Vec<Value> = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(committed.len(), CASES.len());
    for (vector, case) in committed.iter().zip(&CASES) {
        // All but the nonce and what hangs on it is the same whenever it is made.
        let now = steps(case);
        for name in ["action", "begins", "transcript", "digest"] {
            assert_eq!(vector[name], now[name], "{} {name}", case.0);
        }
        let line: Value = serde_json::from_str(vector["line"].as_str().unwrap()).unwrap();
        let recorded: Recorded = serde_json::from_value(line["event"]["approval"].clone()).unwrap();
        let approval = recorded.verify(&keys).unwrap();
        assert_eq!(
            approval.statement().digest(),
            vector["digest"].as_str().unwrap()
        );
    }
}

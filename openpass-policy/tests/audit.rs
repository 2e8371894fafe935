//! What a log keeps, and what happens when it keeps nothing.
#![expect(clippy::unwrap_used, reason = "a test")]

mod common;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use futures_lite::future::block_on;
use openpass_auth::{AuthError, CancelledBy, Factor, Script};
use openpass_policy::{
    Action, After, AgentRef, AuditError, AuditEvent, AuditRecord, AuditSink, Before, BoundedText,
    Direction, Effect, Entity, FieldChange, Guard, GuardSettings, LogId, MemorySink, Operation,
    Outcome, PolicyEngine, PolicySource, Refusal, StateDigest, Tier,
};
use serde_json::Value;

/// The most bytes of a record, as JSON in ASCII alone.
const MOST: usize = 64 * 1024;

/// As a store writes it: nothing but ASCII.
fn in_ascii(record: &AuditRecord) -> String {
    let json = serde_json::to_string(record).unwrap();
    let units = |character: char| match character {
        ' '..='~' => character.to_string(),
        other => {
            let mut units = [0; 2];
            let units = other.encode_utf16(&mut units);
            units.iter().map(|unit| format!("\\u{unit:04x}")).collect()
        }
    };
    json.chars().map(units).collect()
}

fn json(record: &AuditRecord) -> Value {
    let text = in_ascii(record);
    assert!(text.len() <= MOST, "{} bytes", text.len());
    serde_json::from_str(&text).unwrap()
}

fn raise(reason: Option<String>, name: &str, changes: Vec<FieldChange>) -> Operation {
    let request = common::by_person(GuardSettings::default()).because(reason);
    let agent = AgentRef::new(name, Tier::Standard, false);
    let effect = Effect::new(changes, StateDigest::of(&[]));
    Operation::change_agent(request, agent, Tier::Admin, effect)
}

fn outcome(reason: &str) -> AuditEvent {
    let reason = reason.to_owned();
    AuditEvent::Outcome {
        outcome: Outcome::Failed { reason },
    }
}

fn change(field: &str, value: &str, direction: Direction) -> FieldChange {
    let value = Some(value.to_owned());
    FieldChange::new(field, Before(value.clone()), After(value), direction)
}

#[test]
fn case_47_a_record_always_fits_a_line() {
    // Each is another worst case of how a text is written out.
    for unit in ["x", "\"", "\u{1}", "ä", "\u{1f511}"] {
        let long = unit.repeat(1_000_000);
        let changes: Vec<FieldChange> = (0..10_000)
            .map(|n| match n {
                0..5 => change(&long, &long, Direction::Widens),
                _ => change(&format!("{n}{}", unit.repeat(50)), unit, Direction::Narrows),
            })
            .collect();
        let operation = raise(Some(unit.repeat(120_000)), &long, changes);
        let record = json(&AuditRecord::new(&operation, outcome(&long)));
        let reason = record["reason"].as_str().unwrap();
        assert!(reason.starts_with(unit));
        let length = format!("({} bytes, SHA-256 ", unit.len() * 120_000);
        assert!(reason.contains(&length), "{reason}");
        assert_eq!(record["digest"], operation.digest().to_string());
        let kept = record["changes"].as_array().unwrap().len() as u64;
        assert_eq!(record["moreChanges"]["count"], 10_000 - kept);
        assert_eq!(record["moreChanges"]["sha256"].as_str().unwrap().len(), 64);
    }
}

#[test]
fn case_47_what_gives_power_is_kept_before_the_rest() {
    let mut changes: Vec<FieldChange> = (0..10_000)
        .map(|n| change(&format!("field{n}"), "no", Direction::Narrows))
        .collect();
    for n in 0..20 {
        changes.push(change(&format!("power{n}"), "yes", Direction::Widens));
    }
    let operation = raise(None, "codex", changes);
    let record = json(&AuditRecord::new(&operation, outcome("no")));
    let kept = record["changes"].as_array().unwrap();
    let first = kept.iter().take(20);
    assert!(
        first
            .into_iter()
            .all(|change| change["direction"] == "widens")
    );
    assert_eq!(record["moreChanges"]["widens"], 0);
}

#[test]
fn case_47_what_is_cut_off_still_counts() {
    let of = |last: &str| {
        let mut changes = vec![change("field", "no", Direction::Narrows); 10_000];
        changes.push(change(last, "no", Direction::Narrows));
        let record = AuditRecord::new(&raise(None, "codex", changes), outcome("no"));
        json(&record)["moreChanges"]["sha256"].clone()
    };
    assert_ne!(of("one"), of("another"));
    let text = |last: char| BoundedText::new(&format!("{}{last}", "x".repeat(9_000)), 100);
    assert_ne!(text('a'), text('b'));
    assert_eq!(BoundedText::new("short", 100).as_str(), "short");
}

#[test]
fn an_ordinary_record_is_written_as_it_is() {
    let changes = vec![
        change("first", "a", Direction::Narrows),
        change("second", "b", Direction::Widens),
    ];
    let operation = raise(Some("why".to_owned()), "codex", changes);
    let record = json(&AuditRecord::new(&operation, outcome("no")));
    assert_eq!(record["reason"], "why");
    assert_eq!(record["principal"]["kind"], "user");
    assert_eq!(record["resource"]["agent"]["name"], "codex");
    assert_eq!(record["changes"][0]["field"], "first");
    assert_eq!(record["event"]["outcome"]["outcome"], "failed");
    assert!(record.get("moreChanges").is_none());
}

#[test]
fn case_47_neither_policies_nor_a_hosts_attributes_keep_a_refusal_off_the_log() {
    let forbid = |file: usize, n: usize| {
        format!("@id(\"{file}-{n:060}\") forbid (principal, action, resource);\n")
    };
    let file = |file| {
        let text: String = (0..150).map(|n| forbid(file, n)).collect();
        PolicySource::new(format!("{file}.cedar"), text)
    };
    let policies: Vec<PolicySource> = (0..6).map(file).collect();
    let engine = PolicyEngine::with_policies(&policies).unwrap();
    let operation = raise(None, "codex", vec![]);
    let policy = engine.decide(&operation);
    let reason = format!("{policy:?}");
    let record = AuditRecord::new(&operation, AuditEvent::Refused { policy, reason });
    assert!(json(&record)["event"]["policy"].is_object());

    let texts: BTreeSet<String> = (0..10_000).map(|n| format!("{n}=\u{1}")).collect();
    let mut resource = Entity::new("Data::Entry", "\u{1}".repeat(500_000));
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        resource = resource
            .with(name, openpass_policy::Value::from_iter(texts.clone()))
            .with(format!("{name}{name}"), "ä".repeat(500_000))
            .tagged(name, "ä".repeat(500_000))
            .inside(Entity::new("Data::Folder", "\u{1}".repeat(500_000)));
    }
    let asking =
        Entity::new("Data::Person", "\u{1}".repeat(500_000)).with("name", "\u{1}".repeat(500_000));
    let operation = Operation::new("Data::get").by(asking).on(resource);
    json(&AuditRecord::new(&operation, outcome("no")));
}

/// A disk that takes so many more records, and then no more.
#[derive(Debug)]
struct Disk {
    room: Mutex<usize>,
    missed: MemorySink,
}

impl Disk {
    fn with_room_for(records: usize) -> Arc<Self> {
        Arc::new(Self {
            room: Mutex::new(records),
            missed: MemorySink::new(),
        })
    }
}

impl AuditSink for Disk {
    fn record(&self, _: &AuditRecord) -> Result<(), AuditError> {
        let mut room = self.room.lock().unwrap();
        let left = room.checked_sub(1);
        *room = left.ok_or_else(|| AuditError::caused_by("the disk is full", "ENOSPC"))?;
        Ok(())
    }
    fn missed(&self, record: &AuditRecord, error: &AuditError) {
        assert_eq!(error.to_string(), "the disk is full");
        self.missed.record(record).unwrap();
    }
    fn id(&self) -> LogId {
        self.missed.id()
    }
}

fn guard(disk: &Arc<Disk>, answer: Result<(), AuthError>) -> Guard {
    let engine = Arc::new(PolicyEngine::shipped().unwrap());
    let person = Arc::new(Script::answering(Factor::Passphrase, vec![answer]));
    Guard::new(engine, person, disk.clone())
}

#[test]
fn case_47_a_refusal_that_cannot_be_logged_says_so_and_is_counted() {
    let disk = Disk::with_room_for(0);
    let guard = guard(&disk, Err(AuthError::Cancelled(CancelledBy::Person)));
    let refused = block_on(guard.authorize(raise(None, "codex", vec![]))).unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("the guard log does not have this refusal: the disk is full"),
        "{refused}"
    );
    let (refusal, unlogged) = refused.split();
    assert!(matches!(
        refusal,
        Refusal::NotAuthenticated(AuthError::Cancelled(CancelledBy::Person))
    ));
    assert_eq!(unlogged.unwrap().to_string(), "the disk is full");
    let missed = disk.missed.records();
    assert!(matches!(missed[0].event, AuditEvent::Refused { .. }) && missed.len() == 1);
}

#[test]
fn case_47_a_denial_by_policy_that_cannot_be_logged_says_so_too() {
    let disk = Disk::with_room_for(0);
    let agent = common::agent("hermes", false);
    let request = common::by_agent(agent, GuardSettings::default());
    let target = common::agent("codex", false);
    let operation = common::operation(Action::WidenAgent, request, &target);
    let refused = block_on(guard(&disk, Ok(())).authorize(operation)).unwrap_err();
    let (refusal, unlogged) = refused.split();
    assert!(matches!(refusal, Refusal::Denied(_)) && unlogged.is_some());
    assert_eq!(disk.missed.records().len(), 1);
}

#[test]
fn case_47_an_intent_that_cannot_be_logged_is_one_refusal_and_counted_once() {
    let disk = Disk::with_room_for(0);
    let authorized = block_on(guard(&disk, Ok(())).authorize(raise(None, "codex", vec![])));
    assert!(matches!(authorized, Err(Refusal::NotRecorded(_))));
    assert_eq!(disk.missed.records().len(), 1);
}

#[test]
fn case_47_a_call_that_is_dropped_and_a_grant_that_is_unused_are_counted() {
    // Room for the intent, and not for what became of it.
    let disk = Disk::with_room_for(1);
    drop(block_on(guard(&disk, Ok(())).authorize(raise(None, "codex", vec![]))).unwrap());
    let disk_of_other = Disk::with_room_for(1);
    let other = guard(&disk_of_other, Ok(()));
    let grant = block_on(other.authorize(raise(None, "codex", vec![]))).unwrap();
    let used = grant.redeem(&other.issuer(), &raise(None, "hermes", vec![]));
    assert!(used.is_err());
    for disk in [disk, disk_of_other] {
        let missed = disk.missed.records();
        let [AuditRecord { event, .. }] = missed.as_slice() else {
            panic!("{missed:?}");
        };
        assert!(matches!(event, AuditEvent::Outcome { .. }));
    }
}

/// A log that does not have what policy allows by itself.
#[derive(Debug, Default)]
struct NoReads(MemorySink);

impl AuditSink for NoReads {
    fn record(&self, record: &AuditRecord) -> Result<(), AuditError> {
        self.0.record(record)
    }
    fn missed(&self, record: &AuditRecord, error: &AuditError) {
        self.0.missed(record, error);
    }
    fn id(&self) -> LogId {
        self.0.id()
    }
    fn keeps_unasked(&self) -> bool {
        false
    }
}

/// The events that a log of `NoReads` has once an operation was asked for, and made where it
/// was granted.
fn logged(operation: impl Fn() -> Operation) -> Vec<AuditEvent> {
    let log = Arc::new(NoReads::default());
    let engine = Arc::new(PolicyEngine::shipped().unwrap());
    let person = Arc::new(Script::answering(Factor::Passphrase, vec![Ok(())]));
    let guard = Guard::new(engine, person, Arc::clone(&log));
    if let Ok(grant) = block_on(guard.authorize(operation())) {
        let redeemed = grant.redeem(&guard.issuer(), &operation()).unwrap();
        redeemed.settle(Outcome::Done).unwrap();
    }
    let records = log.0.records();
    records.into_iter().map(|record| record.event).collect()
}

#[test]
fn a_log_may_leave_out_what_policy_allows_by_itself_and_nothing_else() {
    let request = || common::by_person(GuardSettings::default());
    assert_eq!(logged(|| Operation::list(request())), []);
    let unused = Arc::new(NoReads::default());
    let engine = Arc::new(PolicyEngine::shipped().unwrap());
    let guard = Guard::new(engine, Arc::new(Script::new()), Arc::clone(&unused));
    drop(block_on(guard.authorize(Operation::list(request()))).unwrap());
    assert_eq!(unused.0.records(), []);
    let raised = logged(|| raise(None, "codex", vec![]));
    assert!(
        matches!(
            raised.as_slice(),
            [AuditEvent::Intent { .. }, AuditEvent::Outcome { .. }]
        ),
        "{raised:?}"
    );
    let agent = |name| common::agent(name, false);
    let by_agent = || common::by_agent(agent("hermes"), GuardSettings::default());
    let denied = logged(|| common::operation(Action::WidenAgent, by_agent(), &agent("codex")));
    assert!(matches!(denied.as_slice(), [AuditEvent::Refused { .. }]));
}

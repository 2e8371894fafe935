//! A host of notes, its policies, and a person who is written down.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use openpass_auth::Script;
use openpass_mcp_guard::{Blocked, Call, Client, Gate, queue::Places};
use openpass_policy::{
    AuditEvent, Entity, Guard, MemorySink, Operation, Outcome, PolicyEngine, StateDigest,
};
use tokio_util::sync::CancellationToken;

const NOTES: &str = r#"
namespace Notes {
    entity Client;
    entity Note;
    action "read" in [OpenPass::Action::"routine"] appliesTo {
        principal: [Client], resource: [Note]
    };
    action "delete", "burn" appliesTo { principal: [Client], resource: [Note] };
}"#;

const POLICY: &str = r#"
@id("notes.read-and-delete")
permit (principal is Notes::Client, action, resource)
unless { action == Notes::Action::"burn" };"#;

pub(crate) fn engine() -> PolicyEngine {
    let engine = PolicyEngine::builder().host(NOTES).policy(POLICY);
    engine.build().unwrap()
}

pub(crate) struct World {
    pub(crate) gate: Arc<Gate>,
    pub(crate) guard: Arc<Guard>,
    pub(crate) person: Script,
    pub(crate) log: Arc<MemorySink>,
    pub(crate) client: Client,
    pub(crate) cancelled: CancellationToken,
    /// The note's text, which an operation is worked out on.
    pub(crate) state: Arc<AtomicUsize>,
}

impl World {
    pub(crate) fn new(person: Script) -> Self {
        Self::with_places(person, Places::default())
    }

    pub(crate) fn with_places(person: Script, places: Places) -> Self {
        Self::of(engine(), person, places)
    }

    pub(crate) fn of(engine: PolicyEngine, person: Script, places: Places) -> Self {
        let log = Arc::new(MemorySink::new());
        let guard = Guard::new(engine, person.clone(), Arc::clone(&log));
        let guard = Arc::new(guard.with_timeout(Duration::from_secs(60)));
        let gate = Gate::new(Arc::clone(&guard)).with_places(places);
        Self {
            gate: Arc::new(gate.with_prompt_time(Duration::from_secs(60))),
            guard,
            person,
            log,
            client: Client::new(),
            cancelled: CancellationToken::new(),
            state: Arc::default(),
        }
    }

    pub(crate) fn call(&self) -> Call {
        Call::silent(self.cancelled.clone(), self.client.clone())
    }

    pub(crate) async fn pass(
        &self,
        action: &'static str,
    ) -> Result<openpass_mcp_guard::Granted, Blocked> {
        let work_out = || async { Ok(self.operation(action)) };
        self.gate.pass(&self.call(), work_out).await
    }

    pub(crate) fn operation(&self, action: &'static str) -> Operation {
        let state = self.state.load(Ordering::SeqCst).to_string();
        Operation::new(format!("Notes::{action}"))
            .by(Entity::new("Notes::Client", "desk"))
            .on(Entity::new("Notes::Note", "7"))
            .onto(StateDigest::of(&[state.as_bytes()]))
    }

    /// The outcomes on the log, once all is written.
    pub(crate) async fn outcomes(&self) -> Vec<Outcome> {
        self.gate.idle().await;
        assert!(Guard::wait_for_records(Duration::from_secs(10)));
        let records = self.log.records();
        let outcome = |event: &AuditEvent| match event {
            AuditEvent::Outcome { outcome } => Some(outcome.clone()),
            _ => None,
        };
        let events = records.iter().map(|record| &record.event);
        events.filter_map(outcome).collect()
    }

    /// The reasons of the refusals on the log, once all is written.
    pub(crate) fn refusals(&self) -> Vec<String> {
        assert!(Guard::wait_for_records(Duration::from_secs(10)));
        let records = self.log.records();
        let reason = |event: &AuditEvent| match event {
            AuditEvent::Refused { reason, .. } => Some(reason.clone()),
            _ => None,
        };
        let events = records.iter().map(|record| &record.event);
        events.filter_map(reason).collect()
    }
}

//! What a host that traces is told, and what never.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    io,
    sync::{Arc, Mutex},
};

use openpass_auth::{Factor, Script};
use openpass_policy::{
    After, Before, Direction, Entity, Guard, MemorySink, Operation, PolicyEngine, StateDigest,
};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const SCHEMA: &str = "namespace Safe {
    entity Person = { desk: String };
    entity Box;
    action open appliesTo { principal: [Person], resource: [Box], context: { why: String } };
}";

/// All that is told of one call, in which each text of the host's begins with `hush`.
fn told(person: Script) -> (String, String) {
    let engine = PolicyEngine::builder().host(SCHEMA).person("Safe::Person");
    let engine = engine.policy("permit (principal, action, resource);");
    let guard = Guard::new(engine.build().unwrap(), person, MemorySink::new());
    let open = Operation::new("Safe::open")
        .by(Entity::new("Safe::Person", "hush-ada").with("desk", "hush-desk"))
        .on(Entity::new("Safe::Box", "hush-box"))
        .with("why", "hush-why")
        .because("hush-reason")
        .telling("hush-label", "hush-fact")
        .changing(
            "hush-field",
            Before("hush-0"),
            After("hush-1"),
            Direction::Widens,
        )
        .onto(StateDigest::of(&[]));
    let code = open.digest().code();
    let written = Written::default();
    let to = written.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
    let subscriber = subscriber.with_ansi(false).with_writer(move || to.clone());
    tracing::subscriber::with_default(subscriber.finish(), || {
        drop(guard.authorize_blocking(open));
    });
    let bytes = written.0.lock().unwrap().clone();
    (String::from_utf8(bytes).unwrap(), code)
}

#[test]
fn a_call_is_a_span_with_the_action_the_code_and_how_it_ended_and_no_value() {
    for (person, wanted) in [
        (
            Script::new().yes(Factor::Passphrase),
            ["granted", "factor=passphrase"],
        ),
        (Script::no(), ["refused", "why=\"cancelled\""]),
    ] {
        let (told, code) = told(person);
        for part in ["authorize", "Safe::open", &code, "a person is asked"]
            .iter()
            .chain(&wanted)
        {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(!told.contains("hush"), "{told}");
    }
}

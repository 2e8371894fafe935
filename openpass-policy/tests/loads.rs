//! How often policies are loaded, by the events of a host that traces.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    io,
    sync::{Arc, Mutex},
};

use openpass_policy::{
    PolicyEngine, PolicySource,
    author::{Coverage, KnownNames, TestSuite},
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

/// How often policies are loaded in the course of `work`.
fn loads(work: impl FnOnce()) -> usize {
    let written = Written::default();
    let to = written.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
    let subscriber = subscriber.with_ansi(false).with_writer(move || to.clone());
    tracing::subscriber::with_default(subscriber.finish(), work);
    let told = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    told.matches("policies loaded").count()
}

const OWN: &str = r#"
@id("closed") forbid (principal, action == OpenPass::Action::"widenAgent", resource);
@id("finger") forbid (principal, action == OpenPass::Action::"list", resource)
unless { context.authentication.factor == OpenPass::AuthFactor::"biometry" };"#;

/// One case that passes, and two that fail and are told the nearest change.
const TESTS: &str = "
entities: { agents: { codex: { tier: standard } } }
tests:
  - { name: a, request: { principal: user, action: list }, decision: biometry }
  - { name: b, request: { principal: user, action: list }, decision: deny }
  - { name: c, request: { principal: user, action: widenAgent, resource: codex }, decision: allow }
";

#[test]
fn what_tests_policies_loads_them_once() {
    let load = || PolicyEngine::with_policies(&[PolicySource::new("own.cedar", OWN)]).unwrap();
    let suite: TestSuite = yaml_serde::from_str(TESTS).unwrap();
    let several = loads(|| {
        let engine = load();
        // Several files, what they reached, and what is noted of the policies.
        let reports = [suite.run(&engine), suite.run(&engine)];
        assert_eq!(reports[0].passed(), 1, "{}", reports[0]);
        assert!(Coverage::of(&engine, &reports).is_whole());
        drop(engine.lint(&KnownNames::default()).unwrap());
    });
    assert_eq!(several, 1);
    // Each load is counted.
    assert_eq!(loads(|| drop((load(), load()))), 2);
}

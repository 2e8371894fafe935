//! A host with people and operations of its own: it declares them, and the guards hold.
use std::sync::Arc;

use openpass_auth::{Factor, Script};
use openpass_policy::{Decision, Entity, Guard, MemorySink, Operation, PolicyEngine, StateDigest};

/// `restore` is in no group of OpenPass, so that it is critical.
const SCHEMA: &str = r#"
namespace Backup {
    entity Person;
    entity Archive = { encrypted: Bool };
    action restore appliesTo { principal: [Person], resource: [Archive] };
}"#;

/// Without a permit, a host's own people may do nothing.
const POLICY: &str = r#"
@id("backup.people-restore")
permit (principal is Backup::Person, action == Backup::Action::"restore", resource)
when { resource.encrypted };"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = PolicyEngine::builder()
        .host(SCHEMA)
        .person("Backup::Person")
        .policies(&[POLICY.into()])
        .build()?;

    let restore = |encrypted| {
        Operation::new("Backup::restore")
            .by(Entity::new("Backup::Person", "ada"))
            .on(Entity::new("Backup::Archive", "2026-11-01.tar").with("encrypted", encrypted))
            .saying("restore the backup {}")
            .onto(StateDigest::of(&[b"what is there, and what will be"]))
    };
    assert!(matches!(engine.decide(&restore(false)), Decision::Deny(_)));
    assert!(matches!(
        engine.decide(&restore(true)),
        Decision::RequireBiometry { .. }
    ));

    let finger = Arc::new(Script::new().yes(Factor::Biometry));
    let guard = Guard::new(engine, Arc::clone(&finger), MemorySink::new());
    let grant = guard.authorize_blocking(restore(true))?;
    drop(grant); // A store would take it.
    assert_eq!(
        finger.asked(),
        [r#"person "ada" asks to restore the backup "2026-11-01.tar""#]
    );
    Ok(())
}

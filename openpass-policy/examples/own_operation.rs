//! A host with an operation of its own: it declares it, and the guards hold.
use std::sync::Arc;

use openpass_auth::{Factor, Scripted};
use openpass_policy::{
    Decision, Effect, Guard, GuardSettings, HostAction, HostResource, HostValue, MemorySink,
    Operation, PolicyEngine, PolicySource, Request, StateDigest,
};

/// `restore` is in no group of OpenPass, so that it is critical.
const SCHEMA: &str = r#"
namespace Backup {
    entity Archive = { encrypted: Bool };
    action restore appliesTo {
        principal: [OpenPass::User, OpenPass::Agent],
        resource: [Archive],
        context: OpenPass::Context
    };
}"#;

const POLICY: &str = r#"
@id("backup.encrypted-only")
forbid (principal, action == Backup::Action::"restore", resource)
unless { resource.encrypted };"#;

const RESTORE: HostAction = HostAction::new("Backup::restore", "restore the backup {}");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = PolicyEngine::builder()
        .extend_schema(PolicySource::new("backup.cedarschema", SCHEMA))
        .policies(&[PolicySource::new("backup.cedar", POLICY)])
        .build()?;

    let restore = |encrypted| {
        let request = Request::by_person("~/.openpass", GuardSettings::default());
        let archive = HostResource::new("Backup::Archive", "2026-11-01.tar")
            .with("encrypted", HostValue::Bool(encrypted));
        let effect = Effect::new(
            vec![],
            StateDigest::of(&[b"what is there, and what will be"]),
        );
        Operation::host(request, RESTORE, archive, vec![], effect)
    };
    assert!(matches!(engine.decide(&restore(false)), Decision::Deny(_)));
    assert!(matches!(
        engine.decide(&restore(true)),
        Decision::RequireBiometry { .. }
    ));

    let finger = Arc::new(Scripted::yes(Factor::Biometry));
    let guard = Guard::new(
        Arc::new(engine),
        finger.clone(),
        Arc::new(MemorySink::new()),
    );
    let grant = futures_lite::future::block_on(guard.authorize(restore(true)))?;
    drop(grant); // A store would take it.
    assert_eq!(finger.asked(), [r#"restore the backup "2026-11-01.tar""#]);
    Ok(())
}

//! Operations of a host's own: declared, guarded, bound.
#![expect(clippy::unwrap_used, reason = "a test")]

#[expect(dead_code, reason = "other tests use the rest")]
mod common;

use openpass_policy::{
    AgentRef, AuthFactor, Decision, Denial, GuardSettings, HostAction, HostResource, HostValue,
    Operation, PolicyEngine, PolicyLoadError, PolicySource, ProblemKind, Request, StepUp, Tier,
    Unattended,
};

const RESTORE: HostAction = HostAction::new("Backup::restore", "restore the backup {}");
const PRUNE: HostAction = HostAction::new("Backup::prune", "remove old backups");
const LOOK: HostAction = HostAction::new("Backup::look", "list the backups");

const BACKUP: &str = r#"
namespace Backup {
    entity Archive = { encrypted: Bool };
    action restore appliesTo {
        principal: [OpenPass::User, OpenPass::Agent],
        resource: [Archive],
        context: OpenPass::Context
    };
    action prune in [OpenPass::Action::"config"] appliesTo {
        principal: [OpenPass::User, OpenPass::Agent],
        resource: [Archive],
        context: {
            authentication: OpenPass::Authentication,
            channel: OpenPass::Channel,
            attended: Bool,
            guard: OpenPass::Guard,
            time: OpenPass::Time,
            keep: Long,
        }
    };
    action look in [OpenPass::Action::"routine"] appliesTo {
        principal: [OpenPass::User, OpenPass::Agent],
        resource: [Archive],
        context: OpenPass::Context
    };
}"#;

fn extended(fragment: &str) -> Result<PolicyEngine, PolicyLoadError> {
    PolicyEngine::builder()
        .extend_schema(PolicySource::new("backup.cedarschema", fragment))
        .build()
}

fn operation(action: HostAction, request: Request, keep: Option<i64>) -> Operation {
    let archive =
        HostResource::new("Backup::Archive", "a.tar").with("encrypted", HostValue::Bool(true));
    let context = keep.map(|keep| ("keep", HostValue::Long(keep)));
    let effect = common::effect(openpass_policy::Direction::Widens);
    Operation::host(
        request,
        action,
        archive,
        context.into_iter().collect(),
        effect,
    )
}

fn by_person() -> Request {
    common::by_person(GuardSettings::default())
}

#[test]
fn an_action_in_no_group_is_critical_and_the_guards_hold_for_it() {
    let engine = extended(BACKUP).unwrap();
    let restore = |request| operation(RESTORE, request, None);
    let Decision::RequireBiometry { policies, .. } = engine.decide(&restore(by_person())) else {
        panic!("critical");
    };
    assert_eq!(policies[0].as_str(), "guard.critical-needs-a-factor");

    let opted_out = GuardSettings::new(StepUp::Confirm, Unattended::Waive);
    let manages = |can| AgentRef::new("claude", Tier::Admin, can);
    let denied = engine.decide(&restore(common::by_agent(manages(false), opted_out)));
    assert!(matches!(denied, Decision::Deny(Denial::Forbidden { .. })));
    let by_agent = restore(common::by_agent(manages(true), opted_out));
    assert!(engine.decide_with(&by_agent, AuthFactor::Confirm).is_err());
    assert!(engine.decide_with(&by_agent, AuthFactor::Biometry).is_ok());
    let by_person = restore(common::by_person(opted_out));
    assert!(engine.decide_with(&by_person, AuthFactor::Confirm).is_ok());
}

#[test]
fn an_action_that_says_so_is_not_critical() {
    let engine = extended(BACKUP).unwrap();
    let prune = operation(PRUNE, by_person(), Some(3));
    assert!(matches!(engine.decide(&prune), Decision::Allow { .. }));
    let look = operation(LOOK, by_person(), None);
    assert!(matches!(engine.decide(&look), Decision::Allow { .. }));
    // Nobody said that an agent may look.
    let agent = AgentRef::new("claude", Tier::Admin, true);
    let look = operation(
        LOOK,
        common::by_agent(agent, GuardSettings::default()),
        None,
    );
    assert_eq!(engine.decide(&look), Decision::Deny(Denial::NotPermitted));
}

#[test]
fn what_the_fragment_does_not_declare_is_denied() {
    let engine = extended(BACKUP).unwrap();
    let archive = || HostResource::new("Backup::Archive", "a");
    let encrypted = || archive().with("encrypted", HostValue::Bool(true));
    let restore = |resource, context| {
        let effect = common::effect(openpass_policy::Direction::Widens);
        Operation::host(by_person(), RESTORE, resource, context, effect)
    };
    let wrong = [
        restore(archive(), vec![]),
        restore(archive().with("encrypted", HostValue::Long(1)), vec![]),
        restore(
            encrypted().with("encrypted", HostValue::Bool(false)),
            vec![],
        ),
        restore(encrypted(), vec![("attended", HostValue::Bool(true))]),
        restore(encrypted(), vec![("more", HostValue::Bool(true))]),
        restore(HostResource::new("Archive", "a"), vec![]),
        restore(HostResource::new("OpenPass::Vault", "this"), vec![]),
        operation(HostAction::new("Backup::unknown", "x"), by_person(), None),
        operation(HostAction::new("list", "x"), by_person(), None),
        operation(HostAction::new("OpenPass::list", "x"), by_person(), None),
        operation(PRUNE, by_person(), None),
    ];
    for operation in wrong {
        let decision = engine.decide(&operation);
        assert!(
            matches!(decision, Decision::Deny(Denial::InvalidRequest { .. })),
            "{operation:?}: {decision:?}"
        );
    }
    let shipped = PolicyEngine::shipped().unwrap();
    assert!(matches!(
        shipped.decide(&operation(RESTORE, by_person(), None)),
        Decision::Deny(Denial::InvalidRequest { .. })
    ));
}

#[test]
fn the_digest_binds_what_is_the_hosts_own() {
    let one = operation(PRUNE, by_person(), Some(1)).digest();
    assert_ne!(one, operation(PRUNE, by_person(), Some(2)).digest());
    assert_ne!(one, operation(RESTORE, by_person(), Some(1)).digest());
}

#[test]
fn a_fragment_cannot_get_around_the_guards() {
    let action = |name: &str, group: &str, principal: &str, context: &str| {
        format!(
            "namespace Backup {{ entity Robot; entity Archive;
                action {name} {group} appliesTo {{
                    principal: [{principal}], resource: [Archive], context: {context} }}; }}"
        )
    };
    let user = "OpenPass::User";
    let context = "OpenPass::Context";
    let refused = [
        (
            "OpenPass's own namespace",
            "namespace OpenPass { entity X; }".to_owned(),
        ),
        (
            "a namespace below it",
            "namespace OpenPass::More { entity X; }".to_owned(),
        ),
        ("no namespace", "entity X;".to_owned()),
        (
            "beside a harmless action",
            action("x", r#"in [OpenPass::Action::"list"]"#, user, context),
        ),
        (
            "another kind of principal",
            action("x", "", "Robot", context),
        ),
        ("no context", action("x", "", user, "{}")),
        (
            "a context without the factor",
            action("x", "", user, "{ attended: Bool }"),
        ),
    ];
    for (what, fragment) in refused {
        let error = extended(&fragment)
            .err()
            .unwrap_or_else(|| panic!("{what}"));
        assert!(
            error
                .problems()
                .iter()
                .all(|p| p.kind == ProblemKind::Fragment),
            "{what}: {error}"
        );
    }
    // A group of the host's own does not take its actions out of `critical`.
    let nested = "namespace Backup { entity Archive; action tidy;
        action restore in [tidy] appliesTo {
            principal: [OpenPass::User], resource: [Archive], context: OpenPass::Context }; }";
    let engine = extended(nested).unwrap();
    let archive = HostResource::new("Backup::Archive", "a");
    let effect = common::effect(openpass_policy::Direction::Neutral);
    let restore = Operation::host(by_person(), RESTORE, archive, vec![], effect);
    assert!(matches!(
        engine.decide(&restore),
        Decision::RequireBiometry { .. }
    ));
}

//! Operations of a host's own: declared, guarded, bound.
#![expect(clippy::unwrap_used, reason = "a test")]

#[expect(dead_code, reason = "other tests use the rest")]
mod common;

use openpass_policy::{
    AgentRef, AuthFactor, Channel, Decision, Denial, Entity, GuardSettings, Operation,
    PolicyEngine, PolicyLoadError, PolicySource, ProblemKind, Request, StateDigest, StepUp, Tier,
    Unattended,
};

const RESTORE: &str = "Backup::restore";
const PRUNE: &str = "Backup::prune";
const LOOK: &str = "Backup::look";

const BACKUP: &str = r#"
namespace Backup {
    entity Archive = { encrypted: Bool };
    action restore appliesTo {
        principal: [OpenPass::User, OpenPass::Agent],
        resource: [Archive]
    };
    action prune in [OpenPass::Action::"config"] appliesTo {
        principal: [OpenPass::User, OpenPass::Agent],
        resource: [Archive],
        context: { keep: Long }
    };
    action look in [OpenPass::Action::"routine"] appliesTo {
        principal: [OpenPass::User, OpenPass::Agent],
        resource: [Archive],
        context: OpenPass::Context
    };
}"#;

fn extended(fragment: &str) -> Result<PolicyEngine, PolicyLoadError> {
    PolicyEngine::builder()
        .host(PolicySource::new("backup.cedarschema", fragment))
        .build()
}

/// `action` on `resource`, in the circumstances of `request`.
fn on(resource: Entity, action: &'static str, request: Request) -> Operation {
    Operation::new(action)
        .by(request.principal)
        .on(resource)
        .through(request.channel)
        .under(request.settings)
        .onto(StateDigest::of(&[b"before", b"after"]))
}

fn operation(action: &'static str, request: Request, keep: Option<i64>) -> Operation {
    let archive = Entity::new("Backup::Archive", "a.tar").with("encrypted", true);
    let operation = on(archive, action, request);
    match keep {
        Some(keep) => operation.with("keep", keep),
        None => operation,
    }
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
    let archive = || Entity::new("Backup::Archive", "a");
    let encrypted = || archive().with("encrypted", true);
    let restore = |resource| on(resource, RESTORE, by_person());
    let wrong = [
        restore(archive()),
        restore(archive().with("encrypted", 1)),
        restore(encrypted().with("encrypted", false)),
        restore(encrypted().with("encrypted", true)),
        restore(encrypted()).with("attended", true),
        restore(encrypted()).with("more", true),
        restore(Entity::new("Archive", "a").with("encrypted", true)),
        restore(Entity::new("OpenPass::Vault", "this")),
        operation("Backup::unknown", by_person(), None),
        operation("restore", by_person(), None),
        operation("list", by_person(), None),
        operation("OpenPass::list", by_person(), None),
        operation(PRUNE, by_person(), None),
        operation(PRUNE, by_person(), Some(1)).with("keep", 2),
        operation(RESTORE, by_person(), None).through(Channel::named("web")),
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
            action("x", r#"in [OpenPass::Action::"list"]"#, user, "{}"),
        ),
        (
            "a principal of OpenPass's that asks for nothing",
            action("x", "", "OpenPass::Vault", "{}"),
        ),
        (
            "who asks, of the host's own making",
            action("x", "", user, "{ requester: String }"),
        ),
        (
            "a factor of the host's own making",
            action("x", "", user, "{ authentication: { factor: Robot } }"),
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
}

#[test]
fn the_common_part_of_the_context_is_there_whatever_the_fragment_declares() {
    let user = "principal: [OpenPass::User], resource: [Archive]";
    for context in [
        "",
        ", context: {}",
        ", context: { attended: Bool }",
        ", context: OpenPass::Context",
        ", context: Mine",
    ] {
        let fragment = format!(
            "namespace Backup {{ type Mine = {{ attended: Bool }}; entity Archive;
                action restore appliesTo {{ {user}{context} }}; }}"
        );
        let engine = extended(&fragment).unwrap_or_else(|error| panic!("{context}: {error}"));
        let restore = on(Entity::new("Backup::Archive", "a"), RESTORE, by_person());
        let decision = engine.decide(&restore);
        assert!(
            matches!(decision, Decision::RequireBiometry { .. }),
            "{context}: {decision:?}"
        );
    }
}

#[test]
fn a_group_of_the_hosts_own_does_not_take_its_actions_out_of_critical() {
    let nested = "namespace Backup { entity Archive; action tidy;
        action restore in [tidy] appliesTo {
            principal: [OpenPass::User], resource: [Archive], context: OpenPass::Context }; }";
    let engine = extended(nested).unwrap();
    let restore = on(Entity::new("Backup::Archive", "a"), RESTORE, by_person());
    assert!(matches!(
        engine.decide(&restore),
        Decision::RequireBiometry { .. }
    ));
}

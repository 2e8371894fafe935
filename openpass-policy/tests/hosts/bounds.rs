//! What a host may tell of: how deep it may nest, and whose it may be.

use openpass_policy::{
    After, Before, Direction, Entity, FieldChange, GuardSettings, Operation, OperationProblem,
    PolicyEngine, PolicyLoadError, Request, StateDigest,
};

/// Host `Tree`, with these declarations beside its action `look`.
fn tree(declarations: &str) -> Result<PolicyEngine, PolicyLoadError> {
    let fragment = format!(
        r#"namespace Tree {{
            entity Node in [Node] = {{ next?: Node }};
            action look in [OpenPass::Action::"routine"] appliesTo {{
                principal: [OpenPass::User], resource: [Node], context: {{}}
            }};
            {declarations}
        }}"#
    );
    PolicyEngine::builder().host(fragment.as_str()).build()
}

fn problems(engine: &PolicyEngine, operation: Operation) -> Vec<OperationProblem> {
    match engine.check(&operation) {
        Ok(()) => Vec::new(),
        Err(error) => error.problems().to_vec(),
    }
}

fn on(node: Entity, action: &'static str) -> Operation {
    let request = Request::by_person("a vault", GuardSettings::default());
    let operation = Operation::new(action).requested(request).on(node);
    operation.onto(StateDigest::of(&[]))
}

fn node(number: usize) -> Entity {
    Entity::new("Tree::Node", format!("n{number}"))
}

/// A node that others are around, so many of them, each by `around`.
fn chain(count: usize, around: impl Fn(Entity, Entity) -> Entity) -> Entity {
    let last = node(count).without("next").in_nothing_else();
    (0..count)
        .rev()
        .fold(last, |inner, number| around(node(number), inner))
}

#[test]
fn what_a_host_tells_nests_as_deep_as_it_may_and_no_deeper() {
    let engine = tree("").unwrap();
    let parents = |count| {
        chain(count, |entity, parent| {
            entity.without("next").inside(parent)
        })
    };
    let attributes = |count| {
        chain(count, |entity, next| {
            entity.with("next", next).in_nothing_else()
        })
    };
    for nested in [parents as fn(usize) -> Entity, attributes] {
        assert_eq!(problems(&engine, on(nested(32), "Tree::look")), []);
        let deeper = problems(&engine, on(nested(33), "Tree::look"));
        assert_eq!(deeper, [OperationProblem::TooDeep]);
    }
}

#[test]
fn a_host_declares_nothing_that_needs_an_entity_of_openpass() {
    assert!(tree("entity Other = { node: Set<Node> };").is_ok());
    for needs in [
        "entity Other = { agent: OpenPass::Agent };",
        "entity Other = { agents: Set<OpenPass::Agent> };",
        "entity Other = { inner: { agent?: OpenPass::Agent } };",
        "entity Other in [OpenPass::Vault];",
        "entity Other tags OpenPass::Agent;",
        "action touch appliesTo { principal: [OpenPass::User], resource: [OpenPass::Vault] };",
        "action touch appliesTo { principal: [OpenPass::User], resource: [Node],
             context: { agent: Set<OpenPass::Agent> } };",
    ] {
        let said = tree(needs).unwrap_err().to_string();
        let is_told = said.contains("a host cannot supply") || said.contains("a host can supply");
        assert!(is_told, "{needs}\n{said}");
    }
}

#[test]
fn only_what_is_a_look_and_nothing_else_may_give_no_power() {
    let action = |name: &str, groups: &str| {
        format!(
            "action {name} in [{groups}] appliesTo {{
                 principal: [OpenPass::User], resource: [Node], context: {{}}
             }};"
        )
    };
    let group = |name: &str| format!("OpenPass::Action::\"{name}\"");
    let (routine, config) = (group("routine"), group("config"));
    let declarations = [
        action("both", &format!("{routine}, {config}")),
        action("config", &config),
        "action none appliesTo {
             principal: [OpenPass::User], resource: [Node], context: {}
         };"
        .to_owned(),
    ];
    let engine = tree(&declarations.concat()).unwrap();
    let widens = |action: &'static str| {
        let change = FieldChange::new(
            "name",
            Before(None),
            After(Some("a".to_owned())),
            Direction::Widens,
        );
        let node = node(0).without("next").in_nothing_else();
        problems(&engine, on(node, action).change(change))
    };
    let action = "Tree::look".to_owned();
    assert_eq!(
        widens("Tree::look"),
        [OperationProblem::WidensUnasked { action }]
    );
    for changes in ["Tree::both", "Tree::config", "Tree::none"] {
        assert_eq!(widens(changes), [], "{changes}");
    }
}

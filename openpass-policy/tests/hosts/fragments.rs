//! Fragments that a host could not supply are refused when they are loaded.

use openpass_policy::{PolicyEngine, ProblemKind};

/// A fragment with `types`, and an action whose context is `context`.
fn fragment(types: &str, principal: &str, resource: &str, context: &str) -> String {
    format!(
        "namespace Own {{ entity Person; entity Thing; {types}
            action act appliesTo {{ principal: [{principal}], resource: [{resource}], \
            context: {context} }}; }}"
    )
}

fn assert_refused(fragment: &str, what: &str) {
    let built = PolicyEngine::builder().host(fragment).build();
    let error = built
        .err()
        .unwrap_or_else(|| panic!("it loads: {fragment}"));
    for problem in error.problems() {
        assert_eq!(problem.kind, ProblemKind::Fragment, "{error}");
    }
    assert!(error.to_string().contains(what), "{what}: {error}");
}

#[test]
fn case_76_what_needs_an_entity_of_openpass_is_refused_by_name() {
    let plain = |types: &str| fragment(types, "Person", "Thing", "{}");
    let refused = [
        (plain("entity A = { agent: OpenPass::Agent };"), "Own::A"),
        (plain("entity A = { it: Set<OpenPass::Vault> };"), "Own::A"),
        (
            plain("entity A = { it: { of: OpenPass::Token } };"),
            "Own::A",
        ),
        (plain("entity A in [OpenPass::User];"), "Own::A"),
        (plain("entity A tags OpenPass::Agent;"), "Own::A"),
        (plain("entity A = { it?: OpenPass::AuthFactor };"), "Own::A"),
        (
            plain("type T = { a: OpenPass::Agent }; entity A = { it: T };"),
            "Own::A",
        ),
        (fragment("", "Person", "OpenPass::Vault", "{}"), "Own::act"),
        (
            fragment("", "Person", "Thing, OpenPass::Agent", "{}"),
            "Own::act",
        ),
        (fragment("", "OpenPass::Vault", "Thing", "{}"), "Own::act"),
        (
            fragment("", "Person", "Thing", "{ who: OpenPass::Agent }"),
            "Own::act",
        ),
        (
            fragment("", "Person", "Thing", "{ who: Set<OpenPass::User> }"),
            "Own::act",
        ),
    ];
    for (fragment, what) in refused {
        assert_refused(&fragment, what);
    }
}

#[test]
fn case_76_a_context_that_redeclares_the_common_part_is_refused_by_name() {
    for name in [
        "authentication",
        "requester",
        "channel",
        "attended",
        "guard",
        "time",
    ] {
        for kind in ["Long", "Thing", "Set<Bool>", "{ a: Bool }"] {
            let context = format!("{{ {name}: {kind} }}");
            let fragment = fragment("", "Person", "Thing", &context);
            assert_refused(&fragment, &format!("`{name}`"));
        }
    }
    // As a common type of the fragment's own.
    let context = "type Mine = { attended: Long };";
    assert_refused(&fragment(context, "Person", "Thing", "Mine"), "`attended`");
    // That it may be there or not is another declaration, too.
    let context = "{ attended?: Bool }";
    assert_optional_is_whole(&fragment("", "Person", "Thing", context));
}

/// It loads with the common part as it always is, or not at all.
fn assert_optional_is_whole(fragment: &str) {
    let policy = "forbid (principal, action, resource) when { context.attended };";
    let engine = PolicyEngine::builder().host(fragment);
    let engine = engine.policies(&[policy.into()]).build();
    assert!(engine.is_ok(), "{:?}", engine.err());
}

#[test]
fn case_76_a_context_of_another_namespace_is_refused() {
    let other = "namespace Other { type Context = { a: Long }; }";
    let fragment = fragment("", "Person", "Thing", "Other::Context");
    assert_refused(&format!("{other}\n{fragment}"), "`act`");
}

#[test]
fn a_context_that_is_a_common_type_with_a_doc_loads() {
    let types = "@doc(\"what\") type Mine = { @doc(\"how\") a: Long };";
    let built = PolicyEngine::builder().host(fragment(types, "Person", "Thing", "Mine").as_str());
    let built = built.build();
    assert!(built.is_ok(), "{:?}", built.err());
}

#[test]
fn case_76_what_a_host_can_supply_loads() {
    let whole = fragment(
        r#"entity Group in [Group] = { since: datetime } tags Set<String>;
           entity Colour enum ["red", "blue"];
           type Money = { amount: decimal, currency: String };
           entity Account in [Group] = { owner: Person, limit: Money, colours: Set<Colour> };"#,
        "Person, OpenPass::User, OpenPass::Agent",
        "Account, Group",
        "{ limit: Money, from?: ipaddr }",
    );
    let built = PolicyEngine::builder().host(whole.as_str()).build();
    assert!(built.is_ok(), "{:?}", built.err());
}

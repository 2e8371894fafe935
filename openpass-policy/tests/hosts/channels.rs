//! The ways by which requests come.

use openpass_policy::{
    AuthFactor, Channel, Decision, Denial, Guard, GuardSettings, MemorySink, PolicyEngine, Refusal,
    StepUp, Unattended,
};

use crate::{
    flags::{FLAGS, ada, flag, parts, set},
    people::Reads,
};

#[test]
fn a_declared_channel_works_and_policies_can_speak_of_it() {
    let policy = r#"@id("not-by-web") forbid (principal, action, resource)
        when { context.channel == OpenPass::Channel::"web" };"#;
    let by_web = || set(ada(), flag("prod")).through(Channel::named("web"));
    let open = parts("").channel("web").build().unwrap();
    assert!(matches!(
        open.decide(&by_web()),
        Decision::RequireBiometry { .. }
    ));
    let closed = parts(policy).channel("web").build().unwrap();
    assert!(matches!(
        closed.decide(&by_web()),
        Decision::Deny(Denial::Forbidden { .. })
    ));
    let other = set(ada(), flag("prod"));
    assert!(matches!(
        closed.decide(&other),
        Decision::RequireBiometry { .. }
    ));
    // Without the declaration the policy does not load.
    assert!(parts(policy).build().is_err());
}

#[test]
fn a_channel_that_nobody_declared_is_a_malformed_operation() {
    let engine = parts("").channel("web").build().unwrap();
    let operation = || set(ada(), flag("prod")).through(Channel::named("wep"));
    let error = engine.check(&operation()).unwrap_err().to_string();
    assert!(error.contains("wep"), "{error}");
    let reads = Reads::default();
    let guard = Guard::new(engine, reads.clone(), MemorySink::new());
    let refused = guard.authorize_blocking(operation()).unwrap_err();
    assert!(matches!(refused, Refusal::Malformed(_)), "{refused}");
    assert!(reads.questions().is_empty());
}

#[test]
fn a_yes_and_a_waiver_never_count_through_a_hosts_channel() {
    let engine = parts("").channel("web").build().unwrap();
    let settings = GuardSettings::new(StepUp::Confirm, Unattended::Waive);
    let operation = |channel| set(ada(), flag("prod")).under(settings).through(channel);
    for channel in ["web", "other", "mcp"].map(Channel::named) {
        let attended = operation(channel.clone());
        assert!(engine.decide_with(&attended, AuthFactor::Confirm).is_err());
        let unattended = operation(channel).unattended();
        assert!(engine.decide_with(&unattended, AuthFactor::Waived).is_err());
    }
    let at_the_command_line = operation(Channel::Cli);
    assert!(
        engine
            .decide_with(&at_the_command_line, AuthFactor::Confirm)
            .is_ok()
    );
}

#[test]
fn a_channel_is_named_plainly_and_no_name_is_taken_twice() {
    for wrong in [
        "",
        "cli",
        "mcp",
        "other",
        "a b",
        "a\"b",
        "ä",
        &"a".repeat(33),
    ] {
        let engine = PolicyEngine::builder().host(FLAGS).channel(wrong);
        let error = engine.build().unwrap_err().to_string();
        assert!(error.contains(&format!("`{wrong}`")), "{wrong}: {error}");
    }
    assert_eq!(Channel::named("cli"), Channel::Cli);
    assert_eq!(Channel::named("web").as_str(), "web");
}

//! Whether what vouched was signed by an approver, and by what kind of one: what policy
//! sees of it, and who may change the approvers.
#![expect(clippy::unwrap_used, reason = "a test")]

mod common;

use openpass_auth::Factor;
use openpass_policy::{
    Action, ApproverKind, ApproverRef, AuthFactor, Authentication, Decision, Denial, Direction,
    GuardSettings, Operation, PolicyEngine, PolicySource, Request, StepUp, Unattended,
};

const CHANGES: [Action; 3] = [
    Action::AddApprover,
    Action::ReplaceApprover,
    Action::RemoveApprover,
];

fn with(text: &str) -> PolicyEngine {
    let sources = [PolicySource::new("own.cedar", text)];
    let parts = PolicyEngine::builder().factors(Factor::ALL);
    parts.policies(&sources).build().unwrap()
}

fn shipped() -> PolicyEngine {
    let parts = PolicyEngine::builder().factors(Factor::ALL);
    parts.build().unwrap()
}

fn asked(action: &Action, request: Request) -> Operation {
    common::operation(action, request, &common::agent("codex", true))
}

fn person() -> Request {
    common::by_person(GuardSettings::default())
}

/// What is taken, of all that can be given.
fn taken(engine: &PolicyEngine, operation: &Operation) -> Vec<String> {
    let takes = |given: &Authentication| engine.decide_with(operation, *given).is_ok();
    let all = Authentication::all().filter(takes);
    all.map(|given| given.to_string()).collect()
}

#[test]
fn an_approver_signs_for_the_factor_of_its_kind_and_for_no_other() {
    let all: Vec<(AuthFactor, ApproverKind)> = Authentication::all()
        .map(|given| (given.factor(), given.approver()))
        .collect();
    assert_eq!(all.len(), AuthFactor::ALL.len() + 4);
    for factor in AuthFactor::ALL {
        assert!(all.contains(&(factor, ApproverKind::None)), "{factor}");
        let signed = Authentication::signed(factor);
        assert_eq!(signed.approver(), ApproverKind::of(factor));
        assert!(all.contains(&(factor, signed.approver())), "{factor}");
        assert!(!Authentication::from(factor).is_signed(), "{factor}");
    }
    let signs = |factor: &AuthFactor| Authentication::signed(*factor).is_signed();
    let signing: Vec<&str> = AuthFactor::ALL
        .iter()
        .filter(|it| signs(it))
        .map(|it| it.as_str())
        .collect();
    assert_eq!(
        signing,
        ["device", "security-key", "passphrase", "biometry"]
    );
}

#[test]
fn who_can_sign_changes_only_by_what_an_approver_signs() {
    for text in ["", "permit (principal, action, resource);"] {
        let engine = if text.is_empty() {
            shipped()
        } else {
            with(text)
        };
        for action in &CHANGES {
            let operation = asked(action, person());
            assert_eq!(
                taken(&engine, &operation),
                [
                    "signed device",
                    "signed security-key",
                    "signed passphrase",
                    "signed biometry"
                ],
                "{action}"
            );
        }
    }
}

#[test]
fn no_setting_that_opts_out_reaches_the_approvers() {
    let settings = GuardSettings::new(StepUp::Confirm, Unattended::Waive);
    let requests = [
        common::by_person(settings),
        Request::by_script("~/.openpass", settings),
    ];
    for request in requests {
        for action in CHANGES.iter().chain([&Action::RenewApprover]) {
            let unsigned = taken(&shipped(), &asked(action, request.clone()));
            assert!(
                unsigned.iter().all(|it| it.starts_with("signed ")),
                "{unsigned:?}"
            );
        }
    }
}

#[test]
fn no_agent_touches_the_approvers() {
    let engine = with("permit (principal, action, resource);");
    for action in CHANGES.iter().chain([&Action::RenewApprover]) {
        let agent = common::agent("hermes", true);
        let operation = asked(action, common::by_agent(agent, GuardSettings::default()));
        assert_eq!(taken(&engine, &operation), [""; 0], "{action}");
        assert!(matches!(engine.decide(&operation), Decision::Deny(_)));
    }
}

#[test]
fn the_passphrases_own_is_renewed_by_it_or_by_biometry_whatever_ones_own_policies_say() {
    for text in [
        "forbid (principal, action, resource);",
        "permit (principal, action, resource);",
    ] {
        let operation = asked(&Action::RenewApprover, person());
        let all = ["signed passphrase", "signed biometry"];
        assert_eq!(taken(&with(text), &operation), all);
    }
}

#[test]
fn a_decision_says_which_factors_count_only_where_they_are_signed() {
    let engine = with(
        r#"forbid (principal, action == OpenPass::Action::"widenAgent", resource)
        unless {
            context.authentication.factor == OpenPass::AuthFactor::"security-key" ||
            context.authentication.approver == OpenPass::ApproverKind::"passphrase"
        };"#,
    );
    let decision = engine.decide(&asked(&Action::WidenAgent, person()));
    assert_eq!(
        decision.takes().as_deref(),
        Some("security-key, or passphrase if signed")
    );
    let Decision::RequireBiometry {
        accepts,
        signed_only,
        ..
    } = &decision
    else {
        panic!("{decision:?}");
    };
    assert!(accepts.iter().eq([Factor::SecurityKey, Factor::Passphrase]));
    assert!(signed_only.iter().eq([Factor::Passphrase]));
    let written = serde_json::to_value(&decision).unwrap();
    assert_eq!(written["signedOnly"], serde_json::json!(["passphrase"]));
    let plain = engine.decide(&asked(&Action::ApplyPolicy, person()));
    let written = serde_json::to_value(&plain).unwrap();
    assert_eq!(written.get("signedOnly"), None);
}

#[test]
fn of_an_operation_with_parts_the_strictest_says_what_is_signed() {
    let engine = with(
        r#"forbid (principal, action == OpenPass::Action::"widenAgent", resource)
        when { context.authentication.approver == OpenPass::ApproverKind::"none" }
        unless { context.authentication.factor == OpenPass::AuthFactor::"device" };
        forbid (principal, action == OpenPass::Action::"acceptDrift", resource)
        when { context.authentication.factor == OpenPass::AuthFactor::"biometry" }
        unless { context.authentication.approver == OpenPass::ApproverKind::"enclave" };
        forbid (principal, action == OpenPass::Action::"acceptDrift", resource)
        when { context.authentication.factor == OpenPass::AuthFactor::"security-key" };"#,
    );
    let widens = asked(&Action::WidenAgent, person());
    let drift = asked(&Action::AcceptDrift, person()).coming_to([widens]);
    // The key is refused by the one, and a code by the other.
    assert_eq!(
        engine.decide(&drift).takes().as_deref(),
        Some("device, or biometry or passphrase if signed")
    );
}

#[test]
fn where_signed_is_refused_and_unsigned_taken_the_guard_is_told_what_was_given() {
    let engine = with(
        r#"forbid (principal, action, resource)
        when { context.authentication.approver != OpenPass::ApproverKind::"none" };"#,
    );
    let operation = asked(&Action::WidenAgent, person());
    let decision = engine.decide(&operation);
    assert!(decision.takes().is_some_and(|it| !it.contains("signed")));
    assert!(
        engine
            .decide_with(&operation, AuthFactor::Passphrase)
            .is_ok()
    );
    let signed = Authentication::signed(AuthFactor::Passphrase);
    assert!(matches!(
        engine.decide_with(&operation, signed),
        Err(Denial::Forbidden { .. })
    ));
}

#[test]
fn what_no_prompt_may_ask_for_vouches_for_nothing_signed_or_not() {
    let engine = PolicyEngine::shipped().unwrap();
    let operation = asked(&Action::AddApprover, person());
    assert_eq!(
        engine.decide(&operation).takes().as_deref(),
        Some("biometry or passphrase, if signed")
    );
    let signed = Authentication::signed(AuthFactor::SecurityKey);
    assert_eq!(
        engine.decide_with(&operation, signed),
        Err(Denial::NotPermitted)
    );
}

#[test]
fn a_person_is_told_what_kind_of_approver_it_is_and_which() {
    let approver = |id: &str, kind| ApproverRef {
        id: id.to_owned(),
        kind,
    };
    let effect = || common::effect(Direction::Widens);
    let long = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
    let key = || approver(long, ApproverKind::SecurityKey);
    let says = |operation: Operation| operation.summary().to_string();
    assert_eq!(
        says(Operation::add_approver(person(), key(), effect())),
        r#"add the security key "NzbLsXh8uDCcd-6M…" as an approver"#
    );
    assert_eq!(
        says(Operation::replace_approver(person(), key(), effect())),
        r#"replace an approver by the security key "NzbLsXh8uDCcd-6M…""#
    );
    let short = approver("a\nb", ApproverKind::Enclave);
    assert_eq!(
        says(Operation::remove_approver(person(), short, effect())),
        r#"remove the Secure Enclave's key "a\u{a}b" from the approvers"#
    );
    let own = approver(long, ApproverKind::Passphrase);
    assert_eq!(
        says(Operation::renew_approver(person(), own, effect())),
        r#"enrol the passphrase's key "NzbLsXh8uDCcd-6M…" anew"#
    );
}

#[test]
fn policies_see_the_kind_of_the_approver_that_is_changed() {
    let engine = with(
        r#"forbid (principal, action == OpenPass::Action::"addApprover", resource)
        when { resource.kind == OpenPass::ApproverKind::"passphrase" };"#,
    );
    for (kind, is_taken) in [
        (ApproverKind::Passphrase, false),
        (ApproverKind::SecurityKey, true),
    ] {
        let approver = ApproverRef {
            id: "abc".to_owned(),
            kind,
        };
        let effect = common::effect(Direction::Widens);
        let operation = Operation::add_approver(person(), approver, effect);
        let signed = Authentication::signed(AuthFactor::Biometry);
        assert_eq!(
            engine.decide_with(&operation, signed).is_ok(),
            is_taken,
            "{kind}"
        );
    }
}

//! Decisions as JSON, written and read back.

use openpass_auth::Factor;
use openpass_policy::{Decision, Denial, GuardSettings, StepUp, Unattended};
use serde_json::json;

use crate::flags::{ada, engine, flag, on_region, parts, robot, set};

fn read(value: serde_json::Value) -> Result<Decision, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

#[test]
fn a_decision_of_every_kind_comes_back_as_it_was() {
    let failing = r#"permit (principal, action == Flags::Action::"set", resource)
        when { context.percentAfter + 9223372036854775807 > 0 };"#;
    let timed = "permit (principal, action, resource) when { context.time.weekday == 1 };";
    let all_factors = parts("").factors(Factor::ALL).build().unwrap();
    let signed = r#"forbid (principal, action == Flags::Action::"set", resource)
        when { context.authentication.approver == OpenPass::ApproverKind::"none" };"#;
    let whole = || set(ada(), flag("prod"));
    let decisions = [
        engine("").decide(&on_region("Flags::list", ada())),
        engine("").decide(&whole()),
        all_factors.decide(&whole()),
        engine(signed).decide(&whole()),
        engine("").decide(&on_region("Flags::setRules", robot())),
        engine("").decide(&whole().with("more", 1).with("percentAfter", "x")),
        engine(failing).decide(&whole()),
        engine(timed).decide(&whole()),
        Decision::Deny(Denial::NotPermitted),
    ];
    let mut kinds = std::collections::BTreeSet::new();
    for decision in decisions {
        let written = serde_json::to_value(&decision).unwrap();
        assert_eq!(written["form"], 2);
        assert_ne!(written["signedOnly"], json!([]));
        let kind = format!("{} {}", written["decision"], written["reason"]);
        kinds.insert(kind);
        assert_eq!(read(written.clone()), Ok(decision));
        let text = written.to_string();
        assert!(serde_json::from_str::<Decision>(&text).is_ok(), "{text}");
    }
    // Allow, a question, and five reasons to deny.
    assert_eq!(kinds.len(), 7, "{kinds:?}");
}

#[test]
fn the_factors_are_in_the_order_of_offering() {
    let engine = parts("").factors(Factor::ALL).build().unwrap();
    let settings = GuardSettings::new(StepUp::SystemLogin, Unattended::Passphrase);
    let set_flag = set(ada(), flag("prod")).under(settings);
    let written = serde_json::to_value(engine.decide(&set_flag)).unwrap();
    let names = Factor::ALL.map(Factor::as_str);
    assert_eq!(written["accepts"], json!(names));
}

#[test]
fn what_is_no_decision_of_this_version_is_refused() {
    let asks = |version: u32, accepts: &[&str]| {
        json!({ "form": version, "decision": "require-biometry", "accepts": accepts,
            "policies": [] })
    };
    let signed = |names: &[&str]| {
        let mut asks = asks(2, &["passphrase"]);
        asks["signedOnly"] = json!(names);
        asks
    };
    assert!(read(asks(2, &["passphrase"])).is_ok());
    assert!(read(signed(&["passphrase"])).is_ok());
    for (wrong, what) in [
        (asks(1, &["passphrase"]), "version 1"),
        (asks(3, &["passphrase"]), "version 3"),
        (asks(2, &[]), "accepts no factor"),
        (asks(2, &["passphrase", "y"]), "\"y\" is not a factor"),
        (asks(2, &["confirm"]), "\"confirm\" is not a factor"),
        (signed(&["biometry"]), "is not accepted"),
        (signed(&["y"]), "\"y\" is not a factor"),
        (json!({ "decision": "allow", "policies": [] }), "form"),
        (json!({ "form": 2, "decision": "maybe" }), "maybe"),
    ] {
        let error = read(wrong).unwrap_err();
        assert!(error.contains(what), "{what}: {error}");
    }
}

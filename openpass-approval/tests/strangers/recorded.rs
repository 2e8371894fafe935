//! What a stranger reads: lines of a log, and what they must say.

use openpass_approval::{Approver, RecordError, Recorded, StatementError};
use openpass_auth::Factor;
use serde_json::{Value, json};

use crate::common::{
    all, approvals, base64url, binding, bytes, enclave, line_of, passphrase, security_key,
    statement,
};

/// What is said of a line by whoever has the keys of all approvers.
fn verify(line: &str) -> Result<(), RecordError> {
    Recorded::read(line.as_bytes())?.verify(&all()).map(|_| ())
}

fn record(place: usize) -> Value {
    serde_json::to_value(approvals()[place].record()).unwrap()
}

#[test]
fn what_was_verified_is_verified_again_by_public_keys_alone() {
    for (place, approval) in approvals().iter().enumerate() {
        let line = serde_json::to_string(&approval.record()).unwrap();
        let recorded = Recorded::read(line.as_bytes()).unwrap();
        assert_eq!(recorded, approval.record());
        assert_eq!(serde_json::from_str::<Recorded>(&line).unwrap(), recorded);
        assert_eq!(recorded.statement().unwrap(), *approval.statement());
        let again = recorded.verify(&all()).unwrap();
        assert_eq!(&again, approval);
        assert_eq!(again.counter(), (place == 2).then_some(41));
        assert_eq!(again.to_jws().is_some(), place != 2);
        assert_eq!(again.to_webauthn().is_some(), place == 2);
    }
}

/// A statement that the passphrase's key signed, with one member exchanged before that.
fn signed_with(member: &str, value: &str) -> String {
    let own = statement(Factor::Passphrase, &passphrase().public().id());
    let before = serde_json::from_str::<Value>(&own).unwrap();
    let old = format!(r#""{member}":{}"#, before[member]);
    assert!(own.contains(&old));
    line_of(&own.replace(&old, &format!(r#""{member}":{value}"#)))
}

#[test]
fn case_65_a_signed_statement_with_a_value_that_it_cannot_have_is_refused() {
    let own = passphrase().public().id();
    assert_eq!(
        verify(&line_of(&statement(Factor::Passphrase, &own))),
        Ok(())
    );
    let zeros = |bytes: usize| format!(r#""{}""#, "00".repeat(bytes));
    let upper = format!(r#""{}""#, "AA".repeat(32));
    let signs = format!(r#""{}""#, "+f".repeat(32));
    let odd: &[(&'static str, &str)] = &[
        ("domain", r#""openpass-approval-2""#),
        ("domain", r#""""#),
        ("approver", r#""me""#),
        ("at", r#""-1""#),
        ("at", r#""+1""#),
        ("at", r#""01""#),
        ("at", r#""""#),
        ("at", r#""1e9""#),
        ("at", r#""18446744073709551616""#),
        ("digest", &zeros(31)),
        ("digest", &upper),
        ("digest", &signs),
        ("factor", r#""face""#),
        ("factor", r#""Passphrase""#),
        ("nonce", &zeros(33)),
        ("nonce", &upper),
        ("scope", &zeros(32)),
        ("sealAfter", &zeros(0)),
        ("sealAfter", &upper),
        ("sealBefore", &zeros(16)),
        ("sealBefore", &signs),
    ];
    for (member, value) in odd {
        let error = verify(&signed_with(member, value));
        let expected = StatementError::Value(member).into();
        assert_eq!(error, Err(expected), "{member} {value}");
    }
    let latest = signed_with("at", r#""18446744073709551615""#);
    assert_eq!(verify(&latest), Ok(()));
}

#[test]
fn case_65_a_signed_statement_in_another_form_is_refused() {
    let own = statement(Factor::Passphrase, &passphrase().public().id());
    let not_one = Err(RecordError::Statement(StatementError::NotOne));
    let not_canonical = Err(RecordError::Statement(StatementError::NotCanonical));
    let members: Vec<Value> = serde_json::from_str::<Value>(&own)
        .unwrap()
        .as_object()
        .unwrap()
        .values()
        .cloned()
        .collect();
    let twice = own.replacen('{', r#"{"at":"1","#, 1);
    let more = own.replacen('{', r#"{"aa":"1","#, 1);
    for odd in [
        "",
        "{}",
        "null",
        "[]",
        r#""x""#,
        &own[1..],
        &format!("{own}}}"),
        &twice,
        &more,
        &json!(members).to_string(),
    ] {
        assert_eq!(verify(&line_of(odd)), not_one, "{odd}");
    }
    for member in [
        "approver",
        "at",
        "decision",
        "digest",
        "domain",
        "factor",
        "nonce",
        "scope",
        "sealAfter",
        "sealBefore",
    ] {
        let mut less = serde_json::from_str::<Value>(&own).unwrap();
        less.as_object_mut().unwrap().remove(member);
        assert_eq!(verify(&line_of(&less.to_string())), not_one, "{member}");
        assert_eq!(verify(&signed_with(member, "1")), not_one, "{member}");
        assert_eq!(verify(&signed_with(member, "null")), not_one, "{member}");
    }
    assert_eq!(verify(&signed_with("decision", r#""maybe""#)), not_one);
    let swapped =
        own.replace(r#""decision":"approve","#, "")
            .replacen('}', r#","decision":"approve"}"#, 1);
    let escaped = own.replace("openpass", r"\u006fpenpass");
    let variant = own.replace(r#""approve""#, r#"{"approve":null}"#);
    for odd in [
        own.replace(':', ": "),
        format!("{own}\n"),
        format!(" {own}"),
        swapped,
        escaped,
        variant,
    ] {
        assert_eq!(verify(&line_of(&odd)), not_canonical, "{odd}");
    }
}

#[test]
fn case_65_a_signed_refusal_is_no_approval() {
    assert_eq!(
        verify(&signed_with("decision", r#""refuse""#)),
        Err(RecordError::Refused)
    );
}

#[test]
fn case_65_a_statement_that_was_changed_after_it_was_signed_is_refused() {
    let id = enclave().public().id();
    for place in 0..3 {
        let own = record(place);
        let text = own["statement"].as_str().unwrap();
        let members = serde_json::from_str::<Value>(text).unwrap();
        for (member, value) in [
            ("decision", "refuse"),
            ("scope", &"08".repeat(16)),
            ("digest", &"08".repeat(32)),
            ("nonce", &"08".repeat(32)),
            ("sealBefore", &"08".repeat(32)),
            ("sealAfter", &"08".repeat(32)),
            ("at", "1795802401"),
            ("factor", "device"),
            ("approver", id.as_str()),
        ] {
            if members[member] == value {
                continue;
            }
            let old = format!(r#""{member}":{}"#, members[member]);
            let mut line = own.clone();
            line["statement"] = text
                .replace(&old, &format!(r#""{member}":"{value}""#))
                .into();
            assert_ne!(line, own);
            assert!(verify(&line.to_string()).is_err(), "{member}");
        }
    }
}

#[test]
fn case_65_a_line_with_another_lines_parts_is_refused() {
    for place in 0..3 {
        for other in (0..3).filter(|other| *other != place) {
            let mut line = record(place);
            line["statement"] = record(other)["statement"].clone();
            assert!(verify(&line.to_string()).is_err());
        }
    }
    // A security key's without its data, and another's with some.
    let mut line = record(2);
    let data = line.as_object_mut().unwrap().remove("authenticatorData");
    assert_eq!(verify(&line.to_string()), Err(RecordError::Form));
    // By the security key's own key, in the form of an enclave's.
    let jws = security_key().key.sign(&binding(), Factor::SecurityKey);
    line["signature"] = base64url(&bytes(&jws).0).into();
    assert_eq!(verify(&line.to_string()), Err(RecordError::Form));
    for place in [0, 1] {
        let mut line = record(place);
        line["authenticatorData"] = data.clone().unwrap();
        assert_eq!(verify(&line.to_string()), Err(RecordError::Form));
    }
}

#[test]
fn case_65_keys_that_were_not_given_verify_nothing() {
    let [typed, mac, blue] = all();
    let without =
        |approvers: &[Approver], place: usize| approvals()[place].record().verify(approvers);
    let unknown = Err(RecordError::UnknownKey);
    assert_eq!(without(&[], 0), unknown);
    assert_eq!(without(&[mac.clone(), blue.clone()], 0), unknown);
    assert_eq!(without(&[typed.clone(), blue.clone()], 1), unknown);
    assert_eq!(without(&[typed, mac.clone()], 2), unknown);
    // The same key, given as another kind's.
    let device = Approver::new(Factor::Device, mac.key().clone(), "", "", None).unwrap();
    assert_eq!(without(&[device], 1), Err(RecordError::OtherKind));
    let biometry = Approver::new(Factor::Biometry, blue.key().clone(), "", "", None).unwrap();
    assert_eq!(without(&[biometry], 2), Err(RecordError::OtherKind));
}

#[test]
fn case_65_a_line_in_another_form_is_refused() {
    let own = record(2);
    let parts = ["statement", "signature", "authenticatorData"].map(|it| own[it].clone());
    let read = |line: &Value| verify(&line.to_string());
    assert_eq!(read(&json!(parts)), Err(RecordError::NotOne));
    for member in ["statement", "signature"] {
        let mut less = own.clone();
        less.as_object_mut().unwrap().remove(member);
        assert_eq!(read(&less), Err(RecordError::NotOne), "{member}");
    }
    for member in ["statement", "signature", "authenticatorData", "more"] {
        for value in [json!(null), json!(1), json!([]), json!({})] {
            let mut odd = own.clone();
            odd[member] = value;
            assert_eq!(read(&odd), Err(RecordError::NotOne), "{odd}");
        }
        let twice = own
            .to_string()
            .replacen('{', &format!(r#"{{"{member}":"","#), 1);
        assert_eq!(verify(&twice), Err(RecordError::NotOne), "{twice}");
    }
    assert_eq!(verify(""), Err(RecordError::NotOne));
    assert_eq!(verify(&format!("{own}{own}")), Err(RecordError::NotOne));
}

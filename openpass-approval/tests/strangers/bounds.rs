//! Abuse case 65: a megabyte of anything.

use openpass_approval::{
    Approver, KeySetError, RecordError, Recorded, Statement, StatementError, read_key_set,
    write_key_set,
};
use openpass_auth::Factor;
use serde_json::{Value, json};

use crate::common::{all, approvals, passphrase, statement};

fn record(place: usize) -> Value {
    serde_json::to_value(approvals()[place].record()).unwrap()
}

fn keys() -> Value {
    serde_json::from_str(&write_key_set(&all())).unwrap()
}

#[test]
fn case_65_a_megabyte_is_refused_before_anything_is_done_with_it() {
    let long = "0".repeat(1 << 20);
    let deep = "[".repeat(1 << 20);
    for text in [&long, &deep, &format!("{}{long}", record(0))] {
        assert_eq!(Recorded::read(text.as_bytes()), Err(RecordError::TooLong));
        assert_eq!(
            Statement::read(text.as_bytes()),
            Err(StatementError::TooLong)
        );
    }
    // Where it is a part of something else that is read: no such text is kept.
    for member in ["statement", "signature", "authenticatorData"] {
        let mut line = record(2);
        line[member] = long.as_str().into();
        let error = serde_json::from_value::<Recorded>(line.clone()).unwrap_err();
        assert!(error.to_string().len() < 200, "{error}");
        assert_eq!(
            Recorded::read(line.to_string().as_bytes()),
            Err(RecordError::TooLong)
        );
        let error = serde_json::from_str::<Recorded>(&line.to_string()).unwrap_err();
        assert!(error.to_string().len() < 200, "{error}");
    }
    let blanks = format!("{}{}", record(0), " ".repeat(2048));
    assert_eq!(Recorded::read(blanks.as_bytes()), Err(RecordError::TooLong));
    let within = format!("{}{}", record(0), " ".repeat(1000));
    assert!(
        Recorded::read(within.as_bytes())
            .unwrap()
            .verify(&all())
            .is_ok()
    );
    let just_too_long = format!(
        "{}{}",
        statement(Factor::Passphrase, &passphrase().public().id()),
        " ".repeat(1024)
    );
    assert_eq!(
        Statement::read(just_too_long.as_bytes()),
        Err(StatementError::TooLong)
    );
}

#[test]
fn case_65_a_megabyte_of_keys_is_refused_before_anything_is_done_with_it() {
    let long = "A".repeat(1 << 20);
    let key = keys()["keys"][0].to_string();
    let many = format!(r#"{{"keys":[{}]}}"#, vec![key.as_str(); 4000].join(","));
    let deep = format!(r#"{{"keys":{}"#, "[".repeat(1 << 20));
    let one = json!({ "keys": [{ "kty": long }] }).to_string();
    for text in [&long, &many, &deep, &one] {
        let error = read_key_set(text.as_bytes()).unwrap_err();
        assert_eq!(error, KeySetError::TooLong);
    }
    let blanks = |count| format!("{}{}", keys(), " ".repeat(count));
    assert_eq!(read_key_set(blanks(60_000).as_bytes()).unwrap().len(), 3);
    assert_eq!(
        read_key_set(blanks(64 * 1024).as_bytes()),
        Err(KeySetError::TooLong)
    );
    // A key that is a part of something else: no such text is kept.
    for member in ["kty", "x", "y", "kid", "label", "credential", "more"] {
        let mut key = keys()["keys"][2].clone();
        key[member] = long.as_str().into();
        let error = serde_json::from_str::<Approver>(&key.to_string()).unwrap_err();
        assert!(error.to_string().len() < 300, "{error}");
    }
}

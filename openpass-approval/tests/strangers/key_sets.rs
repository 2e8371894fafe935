//! Abuse case 65: key sets that say more, less or something else than keys.

use openpass_approval::{Approver, KeySetError, read_key_set, write_key_set};
use serde_json::{Value, json};

use crate::common::{SINCE, all, base64url};

fn set() -> Value {
    serde_json::from_str(&write_key_set(&all())).unwrap()
}

/// What is said of a set whose key in that place is changed.
fn refused(place: usize, change: impl FnOnce(&mut Value)) -> String {
    let mut set = set();
    change(&mut set["keys"][place]);
    let key = set["keys"][place].to_string();
    // A key by itself is read as strictly.
    let alone = serde_json::from_str::<Approver>(&key)
        .unwrap_err()
        .to_string();
    match read_key_set(set.to_string().as_bytes()).unwrap_err() {
        KeySetError::Key { number, problem } => {
            assert_eq!(number, place + 1);
            assert_eq!(problem, alone);
            problem
        }
        KeySetError::NotOne(problem) => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_key_set_is_read_as_it_was_written() {
    let written = write_key_set(&all());
    assert_eq!(read_key_set(written.as_bytes()).unwrap(), all());
    assert!(written.ends_with("}\n"));
    assert_eq!(read_key_set(write_key_set(&[]).as_bytes()).unwrap(), []);
    let keys = set();
    assert_eq!(keys["keys"][0]["alg"], "EdDSA");
    assert_eq!(keys["keys"][1]["kind"], "biometry");
    assert_eq!(keys["keys"][2]["credential"], base64url(&[9; 32]));
    assert_eq!(keys["keys"][2]["since"], SINCE);
    assert_eq!(keys["keys"][2].get("d"), None);
    for approver in all() {
        let json = serde_json::to_string(&approver).unwrap();
        assert_eq!(serde_json::from_str::<Approver>(&json).unwrap(), approver);
    }
}

#[test]
fn a_key_may_leave_out_what_follows_from_it() {
    for member in ["kid", "alg", "use", "label", "since"] {
        let mut set = set();
        set["keys"][1].as_object_mut().unwrap().remove(member);
        let read = read_key_set(set.to_string().as_bytes()).unwrap();
        assert_eq!(read[1].key(), all()[1].key(), "{member}");
    }
}

#[test]
fn case_65_members_that_nobody_knows_are_refused_by_name() {
    for member in ["key_ops", "x5c", "n", "k", "exp", "Kid", ""] {
        let problem = refused(0, |key| key[member] = "x".into());
        assert!(
            problem.contains(&format!("unknown field `{member}`")),
            "{problem}"
        );
    }
    let error = read_key_set(br#"{"keys":[],"more":1}"#).unwrap_err();
    assert!(
        error.to_string().contains("unknown field `more`"),
        "{error}"
    );
    // What it is called is escaped, and cut.
    let name = "\u{1b}[2J\u{202e}".repeat(1000);
    let problem = refused(0, |key| key[name.as_str()] = 1.into());
    assert!(!problem.contains(['\u{1b}', '\u{202e}']), "{problem}");
    assert!(problem.len() < 1000);
}

#[test]
fn case_65_private_keys_are_refused_and_not_told() {
    for value in [
        json!("c2VjcmV0"),
        json!(null),
        json!(false),
        json!(["c2VjcmV0"]),
    ] {
        for place in 0..3 {
            let problem = refused(place, |key| key["d"] = value.clone());
            assert!(problem.contains("private key"), "{problem}");
            assert!(!problem.contains("c2VjcmV0"));
        }
    }
}

#[test]
fn case_65_what_contradicts_the_key_is_refused() {
    let kids = |place: usize| set()["keys"][place]["kid"].clone();
    for (member, value, problem) in [
        ("kid", kids(1), "kid is not the key's RFC 7638 thumbprint"),
        (
            "kid",
            json!("me"),
            "kid is not the key's RFC 7638 thumbprint",
        ),
        ("kid", json!(""), "kid is not the key's RFC 7638 thumbprint"),
        (
            "alg",
            json!("ES256"),
            "alg is not the algorithm of such a key",
        ),
        (
            "alg",
            json!("none"),
            "alg is not the algorithm of such a key",
        ),
        (
            "alg",
            json!("HS256"),
            "alg is not the algorithm of such a key",
        ),
        ("use", json!("enc"), "use is not sig"),
        ("kind", json!("face"), "kind is not a factor"),
        ("kind", json!("Passphrase"), "kind is not a factor"),
    ] {
        assert_eq!(refused(0, |key| key[member] = value), problem);
    }
    let unfit = "kind, label, since and credential do not fit the key";
    for (place, member, value) in [
        (0, "kind", json!("biometry")),
        (0, "kind", json!("one-time-code")),
        (1, "kind", json!("passphrase")),
        (1, "kind", json!("system-login")),
        (1, "kind", json!("security-key")),
        (2, "kind", json!("biometry")),
        (1, "credential", json!("AAAA")),
        (2, "credential", json!("")),
        (0, "label", json!("a\nb")),
        (0, "since", json!("x".repeat(65))),
    ] {
        assert_eq!(refused(place, |key| key[member] = value), unfit, "{member}");
    }
    let odd = "credential is not base64url of a credential's length";
    for value in ["A", "AB", "AA=", "A+AA"] {
        assert_eq!(refused(2, |key| key["credential"] = value.into()), odd);
    }
}

#[test]
fn case_65_keys_in_odd_encodings_are_refused() {
    let form = "kty, crv, x and y are not those of an Ed25519 or P-256 key";
    let x = set()["keys"][0]["x"].as_str().unwrap().to_owned();
    let longer = base64url(&[1; 33]);
    let padded = format!("{x}=");
    for odd in ["", &x[1..], &padded, &longer, &"A".repeat(1000)] {
        for place in 0..3 {
            assert_eq!(refused(place, |key| key["x"] = odd.into()), form, "{odd}");
        }
        assert_eq!(refused(1, |key| key["y"] = odd.into()), form, "{odd}");
    }
    // The same bytes by other spare bits.
    let zeros = "A".repeat(42);
    assert_eq!(
        refused(0, |key| key["x"] = format!("{zeros}B").into()),
        form
    );
    for (member, value) in [
        ("kty", "EC"),
        ("kty", "RSA"),
        ("kty", "okp"),
        ("crv", "P-256"),
        ("crv", "Ed448"),
        ("crv", "X25519"),
    ] {
        assert_eq!(
            refused(0, |key| key[member] = value.into()),
            form,
            "{value}"
        );
    }
    for (member, value) in [
        ("kty", "OKP"),
        ("kty", "oct"),
        ("crv", "Ed25519"),
        ("crv", "P-384"),
        ("crv", "secp256k1"),
    ] {
        assert_eq!(
            refused(1, |key| key[member] = value.into()),
            form,
            "{value}"
        );
    }
    assert_eq!(refused(0, |key| key["y"] = x.as_str().into()), form);
    let without = |key: &mut Value| drop(key.as_object_mut().unwrap().remove("y"));
    assert_eq!(refused(1, without), form);
    let point = "x and y are not a point that could serve as a key";
    for place in 0..2 {
        // Zeros are of small order by Ed25519, and no point of P-256.
        assert_eq!(
            refused(place, |key| key["x"] = format!("{zeros}A").into()),
            point
        );
    }
    let (x, y) = (set()["keys"][1]["x"].clone(), set()["keys"][1]["y"].clone());
    let swapped = |key: &mut Value| (key["x"], key["y"]) = (y, x);
    assert_eq!(refused(1, swapped), point);
}

#[test]
fn case_65_a_key_set_in_another_form_is_refused() {
    for member in [
        "kty",
        "crv",
        "x",
        "y",
        "kid",
        "alg",
        "use",
        "kind",
        "label",
        "since",
        "credential",
    ] {
        for value in [json!(null), json!(1), json!([]), json!({})] {
            let problem = refused(2, |key| key[member] = value.clone());
            assert!(problem.contains("expected a text"), "{problem}");
        }
    }
    for member in ["kty", "crv", "x", "kind"] {
        let without = |key: &mut Value| drop(key.as_object_mut().unwrap().remove(member));
        assert!(refused(1, without).contains("missing field"));
    }
    let key = set()["keys"][0].clone();
    let values: Vec<_> = [
        "kty", "crv", "x", "y", "kid", "alg", "use", "kind", "label", "since",
    ]
    .map(|it| key[it].clone())
    .into();
    assert!(refused(0, |key| *key = json!(values)).contains("expected an object"));
    let sets = [
        json!([[key]]),
        json!([key]),
        json!({}),
        json!({"keys": key}),
        json!({"keys": null}),
        json!(null),
        json!(""),
    ];
    for odd in sets
        .iter()
        .map(Value::to_string)
        .chain([String::new(), format!("{}{}", set(), set())])
    {
        let error = read_key_set(odd.as_bytes()).unwrap_err();
        assert!(matches!(error, KeySetError::NotOne(_)), "{odd}: {error}");
    }
    let twice = set()
        .to_string()
        .replacen(r#""kty""#, r#""kty":"OKP","kty""#, 1);
    let error = read_key_set(twice.as_bytes()).unwrap_err();
    assert!(
        error.to_string().contains("duplicate field `kty`"),
        "{error}"
    );
}

#[test]
fn case_65_one_key_twice_is_refused_since_neither_kind_is_the_right_one() {
    let mut set = set();
    let mut again = set["keys"][1].clone();
    again["kind"] = "device".into();
    set["keys"].as_array_mut().unwrap().push(again);
    let error = read_key_set(set.to_string().as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "key 4 of the set: the key is in the set twice"
    );
}

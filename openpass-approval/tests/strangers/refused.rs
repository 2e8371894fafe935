//! What the vectors have of what must be refused.

use openpass_approval::{client_data, write_key_set};
use openpass_auth::Factor;
use serde_json::Value;

use crate::common::{
    SecurityKey, all, approvals, base64url, line, line_of, passphrase, security_key, sorted,
    statement,
};

type Case = (&'static str, String);

/// A security key's line: signed by the key, whatever it says of itself.
fn touched(change: impl FnOnce(&mut SecurityKey)) -> String {
    let mut key = security_key();
    change(&mut key);
    let statement = approvals()[2].statement().clone();
    let (data, signature) = key.signed(&client_data(&statement));
    line(
        &statement.to_string(),
        &base64url(&signature),
        Some(&base64url(&data)),
    )
}

/// The good line in that place, with one text in the place of another.
fn swapped(place: usize, from: &str, to: &str) -> String {
    let line = serde_json::to_string(&approvals()[place].record()).unwrap();
    let changed = line.replacen(from, to, 1);
    assert_ne!(line, changed, "{from}");
    changed
}

/// A line that has the parts of two.
fn mixed(statement: usize, signature: usize) -> String {
    let record = |place: usize| serde_json::to_value(approvals()[place].record()).unwrap();
    let mut line = record(signature);
    line["statement"] = record(statement)["statement"].clone();
    sorted(line).to_string()
}

/// Lines that do not hold by the keys of [`all`].
pub(crate) fn lines() -> impl Iterator<Item = Case> {
    let own = statement(Factor::Passphrase, &passphrase().public().id());
    let zeros = format!(r#""signature":"{}""#, "A".repeat(86));
    let signature = serde_json::to_value(approvals()[0].record()).unwrap()["signature"].to_string();
    let unknown = own.replace(passphrase().public().id().as_str(), &"A".repeat(43));
    [
        (
            "the digest exchanged",
            swapped(0, &"02".repeat(32), &"08".repeat(32)),
        ),
        (
            "the nonce exchanged",
            swapped(1, &"03".repeat(32), &"08".repeat(32)),
        ),
        (
            "the scope exchanged",
            swapped(2, &"07".repeat(16), &"08".repeat(16)),
        ),
        (
            "the decision exchanged",
            swapped(0, "approve\\\"", "refuse\\\""),
        ),
        (
            "a refusal, signed",
            line_of(&own.replace("\"approve\"", "\"refuse\"")),
        ),
        (
            "another domain, signed",
            line_of(&own.replace("approval-1", "approval-2")),
        ),
        ("blanks, signed", line_of(&own.replace(':', ": "))),
        (
            "a member twice, signed",
            line_of(&own.replacen('{', r#"{"at":"1","#, 1)),
        ),
        (
            "a member too many, signed",
            line_of(&own.replacen('{', r#"{"aa":"1","#, 1)),
        ),
        (
            "upper-case hex, signed",
            line_of(&own.replace(&"02".repeat(32), &"AA".repeat(32))),
        ),
        (
            "a sign before the time, signed",
            line_of(&own.replace(r#""at":""#, r#""at":"+"#)),
        ),
        ("a key that was not given, signed", line_of(&unknown)),
        (
            "another factor, signed",
            line_of(&own.replace(r#""passphrase""#, r#""device""#)),
        ),
        (
            "a member of the line too many",
            swapped(0, "{", r#"{"more":"","#),
        ),
        (
            "a member of the line twice",
            swapped(0, "{", r#"{"signature":"","#),
        ),
        (
            "authenticator data that is null",
            swapped(0, "{", r#"{"authenticatorData":null,"#),
        ),
        ("the signature of another approver", mixed(0, 1)),
        (
            "a security key's statement with an enclave's signature",
            mixed(2, 1),
        ),
        (
            "a signature of zeros",
            swapped(0, &format!(r#""signature":{signature}"#), &zeros),
        ),
        (
            "a padded signature",
            swapped(
                0,
                &signature,
                &format!(r#"{}=""#, signature.trim_end_matches('"')),
            ),
        ),
        (
            "another relying party",
            touched(|key| key.relying_party = "example.org"),
        ),
        ("nobody present", touched(|key| key.flags = 0b100)),
        ("nobody verified", touched(|key| key.flags = 0b001)),
        (
            "backed up and cannot be",
            touched(|key| key.flags = 0b1_0101),
        ),
        (
            "an extension that is not there",
            touched(|key| key.flags = 0b1000_0101),
        ),
        ("a byte behind the counter", touched(|key| key.more = &[0])),
    ]
    .into_iter()
}

/// Key sets that are none.
pub(crate) fn sets() -> impl Iterator<Item = Case> {
    let set = || serde_json::from_str::<Value>(&write_key_set(&all())).unwrap();
    let changed = |place: usize, member: &str, value: Value| {
        let mut set = set();
        set["keys"][place][member] = value;
        sorted(set).to_string()
    };
    let (kid, y) = (
        set()["keys"][1]["kid"].clone(),
        set()["keys"][1]["y"].clone(),
    );
    let mut twice = set();
    let again = twice["keys"][1].clone();
    twice["keys"].as_array_mut().unwrap().push(again);
    // y = p + 3, a point of large order.
    let mut not_reduced = [0xff; 32];
    (not_reduced[0], not_reduced[31]) = (0xf0, 0x7f);
    [
        ("a private key", changed(0, "d", "AA".into())),
        ("an unknown member", changed(0, "key_ops", "verify".into())),
        ("another key's kid", changed(0, "kid", kid)),
        ("another algorithm", changed(0, "alg", "HS256".into())),
        ("another use", changed(0, "use", "enc".into())),
        (
            "a kind that does not fit",
            changed(0, "kind", "security-key".into()),
        ),
        (
            "a point of small order",
            changed(0, "x", "A".repeat(43).into()),
        ),
        (
            "a y that is not reduced",
            changed(0, "x", base64url(&not_reduced).into()),
        ),
        ("no point of the curve", changed(1, "x", y)),
        (
            "spare bits",
            changed(0, "x", format!("{}B", "A".repeat(42)).into()),
        ),
        ("null", changed(0, "y", Value::Null)),
        ("one key twice", sorted(twice).to_string()),
    ]
    .into_iter()
}

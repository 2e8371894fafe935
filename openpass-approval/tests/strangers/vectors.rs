//! The vectors in `vectors/`: approvals by fixed keys, and what must be refused, for
//! whoever writes another verifier. `UPDATE_VECTORS=1 cargo test` writes them anew.

use hmac::{Hmac, KeyInit as _, Mac as _};
use openpass_approval::{
    Approval, KeySetError, Recorded, SeededKey, client_data, read_key_set, signing_input,
    write_key_set,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    common::{AT, SCOPE, all, approvals, binding, sorted},
    refused::{lines, sets},
};

const APPROVALS: &str = include_str!("../../vectors/approvals.json");
const REFUSED: &str = include_str!("../../vectors/refused.json");
const KEYS: &str = include_str!("../../vectors/keys.json");
const DERIVATION: &str = include_str!("../../vectors/derivation.json");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn pretty(value: Value) -> String {
    format!(
        "{}\n",
        serde_json::to_string_pretty(&sorted(value)).unwrap()
    )
}

/// Each step from what was asked to what others take.
fn steps(approval: &Approval) -> Value {
    let (statement, approver) = (approval.statement(), approval.approver());
    let mut steps = json!({
        "asked": {
            "digest": hex(binding().digest()),
            "nonce": hex(binding().nonce()),
            "scope": hex(&SCOPE),
            "sealBefore": hex(binding().seal_before()),
            "sealAfter": hex(binding().seal_after()),
        },
        "factor": approver.factor().as_str(),
        "at": AT.to_string(),
        "approver": approver.id().as_str(),
        "statement": statement.to_string(),
        "line": serde_json::to_string(&approval.record()).unwrap(),
    });
    match (approval.to_jws(), approval.to_webauthn()) {
        (Some(jws), None) => {
            steps["signingInput"] = signing_input(statement, approver.key()).into();
            steps["jws"] = jws.into();
        }
        (None, Some(webauthn)) => {
            let challenge = Sha256::digest(statement.to_string());
            steps["challenge"] = hex(&challenge).into();
            steps["clientData"] = client_data(statement).into();
            steps["webauthn"] = webauthn.into();
        }
        _ => panic!("either of the two"),
    }
    steps
}

fn refused() -> Value {
    let lines = lines().map(|(what, line)| {
        let recorded = Recorded::read(line.as_bytes());
        let error = recorded.and_then(|it| it.verify(&all())).unwrap_err();
        json!({ "what": what, "line": line, "reason": format!("{error:?}") })
    });
    let sets = sets().map(|(what, set)| {
        let reason = match read_key_set(set.as_bytes()).unwrap_err() {
            KeySetError::Key { problem, .. } => problem,
            KeySetError::NotOne(_) => "NotOne".to_owned(),
            other => format!("{other:?}"),
        };
        json!({ "what": what, "keys": set, "reason": reason })
    });
    json!({ "lines": lines.collect::<Vec<_>>(), "keySets": sets.collect::<Vec<_>>() })
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// A passphrase's key from the identity that the passphrase opens, by HKDF (RFC 5869)
/// as it is defined: one block is all that it takes.
fn derivation() -> Value {
    let identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    let info = "openpass/approver/passphrase/v1";
    let extracted = hmac(&SCOPE, identity.as_bytes());
    let seed = hmac(&extracted, &[info.as_bytes(), &[1]].concat());
    json!({
        "identity": identity,
        "scope": hex(&SCOPE),
        "info": info,
        "seed": hex(&seed),
        "approver": SeededKey::from_seed(seed).public().id().as_str(),
    })
}

#[expect(clippy::disallowed_methods, reason = "vectors are no vault file")]
fn is_committed(name: &str, committed: &str, now: &str) {
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(format!("vectors/{name}.json"), now).unwrap();
        return;
    }
    assert_eq!(committed, now, "{name}");
}

#[test]
fn the_committed_vectors_are_what_is_signed() {
    let approvals: Vec<_> = approvals().iter().map(steps).collect();
    is_committed("approvals", APPROVALS, &pretty(json!(approvals)));
    is_committed("refused", REFUSED, &pretty(refused()));
    is_committed("keys", KEYS, &write_key_set(&all()));
    is_committed("derivation", DERIVATION, &pretty(derivation()));
}

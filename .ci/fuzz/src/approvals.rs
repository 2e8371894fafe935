//! Signatures of approvers: nothing holds but what was signed, in the one way it is written.

use std::sync::LazyLock;

use openpass_approval::{Approver, Approvers, Recorded, SeededKey, read_key_set, write_key_set};
use openpass_auth::{Assertion, Binding, Factor, Proof};
use serde_json::Value;

use crate::{feed::Feed, shown::assert_harmless};

/// Approvals by a passphrase, an enclave and a security key: those of
/// `openpass-approval/vectors`, and the keys that verify them.
const KEYS: &str = include_str!("../../../openpass-approval/vectors/keys.json");
const APPROVALS: &str = include_str!("../../../openpass-approval/vectors/approvals.json");

struct Genuine {
    approvers: Vec<Approver>,
    /// The lines as a log has them.
    lines: Vec<Recorded>,
}

static GENUINE: LazyLock<Genuine> = LazyLock::new(|| {
    let all: Vec<Value> = serde_json::from_str(APPROVALS).unwrap();
    let lines = all.iter().filter_map(|it| it.get("line")?.as_str());
    let genuine = Genuine {
        approvers: read_key_set(KEYS.as_bytes()).unwrap(),
        lines: lines
            .map(|line| Recorded::read(line.as_bytes()).unwrap())
            .collect(),
    };
    let hold = |line: &Recorded| line.verify(&genuine.approvers).is_ok();
    assert!(genuine.lines.len() > 2 && genuine.lines.iter().all(hold));
    genuine
});

/// A recorded approval holds if an approver signed it, and never otherwise.
pub(crate) fn recorded(bytes: &[u8]) {
    let record = match Recorded::read(bytes) {
        Ok(record) => record,
        Err(error) => return assert_harmless(&error.to_string()),
    };
    let again = serde_json::to_vec(&record).unwrap();
    assert_eq!(Recorded::read(&again), Ok(record.clone()));
    if let Ok(statement) = record.statement() {
        let text = statement.to_string();
        let own: Value = serde_json::from_slice(bytes).unwrap();
        assert_eq!(
            own.get("statement").and_then(Value::as_str),
            Some(text.as_str())
        );
    }
    match record.verify(&GENUINE.approvers) {
        Ok(approval) => {
            assert!(
                GENUINE.lines.contains(&record),
                "nobody signed this: {record:?}"
            );
            assert!(approval.to_jws().is_some() != approval.to_webauthn().is_some());
        }
        Err(error) => assert_harmless(&error.to_string()),
    }
}

/// A file of public keys has one meaning.
pub(crate) fn key_set(bytes: &[u8]) {
    match read_key_set(bytes) {
        Ok(approvers) => {
            let text = write_key_set(&approvers);
            assert_eq!(read_key_set(text.as_bytes()).unwrap(), approvers);
        }
        Err(error) => assert_harmless(&error.to_string()),
    }
}

const SCOPE: [u8; 16] = [7; 16];
const AT: u64 = 1_795_802_400;

/// One approver, one question, and the assertion that answers it.
static SIGNED: LazyLock<(Approvers, Binding, Assertion)> = LazyLock::new(|| {
    let key = SeededKey::from_seed([1; 32]);
    let approver = Approver::new(Factor::Passphrase, key.public(), "", "", None).unwrap();
    let question = Binding::new([2; 32], [3; 32])
        .within(SCOPE)
        .between([4; 32], [5; 32]);
    let genuine = key.sign(&question, Factor::Passphrase, AT).unwrap();
    (Approvers::of(SCOPE).with(approver), question, genuine)
});

/// Of an assertion and its question, bytes are exchanged. It counts if none was.
pub(crate) fn assertion(bytes: &[u8]) {
    let mut feed = Feed::of(bytes);
    let asked = [[2; 32], [3; 32], [4; 32], [5; 32]];
    let [digest, nonce, before, after] = asked.map(|part| flipped(part, &mut feed));
    let scope = flipped(SCOPE, &mut feed);
    let factor = feed.one(&[Factor::Passphrase, Factor::Biometry, Factor::SecurityKey]);
    let binding = Binding::new(digest, nonce)
        .within(scope)
        .between(before, after);

    let (approvers, question, genuine) = &*SIGNED;
    let Proof::Jws { signature } = genuine.proof() else {
        panic!("a seeded key signs a JWS");
    };
    let signature: [u8; 64] = signature.as_slice().try_into().unwrap();
    let at = u64::from_be_bytes(flipped(AT.to_be_bytes(), &mut feed));
    let mut signature = flipped(signature, &mut feed).to_vec();
    signature.extend_from_slice(feed.part());
    let own = feed.rest();
    let approver = match own {
        [] => genuine.approver().to_owned(),
        _ => String::from_utf8_lossy(own).into_owned(),
    };
    let proof = Proof::Jws { signature };
    let is_genuine = binding == *question
        && factor == Factor::Passphrase
        && at == AT
        && proof == *genuine.proof()
        && approver == genuine.approver();
    let assertion = Assertion::new(approver, at, proof);
    let counts = approvers.verify(&binding, factor, &assertion).is_ok();
    assert_eq!(counts, is_genuine, "{binding:?}\n{assertion:?}");
}

/// `bytes` with as many of them changed as the next byte says, three at the most.
fn flipped<const N: usize>(mut bytes: [u8; N], feed: &mut Feed<'_>) -> [u8; N] {
    for _ in 0..feed.below(4) {
        let at = usize::from(feed.byte()) % N;
        let other = feed.byte();
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= other;
        }
    }
    bytes
}

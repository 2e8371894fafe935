//! Three approvers with fixed keys, and what they sign.

use std::{sync::LazyLock, time::Duration};

use ed25519_dalek::Signer as _;
use openpass_approval::{
    Approval, Approver, Approvers, KeyId, PublicKey, RP_ID, SeededKey, Statement, ToSign, ToTouch,
};
use openpass_auth::{Assertion, Binding, Challenge, Factor, FactorSet, Proof, SafeText};
use p256::ecdsa::{Signature, SigningKey};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub(crate) const SCOPE: [u8; 16] = [7; 16];
pub(crate) const AT: u64 = 1_795_802_400;

/// What is asked, where nothing else is said.
pub(crate) fn binding() -> Binding {
    Binding::new([2; 32], [3; 32]).within(SCOPE)
}

/// The seed of the passphrase's key.
pub(crate) const SEED: [u8; 32] = [1; 32];

pub(crate) fn passphrase() -> SeededKey {
    SeededKey::from_seed(SEED)
}

/// A P-256 key in memory, in the place of one that lies in hardware.
pub(crate) struct Soft(SigningKey);

pub(crate) fn enclave() -> Soft {
    Soft(SigningKey::from_slice(&[4; 32]).unwrap())
}

impl Soft {
    pub(crate) fn public(&self) -> PublicKey {
        let point = self.0.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
        PublicKey::p256(&(*x).into(), &(*y).into()).unwrap()
    }

    fn over(&self, message: &[u8]) -> Signature {
        self.0.sign(message)
    }

    pub(crate) fn sign(&self, binding: &Binding, factor: Factor) -> Assertion {
        let to_sign = ToSign::about(binding, factor, &self.public(), AT).unwrap();
        let signature = self.over(to_sign.bytes()).to_bytes();
        to_sign.signed(signature.into())
    }
}

/// A security key in software: what it says of itself is there to be changed.
pub(crate) struct SecurityKey {
    pub(crate) key: Soft,
    pub(crate) relying_party: &'static str,
    pub(crate) flags: u8,
    pub(crate) counter: u32,
    /// What follows the counter.
    pub(crate) more: &'static [u8],
}

/// User present, user verified.
pub(crate) const UP_UV: u8 = 0b101;

pub(crate) fn security_key() -> SecurityKey {
    SecurityKey {
        key: Soft(SigningKey::from_slice(&[5; 32]).unwrap()),
        relying_party: RP_ID,
        flags: UP_UV,
        counter: 41,
        more: &[],
    }
}

impl SecurityKey {
    pub(crate) fn touch(&self, binding: &Binding) -> Assertion {
        let accepts = FactorSet::only(Factor::SecurityKey);
        let what = SafeText::literal("a test");
        let challenge =
            Challenge::new(what, accepts, Duration::from_secs(60)).bound_to(*binding, accepts);
        let to_touch = ToTouch::of(&challenge, &self.key.public(), AT).unwrap();
        let (data, signature) = self.signed(to_touch.client_data());
        to_touch.touched(data, signature)
    }

    /// Authenticator data, and the signature over it and `client_data`.
    pub(crate) fn signed(&self, client_data: &str) -> (Vec<u8>, Vec<u8>) {
        let mut data = Sha256::digest(self.relying_party).to_vec();
        data.push(self.flags);
        data.extend(self.counter.to_be_bytes());
        data.extend(self.more);
        let message = [data.as_slice(), &Sha256::digest(client_data)].concat();
        let signature = self.key.over(&message).to_der().as_bytes().to_vec();
        (data, signature)
    }
}

pub(crate) const SINCE: &str = "2026-11-27T18:00:00Z";

fn approver(factor: Factor, key: PublicKey, label: &str) -> Approver {
    let credential = (factor == Factor::SecurityKey).then(|| vec![9; 32]);
    Approver::new(factor, key, label, SINCE, credential).unwrap()
}

/// One of each kind.
pub(crate) fn all() -> [Approver; 3] {
    static ALL: LazyLock<[Approver; 3]> = LazyLock::new(|| {
        let touched = security_key().key.public();
        [
            approver(Factor::Passphrase, passphrase().public(), "passphrase"),
            approver(Factor::Biometry, enclave().public(), "a Mac"),
            approver(Factor::SecurityKey, touched, "the blue key"),
        ]
    });
    ALL.clone()
}

pub(crate) fn approvers() -> Approvers {
    all()
        .into_iter()
        .fold(Approvers::of(SCOPE), Approvers::with)
}

/// What each of [`all`] signs of `binding`.
pub(crate) fn signed(binding: &Binding) -> [(Factor, Assertion); 3] {
    let typed = passphrase().sign(binding, Factor::Passphrase, AT).unwrap();
    [
        (Factor::Passphrase, typed),
        (Factor::Biometry, enclave().sign(binding, Factor::Biometry)),
        (Factor::SecurityKey, security_key().touch(binding)),
    ]
}

/// The approvals by each of [`all`].
pub(crate) fn approvals() -> [Approval; 3] {
    // Once: unoptimised, signing and verifying take long.
    static APPROVALS: LazyLock<[Approval; 3]> = LazyLock::new(|| {
        signed(&binding()).map(|(factor, assertion)| {
            let verified = approvers().verify(&binding(), factor, &assertion);
            verified.unwrap()
        })
    });
    APPROVALS.clone()
}

/// The same assertion with another proof.
pub(crate) fn with_proof(assertion: &Assertion, proof: Proof) -> Assertion {
    Assertion::new(assertion.approver(), assertion.at(), proof)
}

/// The bytes of a proof: its signature, and a security key's authenticator data.
pub(crate) fn bytes(assertion: &Assertion) -> (Vec<u8>, Option<Vec<u8>>) {
    match assertion.proof() {
        Proof::Jws { signature } => (signature.clone(), None),
        Proof::WebAuthn {
            authenticator_data,
            signature,
        } => (signature.clone(), Some(authenticator_data.clone())),
        _ => panic!("a third form"),
    }
}

/// A proof of the same form from other bytes.
pub(crate) fn proof(signature: Vec<u8>, authenticator_data: Option<Vec<u8>>) -> Proof {
    match authenticator_data {
        None => Proof::Jws { signature },
        Some(authenticator_data) => Proof::WebAuthn {
            authenticator_data,
            signature,
        },
    }
}

pub(crate) fn base64url(bytes: &[u8]) -> String {
    use base64ct::{Base64UrlUnpadded, Encoding as _};
    Base64UrlUnpadded::encode_string(bytes)
}

/// The statement of `binding` as `factor`'s approver would sign it.
pub(crate) fn statement(factor: Factor, key: &KeyId) -> String {
    let statement = Statement::approving(&binding(), factor, key, AT);
    statement.unwrap().to_string()
}

/// What the passphrase's key would sign for any text in a statement's place.
pub(crate) fn signing_input(text: &str) -> String {
    let kid = passphrase().public().id();
    let header = format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"openpass-approval"}}"#);
    let part = |text: &str| base64url(text.as_bytes());
    format!("{}.{}", part(&header), part(text))
}

/// The line of a log for any text that the passphrase's key signed as a statement.
pub(crate) fn line_of(text: &str) -> String {
    let key = ed25519_dalek::SigningKey::from_bytes(&SEED);
    let signature = key.sign(signing_input(text).as_bytes()).to_bytes();
    line(text, &base64url(&signature), None)
}

/// The line of a log.
pub(crate) fn line(statement: &str, signature: &str, authenticator_data: Option<&str>) -> String {
    let mut line = serde_json::json!({ "statement": statement, "signature": signature });
    if let Some(data) = authenticator_data {
        line["authenticatorData"] = data.into();
    }
    sorted(line).to_string()
}

/// The same with all members in order: in which they are depends on what else is built.
pub(crate) fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            let sort = |(name, value)| (name, sorted(value));
            members.into_iter().map(sort).collect()
        }
        Value::Array(values) => values.into_iter().map(sorted).collect(),
        other => other,
    }
}

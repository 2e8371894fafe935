//! Signatures of security keys (Web Authentication Level 3).

use openpass_auth::{Assertion, Challenge, Factor, Proof};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{KeyId, PublicKey, Statement, hex};

/// The relying party that credentials are made for. It is no domain, so no web page
/// can ask a security key for one of them (OpenSSH's `ssh:` does the same).
pub const RP_ID: &str = "openpass:";

/// Authenticator data of an assertion: the relying party's hash, flags, counter, and
/// nothing more.
const AUTHENTICATOR_DATA: usize = 37;
/// The longest ECDSA signature by P-256 in DER, in bytes.
const MAX_SIGNATURE: usize = 72;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const ATTESTED_CREDENTIAL: u8 = 1 << 6;
const EXTENSIONS: u8 = 1 << 7;

/// The client data that is signed for `statement`, to the byte (§5.8.1).
#[must_use]
pub fn client_data(statement: &Statement) -> String {
    let challenge = hex::base64url(&Sha256::digest(statement.to_string()));
    let scope = statement.scope();
    format!(
        r#"{{"type":"webauthn.get","challenge":"{challenge}","origin":"openpass:{scope}","crossOrigin":false}}"#
    )
}

/// A signature as relying parties take one from a browser (`AuthenticationResponseJSON`).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResponseJson<'a> {
    id: &'a str,
    raw_id: &'a str,
    response: AssertionJson<'a>,
    client_extension_results: NoneJson,
    r#type: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AssertionJson<'a> {
    #[serde(rename = "clientDataJSON")]
    client_data: &'a str,
    authenticator_data: &'a str,
    signature: &'a str,
}

#[derive(Serialize)]
struct NoneJson {}

/// The response as JSON, from what was verified. `authenticator_data` and
/// `signature` are in base64url.
pub(crate) fn response(
    statement: &Statement,
    credential: &[u8],
    authenticator_data: &str,
    signature: &str,
) -> Option<String> {
    let id = &hex::base64url(credential);
    let client_data = &hex::base64url(client_data(statement).as_bytes());
    let response = ResponseJson {
        id,
        raw_id: id,
        response: AssertionJson {
            client_data,
            authenticator_data,
            signature,
        },
        client_extension_results: NoneJson {},
        r#type: "public-key",
    };
    serde_json::to_string(&response).ok()
}

/// The data that a security key signs for one challenge.
#[derive(Debug, Clone)]
pub struct ToTouch {
    approver: KeyId,
    at: u64,
    client_data: String,
}

impl ToTouch {
    /// Makes the data to sign for `challenge`, by the credential with this public
    /// `key`, at `at` in seconds since 1970. `None` if the challenge takes no
    /// signature.
    #[must_use]
    pub fn of(challenge: &Challenge, key: &PublicKey, at: u64) -> Option<Self> {
        let factor = Factor::SecurityKey;
        let binding = challenge.binding_for(factor)?;
        let statement = Statement::approving(binding, factor, &key.id(), at)?;
        Some(Self {
            approver: key.id(),
            at,
            client_data: client_data(&statement),
        })
    }

    /// The client data, to the byte.
    #[must_use]
    pub fn client_data(&self) -> &str {
        &self.client_data
    }

    /// The SHA-256 of the client data: what CTAP calls `clientDataHash`.
    #[must_use]
    pub fn client_data_hash(&self) -> [u8; 32] {
        Sha256::digest(&self.client_data).into()
    }

    /// The assertion that the key answered with.
    #[must_use]
    pub fn touched(self, authenticator_data: Vec<u8>, signature: Vec<u8>) -> Assertion {
        let proof = Proof::WebAuthn {
            authenticator_data,
            signature,
        };
        Assertion::new(self.approver.as_str(), self.at, proof)
    }
}

/// The reason why a security key's signature does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TouchError {
    /// The authenticator data is not 37 bytes, says that it is longer, or says that a key
    /// is backed up which cannot be.
    #[error("its authenticator data is not that of an assertion")]
    Form,
    /// The signature is for another relying party.
    #[error("it is for another relying party than `{RP_ID}`")]
    OtherRelyingParty,
    /// Nobody touched the key.
    #[error("the key says that nobody touched it")]
    NotPresent,
    /// The key did not check who touched it.
    #[error("the key says that it did not verify who touched it")]
    NotVerified,
    /// The counter is not above the last one: there may be a copy of the key.
    #[error("its counter went back: there may be a copy of the key")]
    CounterWentBack,
    /// The signature is not the key's over this.
    #[error("the signature does not hold")]
    Signature,
}

/// Verifies (§7.2), and gives the key's counter. `last` is the counter of before.
pub(crate) fn verify(
    statement: &Statement,
    key: &PublicKey,
    authenticator_data: &[u8],
    signature: &[u8],
    last: u32,
) -> Result<u32, TouchError> {
    let data: &[u8; AUTHENTICATOR_DATA] = authenticator_data
        .try_into()
        .map_err(|_| TouchError::Form)?;
    let (relying_party, rest) = data.split_at(32);
    let &[flags, a, b, c, d] = rest else {
        return Err(TouchError::Form);
    };
    if relying_party != Sha256::digest(RP_ID).as_slice() {
        return Err(TouchError::OtherRelyingParty);
    }
    // §6.1: what may not be backed up is not backed up.
    let contradicts = flags & (BACKUP_ELIGIBLE | BACKED_UP) == BACKED_UP;
    if contradicts || flags & (ATTESTED_CREDENTIAL | EXTENSIONS) != 0 {
        return Err(TouchError::Form);
    }
    if flags & USER_PRESENT == 0 {
        return Err(TouchError::NotPresent);
    }
    if flags & USER_VERIFIED == 0 {
        return Err(TouchError::NotVerified);
    }
    if signature.len() > MAX_SIGNATURE || !signed(statement, key, data, signature) {
        return Err(TouchError::Signature);
    }
    let counter = u32::from_be_bytes([a, b, c, d]);
    // §7.2 step 22: a key that does not count says zero for ever.
    if (counter, last) != (0, 0) && counter <= last {
        return Err(TouchError::CounterWentBack);
    }
    Ok(counter)
}

/// The counter that authenticator data names.
pub(crate) fn counter(authenticator_data: &[u8]) -> Option<u32> {
    let data: &[u8; AUTHENTICATOR_DATA] = authenticator_data.try_into().ok()?;
    let counter = data.last_chunk::<4>()?;
    Some(u32::from_be_bytes(*counter))
}

fn signed(statement: &Statement, key: &PublicKey, data: &[u8], signature: &[u8]) -> bool {
    let hash = Sha256::digest(client_data(statement));
    let message = [data, hash.as_slice()].concat();
    key.verifies_der(&message, signature)
}

//! Verifying an approval, beside its signature's verification alone.
#![expect(clippy::unwrap_used, reason = "a benchmark")]

use std::{hint::black_box, process::ExitCode};

use openpass_approval::{Approver, Approvers, PublicKey, SeededKey, ToSign};
use openpass_auth::{Assertion, Binding, Factor, Proof};
use openpass_benches::{Bench, Group, Measured, Table, duration};
use p256::ecdsa::signature::{Signer as _, Verifier as _};

const SCOPE: [u8; 16] = [7; 16];
const AT: u64 = 1_795_802_400;

const APPROVAL: &str = "the approval";
const ALONE: &str = "its signature alone";

fn main() -> ExitCode {
    let Some(mut bench) = Bench::begin("approval") else {
        return ExitCode::SUCCESS;
    };
    let found = [ed25519(&mut bench), p256(&mut bench)];
    let mut table = Table::new(["EdDSA", "ES256"]);
    for measured in &found {
        for name in [APPROVAL, ALONE] {
            let (time, ratio) = (duration(measured.of(name)), measured.ratio(name, ALONE));
            table.put(name, format!("{time} ({ratio:.2})"));
        }
    }
    bench.table(&table);
    bench.end()
}

fn binding() -> Binding {
    Binding::new([2; 32], [3; 32]).within(SCOPE)
}

fn approvers(factor: Factor, key: PublicKey) -> Approvers {
    let approver = Approver::new(factor, key, "", "", None).unwrap();
    Approvers::of(SCOPE).with(approver)
}

fn signature(assertion: &Assertion) -> [u8; 64] {
    match assertion.proof() {
        Proof::Jws { signature } => signature.as_slice().try_into().unwrap(),
        _ => [0; 64],
    }
}

fn compare(bench: &mut Bench, line: &'static str, whole: &dyn Fn(), alone: &dyn Fn()) -> Measured {
    let mut group = Group::default().row(APPROVAL, whole).row(ALONE, alone);
    bench.measure(&mut group, &[(line, APPROVAL, ALONE)])
}

fn ed25519(bench: &mut Bench) -> Measured {
    let key = SeededKey::from_seed([1; 32]);
    let assertion = key.sign(&binding(), Factor::Passphrase, AT).unwrap();
    let approvers = approvers(Factor::Passphrase, key.public());
    let public = ed25519_dalek::SigningKey::from_bytes(&[1; 32]).verifying_key();
    let to_sign = ToSign::about(&binding(), Factor::Passphrase, &key.public(), AT).unwrap();
    let signature = ed25519_dalek::Signature::from_bytes(&signature(&assertion));
    let whole = || {
        let verified = approvers.verify(&binding(), Factor::Passphrase, black_box(&assertion));
        drop(black_box(verified.unwrap()));
    };
    let alone = || {
        let verified = public.verify_strict(black_box(to_sign.bytes()), &signature);
        verified.unwrap();
    };
    compare(
        bench,
        "an approval to its EdDSA signature alone",
        &whole,
        &alone,
    )
}

fn p256(bench: &mut Bench) -> Measured {
    let key = p256::ecdsa::SigningKey::from_slice(&[4; 32]).unwrap();
    let point = key.verifying_key().to_sec1_point(false);
    let (x, y) = (point.x().unwrap(), point.y().unwrap());
    let public = PublicKey::p256(&(*x).into(), &(*y).into()).unwrap();
    let to_sign = ToSign::about(&binding(), Factor::Biometry, &public, AT).unwrap();
    let signature: p256::ecdsa::Signature = key.sign(to_sign.bytes());
    let assertion = to_sign.clone().signed(signature.to_bytes().into());
    let approvers = approvers(Factor::Biometry, public);
    let whole = || {
        let verified = approvers.verify(&binding(), Factor::Biometry, black_box(&assertion));
        drop(black_box(verified.unwrap()));
    };
    let alone = || {
        let verified = key
            .verifying_key()
            .verify(black_box(to_sign.bytes()), &signature);
        verified.unwrap();
    };
    compare(
        bench,
        "an approval to its ES256 signature alone",
        &whole,
        &alone,
    )
}

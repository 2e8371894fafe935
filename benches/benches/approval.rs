//! Verifying an approval, beside its signature's verification alone, in one run: at most
//! three times as long.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use criterion::{Criterion, criterion_group, criterion_main};
use openpass_approval::{Approver, Approvers, PublicKey, SeededKey, ToSign};
use openpass_auth::{Assertion, Binding, Factor, Proof};
use p256::ecdsa::signature::{Signer as _, Verifier as _};

const SCOPE: [u8; 16] = [7; 16];
const AT: u64 = 1_795_802_400;

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

/// Returns the time of the shortest of many runs: what disturbs a run makes it longer.
fn shortest(work: &dyn Fn()) -> Duration {
    let runs = (0..500).map(|_| {
        let begun = Instant::now();
        work();
        begun.elapsed()
    });
    runs.min().unwrap()
}

fn compare(criterion: &mut Criterion, name: &str, whole: &dyn Fn(), alone: &dyn Fn()) {
    let mut group = criterion.benchmark_group(format!("approval/{name}"));
    group.bench_function("the approval", |bencher| bencher.iter(whole));
    group.bench_function("its signature alone", |bencher| bencher.iter(alone));
    group.finish();
    let (whole, alone) = (shortest(whole), shortest(alone));
    let ratio = whole.as_secs_f64() / alone.as_secs_f64();
    println!("{name}: an approval costs {ratio:.2} times its signature ({whole:?}, {alone:?})");
    assert!(ratio <= 3.0, "{name}: more than three times");
}

fn ed25519(criterion: &mut Criterion) {
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
    compare(criterion, "EdDSA", &whole, &alone);
}

fn p256(criterion: &mut Criterion) {
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
    compare(criterion, "ES256", &whole, &alone);
}

criterion_group!(benches, ed25519, p256);
criterion_main!(benches);

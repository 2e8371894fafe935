//! The whole way through the guard, with an authenticator that says yes at
//! once: what the guard itself adds to a person's seconds.
#![expect(clippy::unwrap_used, reason = "a benchmark")]

use std::{process::ExitCode, sync::Arc};

use async_trait::async_trait;
use futures_lite::future::block_on;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, Unavailable,
};
use openpass_benches::{Bench, Group, Table, duration};
use openpass_benches_peers::ours::operation;
use openpass_policy::{Guard, MemorySink, Outcome, PolicyEngine};

const WHOLE: &str = "authorize, redeem and settle";
const DECIDE: &str = "the decision alone";

/// An authenticator that says yes at once. It is a fake of this benchmark's own, since no
/// optimised build has openpass-auth's.
#[derive(Debug)]
struct SaysYes;

#[async_trait]
impl Authenticator for SaysYes {
    fn name(&self) -> &'static str {
        "says-yes"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Biometry)
    }

    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        Ok(Evidence::assertion(challenge, Factor::Biometry))
    }
}

fn main() -> ExitCode {
    let Some(mut bench) = Bench::begin("authorize") else {
        return ExitCode::SUCCESS;
    };
    let engine = Arc::new(PolicyEngine::shipped().unwrap());
    let finger = Arc::new(SaysYes);
    let audit = Arc::new(MemorySink::new());
    let mut group = Group::default()
        .row(WHOLE, || {
            let guard = Guard::new(Arc::clone(&engine), finger.clone(), audit.clone());
            let grant = block_on(guard.authorize(operation())).unwrap();
            let running = grant.redeem(&guard.issuer(), &operation()).unwrap();
            running.settle(Outcome::Done).unwrap();
        })
        .row(DECIDE, || engine.decide(&operation()));
    let measured = bench.measure(&mut group, &[]);
    let mut table = Table::new(["time", "to the decision"]);
    for name in [WHOLE, DECIDE] {
        table.put(name, duration(measured.of(name)));
        table.put(name, format!("{:.2}", measured.ratio(name, DECIDE)));
    }
    bench.table(&table);
    bench.end()
}

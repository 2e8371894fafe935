//! The cost of `audit verify` for each byte of the log, beside SHA-256.

use std::{fs, hint::black_box, process::ExitCode};

use openpass_benches::{Bench, Group, Table, duration, programs};
use sha2::{Digest as _, Sha256};

use crate::vaults::Vault;

const VERIFY: &str = "`audit verify`, less its start";
const SHA: &str = "SHA-256 of the same bytes";
const FULL: &str = "`audit verify`";
const EMPTY: &str = "`audit verify`, an empty log";

pub(crate) fn run() -> ExitCode {
    let Some(mut bench) = Bench::begin("log") else {
        return ExitCode::SUCCESS;
    };
    let openpass = programs::program(&programs::build(&["openpass-cli"]), "openpass");
    let (empty, full) = (Vault::new(&openpass), Vault::new(&openpass));
    full.fill_the_log();
    let bytes = fs::read(full.dir().join("guard/log.jsonl")).unwrap();
    let mut group = Group::default()
        .children(FULL, || full.looks(&["audit", "verify"]))
        .children(EMPTY, || empty.looks(&["audit", "verify"]))
        .row(SHA, || Sha256::digest(black_box(&bytes)));
    let measured = bench.measure(&mut group, &[]);
    let verify = measured.of(FULL).saturating_sub(measured.of(EMPTY));
    let sha = measured.of(SHA);
    let mut table = Table::new([format!("{} KiB of log", bytes.len() / 1024)]);
    table.put(VERIFY, duration(verify));
    table.put(SHA, duration(sha));
    bench.table(&table);
    bench.hold(
        "`audit verify` to SHA-256 of the same bytes",
        verify.as_secs_f64() / sha.as_secs_f64(),
    );
    bench.end()
}

//! Runs the benchmarks of `benches/peers`, a workspace of its own: decisions and loading,
//! with the peers in one process.
#![expect(clippy::unwrap_used, reason = "a benchmark")]

use std::{env, process::ExitCode};

use openpass_benches::programs;

fn main() -> ExitCode {
    // `cargo test --benches` only looks whether it starts.
    if !env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let own = env::current_exe().unwrap();
    // TARGET/PROFILE/deps/NAME
    let target = own.ancestors().nth(3).unwrap();
    let mut cargo = programs::cargo();
    cargo.args(["bench", "--locked", "--manifest-path", "peers/Cargo.toml"]);
    cargo.arg("--target-dir").arg(target);
    if own.ancestors().nth(2).unwrap().ends_with("debug") {
        cargo.args(["--profile", "dev"]);
    }
    cargo.arg("--");
    cargo.args(env::args().skip(1).filter(|argument| argument != "--bench"));
    match cargo.status().unwrap().success() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

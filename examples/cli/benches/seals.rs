//! What seals cost a start of the built command, as ratios within one run: checking the
//! seal of 64 agents, and ten thousand signed approvals in the log.
//!
//!     cargo bench -p openpass-cli --bench seals
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use std::{
    fmt::Write as _,
    fs,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use futures_lite::future::block_on;
use openpass_auth_passphrase::PassphraseAuthenticator;
use openpass_testkit::{RIGHT, TestVault, Typed};
use openpass_vault::{Change, Door, Prompts, Requester, Vault};

/// How often each command runs. The shortest counts: what disturbs one makes it longer.
const RUNS: usize = 40;
const APPROVALS: usize = 10_000;

fn main() {
    // `cargo test --benches` only looks whether it starts.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    sealing_64_agents();
    ten_thousand_approvals();
}

fn sealing_64_agents() {
    let (plain, sealed) = (with_64_agents(), with_64_agents());
    approve(&sealed, &Change::Seal {});
    let [plain, sealed] = starts([&plain, &sealed]);
    compare(
        "agent list, 64 agents, sealed beside not sealed",
        sealed,
        plain,
        1.1,
    );
}

fn ten_thousand_approvals() {
    let (few, many) = (with_64_agents(), with_64_agents());
    // Each ends where a file of the log has just begun, and so has as long a one.
    fill(&few, 100);
    fill(&many, APPROVALS);
    let [few, many] = starts([&few, &many]);
    let what = format!("agent list, {APPROVALS} approvals beside 100");
    compare(&what, many, few, 1.1);
}

fn compare(what: &str, one: Duration, other: Duration, line: f64) {
    let ratio = one.as_secs_f64() / other.as_secs_f64();
    println!("{what}: {ratio:.2} ({one:?} to {other:?}); the line is {line}");
    assert!(ratio <= line, "{what}: {ratio:.2}");
}

fn with_64_agents() -> TestVault {
    let vault = TestVault::new();
    let agents = (0..64).fold(String::new(), |mut all, number| {
        writeln!(all, "    agent{number:02}:\n        tier: standard").unwrap();
        all
    });
    let config = vault
        .config()
        .replacen("agents:\n", &format!("agents:\n{agents}"), 1);
    vault.put("config.yaml", config);
    vault
}

/// Makes `count` changes that the passphrase signs, and goes on until a file of the log
/// has just begun.
fn fill(folder: &TestVault, count: usize) {
    let mut made = 0;
    loop {
        let before = full_files(folder);
        let change = Change::SetGuard {
            key: "timeout".to_owned(),
            value: Some(if made % 2 == 0 { "30s" } else { "31s" }.to_owned()),
        };
        approve(folder, &change);
        made += 1;
        if made >= count && full_files(folder) > before {
            return;
        }
    }
}

/// How many files of the log get no further lines.
fn full_files(folder: &TestVault) -> usize {
    let entries = fs::read_dir(folder.path("guard")).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name());
    names
        .filter(|name| name.to_string_lossy().starts_with("log-"))
        .count()
}

/// The shortest start of `agent list` on each vault, in turns.
fn starts<const N: usize>(vaults: [&TestVault; N]) -> [Duration; N] {
    let mut shortest = [Duration::MAX; N];
    for _ in 0..RUNS {
        for (vault, shortest) in vaults.iter().zip(&mut shortest) {
            let begun = Instant::now();
            let status = Command::new(env!("CARGO_BIN_EXE_openpass"))
                .args(["--vault", vault.dir_text(), "agent", "list"])
                .env("HOME", vault.home())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            *shortest = (*shortest).min(begun.elapsed());
            assert!(status.unwrap().success());
        }
    }
    shortest
}

/// Makes `change` as the person does who knows the passphrase.
fn approve(folder: &TestVault, change: &Change) {
    let vault = Vault::open(folder.dir()).unwrap();
    let door = || {
        let prompts = Prompts::at_a_terminal();
        Door::to_change(&vault, Requester::Person, prompts, change).unwrap()
    };
    let asks = door();
    let proposal = asks.propose(change).unwrap();
    let verifier = asks.verifier(proposal.operation()).unwrap();
    let person = Arc::new(PassphraseAuthenticator::new(
        Typed::passphrase(RIGHT),
        verifier,
    ));
    let door = door().with_authenticator(person);
    let proposal = door.propose(change).unwrap();
    let grant = block_on(door.authorize(proposal.to_authorize())).unwrap();
    door.commit(grant, &proposal).unwrap();
}

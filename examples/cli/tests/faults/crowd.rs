//! Many processes at one vault at once.

use std::{collections::BTreeMap, fs, thread};

use serde_json::Value;

use crate::support::{CONFIG, Ended, Openpass, RIGHT, Run, TestVault, code};

/// The most requests that may wait, and the most of one agent.
const PLACES: usize = 16;
const PLACES_OF_ONE: usize = 4;
const AGENTS: [&str; 5] = ["hermes", "claude-code", "codex", "ci-bot", "openclaw"];

/// One process of the crowd: an agent that leaves a request like no other, or a script of
/// the person's own.
fn asks(vault: &TestVault, number: usize) -> Run {
    if number.is_multiple_of(4) {
        let timeout = format!("{}s", 30 + number);
        let set = ["guard", "set", "timeout", &timeout, "--yes"];
        let script = ["--no-biometric", "--reason", "r", "--passphrase-fd", "3"];
        return Openpass::on(vault, &[&set[..], &script].concat()).with_fd_3(RIGHT);
    }
    let agent = AGENTS.get(number % AGENTS.len()).unwrap();
    let raise = format!("max_reads_per_hour={}", 1000 + number);
    let edit = ["agent", "profile", "edit", "hermes", "--set", &raise];
    Openpass::on(vault, &edit).with("OPENPASS_AGENT", *agent)
}

/// The number of requests that wait, by agent.
fn waiting(vault: &TestVault) -> BTreeMap<String, usize> {
    let mut of = BTreeMap::new();
    for entry in fs::read_dir(vault.path("guard/pending")).unwrap() {
        let path = entry.unwrap().path();
        let request: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let agent = request["agent"].as_str().unwrap().to_owned();
        *of.entry(agent).or_default() += 1;
    }
    of
}

fn crowd(many: usize) {
    let vault = TestVault::new();
    // Every agent may ask for this.
    let may = CONFIG.replace("canManageConfig: false", "canManageConfig: true");
    vault.put("config.yaml", may);
    let runs: Vec<Run> = (0..many).map(|number| asks(&vault, number)).collect();
    let ends: Vec<Ended> = thread::scope(|scope| {
        let all: Vec<_> = runs
            .into_iter()
            .map(|run| scope.spawn(|| run.without_a_terminal()))
            .collect();
        all.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let mut codes: BTreeMap<i32, usize> = BTreeMap::new();
    for ended in &ends {
        *codes.entry(ended.code()).or_default() += 1;
        assert!(!ended.stderr.contains("panicked"), "{ended:#?}");
    }
    let waiting = waiting(&vault);
    assert!(waiting.values().sum::<usize>() <= PLACES, "{waiting:?}");
    assert!(
        waiting.values().all(|own| *own <= PLACES_OF_ONE),
        "{waiting:?}"
    );
    let left = codes.get(&code::WAITS).copied().unwrap_or_default();
    assert_eq!(
        waiting.values().sum::<usize>(),
        left,
        "each has its own place"
    );
    let done = vault
        .log()
        .into_iter()
        .filter(|line| line["event"]["outcome"]["outcome"] == "done");
    assert_eq!(
        done.count(),
        codes.get(&code::DONE).copied().unwrap_or_default()
    );
    let verify = Openpass::on(&vault, &["audit", "verify"]);
    verify.without_a_terminal().with(code::DONE);
}

#[test]
fn many_processes_at_once_take_no_more_places_than_there_are_and_the_log_is_whole() {
    crowd(40);
}

#[test]
#[ignore = "it takes minutes; `.ci/run crowd` runs it"]
fn two_hundred_processes_at_once_take_no_more_places_than_there_are() {
    crowd(200);
}

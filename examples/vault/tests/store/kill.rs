//! The process is killed at each step of a commit.

use std::{
    env,
    path::Path,
    process::{Command, ExitStatus, Stdio},
};

use openpass_vault::{Change, GuardLog, Step, Vault};

use crate::sample::{Sample, differing, files, grant};

const VAULT: &str = "OPENPASS_TEST_VAULT";
const CHANGE: &str = "OPENPASS_TEST_CHANGE";

/// One file, several that give power, several that take it, and the identity.
fn changes() -> Vec<(&'static str, Change)> {
    vec![
        ("tier", crate::every::tier(openpass_policy::Tier::Admin)),
        (
            "token",
            Change::IssueToken {
                agent: "codex".to_owned(),
                label: None,
                tools: vec!["*".to_owned()],
                lifetime: None,
            },
        ),
        ("removal", removal_of("hermes")),
        ("identity", crate::sample::rewrapped()),
        (
            "policy removal",
            Change::RemovePolicy {
                name: "10-dev.yaml".to_owned(),
            },
        ),
    ]
}

fn removal_of(agent: &str) -> Change {
    Change::RemoveAgent {
        agent: agent.to_owned(),
    }
}

/// A vault with an agent `worker`, whose removal changes three files and only
/// takes power: the product has no agent of that name of its own.
pub(crate) fn with_worker() -> Sample {
    let sample = Sample::new();
    let agent = "worker".to_owned();
    sample
        .make(&Change::AddAgent {
            agent: agent.clone(),
            tier: openpass_policy::Tier::ReadOnly,
        })
        .unwrap();
    sample
        .make(&Change::IssueToken {
            agent,
            label: None,
            tools: vec!["list_entries".to_owned()],
            lifetime: None,
        })
        .unwrap();
    sample
}

/// Not a test: what the process does that is killed.
#[test]
fn role() {
    let (Ok(dir), Ok(wanted)) = (env::var(VAULT), env::var(CHANGE)) else {
        return;
    };
    let vault = Vault::open(Path::new(&dir)).unwrap();
    let (_, change) = changes()
        .into_iter()
        .chain([
            ("worker", removal_of("worker")),
            ("restore", Change::Restore {}),
            ("log key", Change::RotateLogKey {}),
        ])
        .find(|(name, _)| *name == wanted)
        .unwrap();
    let proposal = vault.propose(vault.request(), &change).unwrap();
    vault.commit(grant(&vault, &proposal), &proposal).unwrap();
}

/// Each step, and how often it comes: a commit writes an intent, what is
/// prepared, and an outcome.
pub(crate) fn points() -> Vec<String> {
    let mut points = Vec::new();
    for step in Step::ALL {
        let times = match step {
            Step::LineHalfWritten | Step::LineWritten => 3,
            _ => 1,
        };
        points.extend((1..=times).map(|time| format!("{step:?}:{time}")));
    }
    points
}

/// A process that makes `change`.
pub(crate) fn role_at(sample: &Sample, change: &str) -> Command {
    let mut role = Command::new(env::current_exe().unwrap());
    role.args(["kill::role", "--exact"])
        .env(VAULT, sample.dir())
        .env(CHANGE, change)
        .stdout(Stdio::null());
    role
}

pub(crate) fn killed_at(sample: &Sample, change: &str, point: &str) {
    let status = role_at(sample, change)
        .env(Step::VARIABLE, point)
        .status()
        .unwrap();
    assert!(is_killed(status), "{change} did not come to {point}");
}

#[cfg(unix)]
fn is_killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal() == Some(9)
}

/// A test that fails ends with another code.
#[cfg(windows)]
fn is_killed(status: ExitStatus) -> bool {
    status.code() == Some(Step::KILLED)
}

/// The files in the order in which the change replaces them, and what differs.
fn is_a_beginning(order: &[String], differing: &[String]) -> bool {
    let outside: Vec<&String> = order
        .iter()
        .filter(|name| !name.starts_with("guard/"))
        .collect();
    let mut beginning: Vec<String> = outside
        .iter()
        .take(differing.len())
        .map(|name| (*name).clone())
        .collect();
    beginning.sort();
    beginning == differing
}

#[test]
fn case_9_a_kill_at_any_step_leaves_the_vault_whole() {
    for (name, change) in changes() {
        for point in points() {
            let sample = Sample::new();
            let before = sample.files();
            let order: Vec<String> = sample
                .propose(&change)
                .unwrap()
                .file_names()
                .map(str::to_owned)
                .collect();
            killed_at(&sample, name, &point);

            let at_once = without_unfinished(differing(&before, &sample.files()));
            assert!(
                is_a_beginning(&order, &at_once),
                "{name} at {point}: {at_once:?}"
            );

            sample.vault.settle().unwrap();
            let settled = differing(&before, &sample.files());
            let outside = order
                .iter()
                .filter(|name| !name.starts_with("guard/"))
                .count();
            assert!(
                settled.is_empty() || settled.len() == outside,
                "{name} at {point}: {settled:?}"
            );
            assert_eq!(
                says_done(&sample),
                settled.len() == outside,
                "{name} at {point}"
            );
            // The chain has the seal of what was made, and of nothing else.
            let sealed = sample.vault.sealed().unwrap();
            assert_eq!(sealed.is_some(), says_done(&sample), "{name} at {point}");
            is_as_good_as_new(&sample, &format!("{name} at {point}"));
        }
    }
}

pub(crate) fn without_unfinished(names: Vec<String>) -> Vec<String> {
    let unfinished = |name: &String| name.contains(".openpass-guard-");
    names.into_iter().filter(|name| !unfinished(name)).collect()
}

/// Whether the log's last outcome says that the change is made.
pub(crate) fn says_done(sample: &Sample) -> bool {
    let lines = GuardLog::of(&sample.vault).lines().unwrap();
    let outcome = lines.iter().rev().find_map(|line| {
        line["event"]["outcome"]["outcome"]
            .as_str()
            .map(str::to_owned)
    });
    outcome.as_deref() == Some("done")
}

/// Nothing is open, nothing is left over, and the next change goes through.
pub(crate) fn is_as_good_as_new(sample: &Sample, at: &str) {
    assert_eq!(sample.vault.settle().unwrap(), [], "{at}");
    let log = GuardLog::of(&sample.vault).verify().unwrap();
    assert!(log.is_whole(), "{at}: {log:?}");
    let all = files(sample.dir());
    assert!(
        !all.keys()
            .any(|name| name.to_string_lossy().contains(".openpass-guard-")),
        "{at}"
    );
    assert!(
        !sample.dir().join("guard/identity.age.old").exists(),
        "{at}"
    );
    sample
        .make(&crate::every::edit("max_reads_per_day", "7"))
        .unwrap();
}

#[test]
fn case_9_the_log_has_the_intent_before_anything_changes() {
    let sample = Sample::new();
    killed_at(&sample, "tier", "Locked");
    let lines = GuardLog::of(&sample.vault).lines().unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["event"]["event"], "intent");
    let settled = sample.vault.settle().unwrap();
    assert_eq!(settled.len(), 1);
    assert!(!settled[0].done);
}

#[test]
fn what_another_process_is_at_is_left_to_it() {
    let sample = Sample::new();
    let proposal = sample
        .propose(&crate::every::tier(openpass_policy::Tier::Admin))
        .unwrap();
    let grant = grant(&sample.vault, &proposal);
    assert_eq!(sample.vault.settle().unwrap(), []);
    sample.vault.commit(grant, &proposal).unwrap();
    let lines = GuardLog::of(&sample.vault).lines().unwrap();
    let events: Vec<&str> = lines
        .iter()
        .map(|line| line["event"]["event"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["intent", "prepared", "outcome"]);
}

/// The file that was to take the place of another.
pub(crate) fn unfinished(sample: &Sample) -> std::path::PathBuf {
    let entries = std::fs::read_dir(sample.dir()).unwrap();
    let mut entries = entries.map(|entry| entry.unwrap().path());
    let ours = |path: &std::path::PathBuf| path.to_string_lossy().contains(".openpass-guard-");
    entries.find(ours).unwrap()
}

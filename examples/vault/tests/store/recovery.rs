//! Recovery authorizes nothing: what a start makes of a commit that was killed.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use openpass_auth::{Clock, Moment};
use openpass_auth_macos::BootClock;
use openpass_policy::{AgentRef, Channel, Principal, Request, Tier};
use openpass_vault::{Settled, Step};

use crate::{
    kill::{
        is_as_good_as_new, killed_at, role_at, says_done, unfinished, with_worker,
        without_unfinished,
    },
    sample::{Sample, differing},
};

/// Where something is replaced and no outcome is on the log.
const BEGUN: [&str; 3] = ["FirstReplaced", "AllReplaced", "Synced"];
/// What gives power: one file, and several.
const WIDENING: [&str; 2] = ["tier", "token"];

/// The machine's clocks, so many seconds off.
#[derive(Debug)]
struct Off {
    wall: i64,
    boot: i64,
}

impl Clock for Off {
    fn now(&self) -> Moment {
        let moved = |time: Duration, by: i64| {
            let by_seconds = Duration::from_secs(by.unsigned_abs());
            if by < 0 {
                time.saturating_sub(by_seconds)
            } else {
                time + by_seconds
            }
        };
        let mut now = BootClock::new().now();
        now.wall = moved(now.wall, self.wall);
        if let Some(boot) = &mut now.boot {
            boot.elapsed = moved(boot.elapsed, self.boot);
        }
        now
    }
}

fn a_person(sample: &Sample) -> Request {
    sample.vault.request()
}

fn an_agent(sample: &Sample) -> Request {
    let mut request = a_person(sample);
    request.principal = Principal::Agent(AgentRef::new("hermes", Tier::Admin, true));
    request.channel = Channel::Mcp;
    request
}

fn as_a_person(sample: &Sample) -> Vec<Settled> {
    sample.vault.settle_for(&a_person(sample)).unwrap()
}

type Settle = fn(&Sample) -> Vec<Settled>;
/// What else may be different by then.
type Meanwhile = fn(&Sample);

const NOTHING: Meanwhile = |_| ();

/// Kills `change` at each point at which it has begun, does `meanwhile`, and
/// sees it put back by `settle`.
#[track_caller]
fn is_put_back(change: &str, meanwhile: Meanwhile, settle: Settle) {
    for point in BEGUN {
        let sample = Sample::new();
        let before = sample.files();
        killed_at(&sample, change, point);
        assert_ne!(
            without_unfinished(differing(&before, &sample.files())),
            [""; 0]
        );
        meanwhile(&sample);
        let settled = settle(&sample);
        assert!(
            settled
                .iter()
                .any(|one| !one.done && one.how.contains("put back")),
            "{change} at {point}: {settled:?}"
        );
        let after = sample.files();
        for name in ["config.yaml", "mcp-tokens.json", "mcp-tokens/codex.token"] {
            let name = std::path::Path::new(name);
            assert_eq!(after.get(name), before.get(name), "{change} at {point}");
        }
        assert!(!says_done(&sample), "{change} at {point}");
        assert!(!sample.dir().join("guard/kept/0").exists());
    }
}

#[test]
fn case_46_what_gives_power_and_was_broken_off_is_put_back_by_any_start() {
    for change in WIDENING {
        is_put_back(change, NOTHING, |sample| sample.vault.settle().unwrap());
    }
}

#[test]
fn case_46_another_principals_command_never_finishes_what_gives_power() {
    for change in WIDENING {
        is_put_back(change, NOTHING, |sample| {
            sample.vault.settle_for(&an_agent(sample)).unwrap()
        });
        is_put_back(change, NOTHING, |sample| {
            let mut script = a_person(sample);
            script.attended = false;
            sample.vault.settle_for(&script).unwrap()
        });
        is_put_back(change, NOTHING, |sample| {
            let mut by_mcp = a_person(sample);
            by_mcp.channel = Channel::Mcp;
            sample.vault.settle_for(&by_mcp).unwrap()
        });
    }
}

#[test]
fn case_46_under_other_settings_or_policies_nobody_finishes_what_gives_power() {
    for change in WIDENING {
        let forbid: Meanwhile = |sample| {
            let text = "forbid (principal, action, resource) when { context.reason == \"x\" };";
            sample.write("policies/later.cedar", text);
        };
        is_put_back(change, forbid, as_a_person);
        let removed: Meanwhile = |sample| {
            fs::remove_file(sample.dir().join("policies/10-dev.yaml")).unwrap();
        };
        is_put_back(change, removed, as_a_person);
        let refuse: Meanwhile =
            |sample| sample.write("guard/settings.yaml", "unattended: refuse\n");
        is_put_back(change, refuse, as_a_person);
        let broken: Meanwhile = |sample| sample.write("guard/settings.yaml", "step_up: [\n");
        is_put_back(change, broken, as_a_person);
    }
}

#[test]
fn case_46_after_its_time_nobody_finishes_what_gives_power() {
    for change in WIDENING {
        is_put_back(change, NOTHING, |sample| at_later(sample, 31, 31));
        // Neither clock revives it.
        is_put_back(change, NOTHING, |sample| at_later(sample, 0, 3600));
        is_put_back(change, NOTHING, |sample| at_later(sample, 3600, 0));
        is_put_back(change, NOTHING, |sample| at_later(sample, -3600, 0));
    }
}

fn at_later(sample: &Sample, wall: i64, boot: i64) -> Vec<Settled> {
    let vault = sample.vault.clone();
    let vault = vault.with_clock(Arc::new(Off { wall, boot }));
    vault.settle_for(&vault.request()).unwrap()
}

/// Only Linux tells when the machine was started; elsewhere it is put back.
#[cfg(target_os = "linux")]
#[test]
fn case_46_a_persons_own_next_change_finishes_it_while_its_grant_is_in_force() {
    for change in WIDENING {
        for point in BEGUN {
            let sample = Sample::new();
            let before = sample.files();
            killed_at(&sample, change, point);
            let settled = as_a_person(&sample);
            assert!(settled.iter().any(|one| one.done), "{change} at {point}");
            assert!(says_done(&sample), "{change} at {point}");
            assert_ne!(differing(&before, &sample.files()), [""; 0]);
            is_as_good_as_new(&sample, &format!("{change} at {point}"));
        }
    }
}

#[test]
fn case_46_what_only_takes_power_is_finished_by_anybody_whatever_has_changed() {
    for point in BEGUN {
        let sample = with_worker();
        killed_at(&sample, "worker", point);
        sample.write("guard/settings.yaml", "unattended: refuse\n");
        let vault = sample.vault.clone();
        let vault = vault.with_clock(Arc::new(Off {
            wall: 86_400,
            boot: -5,
        }));
        let settled = vault.settle_for(&an_agent(&sample)).unwrap();
        assert!(settled.iter().any(|one| one.done), "{point}: {settled:?}");
        assert!(says_done(&sample), "{point}");
        assert!(!sample.read("config.yaml").contains("worker"), "{point}");
    }
}

#[test]
fn case_46_what_had_not_begun_is_never_made() {
    for change in ["tier", "token", "removal"] {
        let sample = Sample::new();
        let before = sample.files();
        killed_at(&sample, change, "Journaled");
        let settled = as_a_person(&sample);
        assert!(settled.iter().all(|one| !one.done), "{settled:?}");
        assert_eq!(differing(&before, &sample.files()), [""; 0], "{change}");
        is_as_good_as_new(&sample, change);
    }
}

#[test]
fn case_46_a_file_that_somebody_moves_into_place_does_not_make_the_change() {
    let sample = Sample::new();
    let before = sample.files();
    killed_at(&sample, "tier", "Journaled");
    fs::rename(unfinished(&sample), sample.dir().join("config.yaml")).unwrap();
    sample.vault.settle().unwrap();
    assert_eq!(differing(&before, &sample.files()), [""; 0]);
    assert!(!says_done(&sample));
}

/// By anybody's start, and by a person's own next change, whose grant would still finish it
/// if it could be whole.
#[test]
fn case_46_what_somebody_wrote_since_is_not_put_back_over() {
    let settles: [Settle; 2] = [|sample| sample.vault.settle().unwrap(), as_a_person];
    for settle in settles {
        let sample = Sample::new();
        killed_at(&sample, "token", "AllReplaced");
        let theirs = sample
            .read("mcp-tokens.json")
            .replacen("ci-readonly", "renamed", 1);
        sample.write("mcp-tokens.json", &theirs);
        let settled = settle(&sample);
        let [one] = settled.as_slice() else {
            panic!("{settled:?}");
        };
        assert!(one.how.contains("mcp-tokens.json"), "{}", one.how);
        assert!(one.how.contains("look at it"), "{}", one.how);
        assert_eq!(sample.read("mcp-tokens.json"), theirs);
        // The rest is.
        assert!(!sample.dir().join("mcp-tokens/codex.token").exists());
        is_as_good_as_new(&sample, "after an edit");
    }
}

/// As a start that was killed between the last file and the log would leave it.
#[test]
fn case_46_a_change_that_was_put_back_is_not_said_to_have_changed_nothing() {
    let sample = Sample::new();
    let config = sample.read("config.yaml");
    killed_at(&sample, "tier", "AllReplaced");
    sample.write("config.yaml", &config);
    let settled = sample.vault.settle().unwrap();
    let [one] = settled.as_slice() else {
        panic!("{settled:?}");
    };
    assert!(
        !one.done && one.how.contains("none of its changes stand"),
        "{one:?}"
    );
    is_as_good_as_new(&sample, "after what was put back");
}

#[test]
fn case_46_a_commit_that_goes_on_is_left_alone() {
    let sample = Sample::new();
    let mut process = role_at(&sample, "token")
        .env(Step::STOPPING, "FirstReplaced")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap() == "FirstReplaced"));
    let before = sample.files();
    assert_eq!(sample.vault.settle().unwrap(), []);
    assert_eq!(sample.files(), before);
    drop(process.stdin.take());
    assert!(process.wait().unwrap().success());
    assert!(says_done(&sample));
}

/// Killed again while it is put back, or just before: the next start goes on.
#[test]
fn case_46_what_is_put_back_in_part_is_put_back_by_the_next_start() {
    let sample = Sample::new();
    let before = sample.files();
    killed_at(&sample, "token", "AllReplaced");
    // As a start that was killed after the first of the files would leave it.
    fs::remove_file(sample.dir().join("mcp-tokens/codex.token")).unwrap();
    sample.vault.settle().unwrap();
    assert_eq!(differing(&before, &sample.files()), [""; 0]);
}

#[test]
fn case_46_a_commit_that_finds_another_broken_off_settles_it_first() {
    let sample = with_worker();
    let proposal = sample.propose(&crate::every::tier(Tier::Standard)).unwrap();
    let grant = crate::sample::grant(&sample.vault, &proposal);
    // While the person was asked.
    killed_at(&sample, "worker", "FirstReplaced");
    drop(sample.vault.commit(grant, &proposal));
    assert!(!sample.read("config.yaml").contains("worker"));
    assert_eq!(sample.vault.settle().unwrap(), []);
}

//! `audit list --follow`, as a process of its own that is fed changes.

use std::{
    io::{BufRead as _, BufReader, Lines},
    os::unix::process::ExitStatusExt as _,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

use serde_json::Value;

use crate::sample::Sample;

struct Follower {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Follower {
    fn of(sample: &Sample, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_openpass"))
            .args(["--vault", sample.dir().to_str().unwrap()])
            .args(["audit", "list", "--follow"])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next line, which is waited for.
    fn says(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }

    fn ends(mut self) -> (ExitStatus, String) {
        let output = self.child.wait().unwrap();
        let mut stderr = String::new();
        let mut pipe = self.child.stderr.take().unwrap();
        std::io::Read::read_to_string(&mut pipe, &mut stderr).unwrap();
        (output, stderr)
    }
}

fn raise(sample: &Sample, agent: &str, tier: &str) {
    drop(
        sample
            .script(&["agent", "upgrade", agent, "--tier", tier])
            .with(0),
    );
}

#[test]
fn a_change_is_followed_as_it_comes_and_a_filter_holds_on() {
    let sample = Sample::new();
    raise(&sample, "codex", "standard");
    let mut all = Follower::of(&sample, &[]);
    let mut one = Follower::of(&sample, &["--agent", "openclaw", "--output", "json"]);
    let first = all.says();
    assert!(first.contains("widenAgent \"codex\""), "{first}");
    raise(&sample, "codex", "admin");
    let next = all.says();
    assert!(next.contains("tier: \"standard\" → \"admin\""), "{next}");
    assert!(next.ends_with("  done"), "{next}");
    raise(&sample, "openclaw", "standard");
    assert!(all.says().contains("openclaw"));
    let line: Value = serde_json::from_str(&one.says()).unwrap();
    assert_eq!(line["version"], 1);
    assert_eq!(line["line"]["resource"]["agent"]["name"], "openclaw");
    for follower in [all, one] {
        let pid = rustix::process::Pid::from_child(&follower.child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        let (status, stderr) = follower.ends();
        // What a shell calls 130.
        assert_eq!(status.signal(), Some(2), "{stderr}");
        assert!(!stderr.contains("Error"), "{stderr}");
    }
}

#[test]
fn a_log_that_goes_away_ends_it_with_a_code_of_its_own() {
    let sample = Sample::new();
    raise(&sample, "codex", "standard");
    let mut follower = Follower::of(&sample, &["--last", "1"]);
    drop(follower.says());
    std::fs::remove_file(sample.dir().join("guard/log.jsonl")).unwrap();
    let (status, stderr) = follower.ends();
    assert_eq!(status.code(), Some(17), "{stderr}");
    assert!(stderr.contains("can no longer be followed"), "{stderr}");
}

#[test]
fn it_ends_without_a_word_when_nobody_reads_it_any_more() {
    let sample = Sample::new();
    raise(&sample, "codex", "standard");
    let mut follower = Follower::of(&sample, &[]);
    drop(follower.says());
    let Follower { mut child, lines } = follower;
    drop(lines);
    let mut stderr = String::new();
    let mut pipe = child.stderr.take().unwrap();
    std::io::Read::read_to_string(&mut pipe, &mut stderr).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(141), "{stderr}");
    assert!(!stderr.contains("Error"), "{stderr}");
}

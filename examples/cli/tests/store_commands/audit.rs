//! What `audit list` says of what was done.

use crate::sample::Sample;

const RAISE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];

/// A vault on which a person raised codex, set a key, and hermes was denied.
fn used() -> Sample {
    let sample = Sample::new();
    drop(sample.script(&RAISE).with(0));
    let set = ["config", "set", "clipboard.auto_clear_duration", "45"];
    drop(sample.run(&[set.as_slice(), &["--yes"]].concat()).with(0));
    let agent = [("OPENPASS_AGENT", "openclaw")];
    drop(sample.run_with(&RAISE, &[], &agent).with(5));
    sample
}

fn listed(sample: &Sample, flags: &[&str]) -> Vec<String> {
    let ended = sample.run(&[&["audit", "list"], flags].concat()).with(0);
    ended.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn c10_a_change_is_one_line_with_who_what_before_after_and_outcome() {
    let sample = used();
    let lines = listed(&sample, &[]);
    assert_eq!(lines.len(), 3, "{lines:#?}");
    let (time, rest) = lines[0].split_at_checked(19).unwrap();
    let shape: String = time
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    assert_eq!(shape, "0000-00-00 00:00:00");
    assert!(rest.starts_with("  user  widenAgent \"codex\"  "), "{rest}");
    assert!(rest.contains("tier: \"read-only\" → \"admin\""), "{rest}");
    assert!(rest.ends_with("  by passphrase  done"), "{rest}");
    assert!(
        lines[1].contains("clipboard.auto_clear_duration: ")
            && lines[1].contains(" → \"45\"")
            && lines[1].ends_with("done"),
        "{lines:#?}"
    );
    assert!(
        lines[2].contains("  agent \"openclaw\"  ") && lines[2].contains("  refused: "),
        "{lines:#?}"
    );
}

#[test]
fn c10_the_time_is_local() {
    let sample = used();
    let hour = |zone| {
        let listed = sample.run_with(&["audit", "list"], &[], &[("TZ", zone)]);
        let hour: u32 = listed.stdout.get(11..13).unwrap().parse().unwrap();
        hour
    };
    // POSIX counts west of Greenwich as more.
    assert_eq!((hour("UTC0") + 5) % 24, hour("EST-5"));
}

#[test]
fn c10_filters_choose_and_json_has_every_line_of_what_is_chosen() {
    let sample = used();
    let about = |flags: &[&str], has: &str| {
        let lines = listed(&sample, flags);
        assert_eq!(lines.len(), 1, "{flags:?}: {lines:#?}");
        assert!(lines[0].contains(has), "{flags:?}: {lines:#?}");
    };
    about(&["--last", "1"], "openclaw");
    about(&["--agent", "openclaw"], "refused");
    about(&["--action", "setroutineconfigkey"], "clipboard");
    about(&["--since", "1h", "--last", "1"], "openclaw");
    assert_eq!(listed(&sample, &["--agent", "codex"]).len(), 2);
    let none = [
        ["--since", "2999-01-01"],
        ["--agent", "user"],
        ["--action", "x"],
    ];
    for flags in none {
        assert_eq!(
            listed(&sample, &flags),
            ["Nothing on the guard log matches."]
        );
    }
    let json = |flags: &[&str]| {
        let command = [&["audit", "list", "--output", "json"], flags].concat();
        sample.run(&command).with(0).json()
    };
    let written = sample.read("guard/log.jsonl").lines().count();
    assert_eq!(json(&[])["count"], written);
    let raised = json(&["--action", "widenAgent", "--agent", "codex"]);
    let events: Vec<&str> = raised["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["event"]["event"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["intent", "prepared", "outcome", "refused"]);
    drop(sample.run(&["audit", "list", "--since", "soon"]).with(1));
}

#[test]
fn c10_an_empty_log_is_said_to_be_empty() {
    let sample = Sample::new();
    assert_eq!(listed(&sample, &[]), ["The guard log has no line yet."]);
}

#[test]
fn c10_details_have_every_field_and_the_reason() {
    let sample = used();
    let lines = listed(
        &sample,
        &["--details", "--action", "widenAgent", "--agent", "codex"],
    );
    let text = lines.join("\n");
    for part in [
        "! canWrite: \"false\" → \"true\"",
        "reason: \"a test\"",
        "digest: ",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn c11_names_and_reasons_from_outside_imitate_no_column() {
    let sample = Sample::new();
    for agent in ["user", "user  widenAgent\n2026-01-01 00:00:00  user"] {
        let variables = [("OPENPASS_AGENT", agent)];
        drop(sample.run_with(&RAISE, &[], &variables).with(5));
    }
    let lines = listed(&sample, &[]);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines[0].contains("  agent \"user\"  "), "{lines:#?}");
    assert!(
        lines[1].contains("  agent \"user  widenAgent\\u{a}"),
        "{lines:#?}"
    );
}

#[test]
fn p19_a_lost_key_is_told_until_a_new_one_closes_what_it_signed() {
    let sample = used();
    std::fs::remove_file(sample.dir().join("guard/log.key")).unwrap();
    let lost = sample.run(&["audit", "verify"]).with(6);
    assert_eq!(
        lost.stdout.matches("another key signed it").count(),
        1,
        "{lost:?}"
    );
    drop(sample.script(&["audit", "rotate-key"]).with(0));
    let whole = sample.run(&["audit", "verify"]).with(0);
    assert!(
        whole.stdout.contains("Closed under an earlier key"),
        "{whole:?}"
    );
    let agent = [("OPENPASS_AGENT", "hermes")];
    drop(
        sample
            .run_with(&["audit", "rotate-key"], &[], &agent)
            .with(5),
    );
    // What is closed, and not as it was, is said where it is listed, with the cure.
    let guard = sample.dir().join("guard");
    let entries = std::fs::read_dir(&guard).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let closed = names.filter(|name| name.starts_with("log-"));
    for name in closed.collect::<Vec<_>>() {
        let text = std::fs::read_to_string(guard.join(&name)).unwrap();
        std::fs::write(guard.join(&name), text.replace("codex", "forged")).unwrap();
    }
    let listed = sample.run(&["audit", "list"]).with(0);
    assert!(listed.stderr.contains("is not whole"), "{listed:?}");
    let verified = sample.run(&["audit", "verify"]).with(6);
    assert!(verified.stdout.contains("audit rotate-key"), "{verified:?}");
}

/// Writes files of the log before the one that is written to, each with as many copies of
/// the log's last line as fill it, so that the log has `bytes` more.
fn lengthen(sample: &Sample, bytes: usize) {
    let log = sample.read("guard/log.jsonl");
    let line = log.lines().last().unwrap();
    let file = format!("{line}\n").repeat(FULL / line.len());
    for number in 1..=bytes / file.len() {
        sample.write(&format!("guard/log-{number:020}.jsonl"), &file);
    }
}

/// The length of a file of the log that is full.
const FULL: usize = 128 * 1024;

#[test]
fn a_log_that_is_longer_than_the_memory_is_listed() {
    const LOG: usize = 24 << 20;
    // In KiB. A line takes twelve times its length where all are held.
    const MEMORY: usize = 192 << 10;
    let sample = used();
    lengthen(&sample, LOG);
    let limited = format!("ulimit -v {MEMORY}; exec \"$@\"");
    let list = |flags: &[&str]| {
        let list = [&["audit", "list"], flags].concat();
        let run = sample.command(&list, &[]).by_shell(&limited);
        run.without_a_terminal().with(0)
    };
    let all = list(&[]);
    let refused = all.stdout.lines().filter(|line| line.contains("refused: "));
    assert!(refused.count() > LOG / 4096);
    assert_eq!(list(&["--last", "2"]).stdout.lines().count(), 2);
    let lines = list(&["--output", "json"]).json()["count"]
        .as_u64()
        .unwrap();
    assert!(lines > all.stdout.lines().count() as u64);
}

#[test]
fn a_change_without_an_outcome_holds_nothing_up_and_one_that_ends_late_has_its_outcome() {
    let sample = used();
    let log = sample.read("guard/log.jsonl");
    let lines: Vec<&str> = log.lines().collect();
    let is =
        |line: &&str, event: &str| line.contains(&format!("\"event\":{{\"event\":\"{event}\""));
    let found = |event: &str| *lines.iter().find(|line| is(line, event)).unwrap();
    let (intent, prepared, outcome) = (found("intent"), found("prepared"), found("outcome"));
    let refused = found("refused");
    // One without an outcome of its own, and one that ends behind what came meanwhile.
    // The start finds the first, and says on the log that it was broken off.
    let never = intent.replace("\"digest\":\"", "\"digest\":\"0");
    let all = [
        &*never, intent, prepared, refused, refused, outcome, refused,
    ];
    sample.write("guard/log.jsonl", &(all.join("\n") + "\n"));
    let lines = listed(&sample, &[]);
    let ends: Vec<&str> = lines
        .iter()
        .map(|line| match line {
            it if it.ends_with("not settled") => "not settled",
            it if it.ends_with("done") => "done",
            it if it.contains("the log  outcome") => "settled",
            _ => "refused",
        })
        .collect();
    let expected = [
        "not settled",
        "done",
        "refused",
        "refused",
        "refused",
        "settled",
    ];
    assert_eq!(ends, expected, "{lines:#?}");
    let json = |flags: &[&str]| {
        let command = [&["audit", "list", "--output", "json"], flags].concat();
        sample.run(&command).with(0).json()
    };
    assert_eq!(json(&[])["count"], 8);
    // The three lines of the change that is done, and what came behind its intent.
    let last = json(&["--last", "5"]);
    assert_eq!(last["count"], 7);
    assert_eq!(last["lines"].as_array().unwrap().len(), 7);
    assert_eq!(json(&["--last", "1"])["count"], 1);
}

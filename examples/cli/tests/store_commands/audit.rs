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

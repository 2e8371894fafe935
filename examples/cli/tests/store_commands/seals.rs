//! Seals by the built command: noted, compared, and told of.

use std::fs;

use serde_json::Value;

use crate::sample::{Ended, Sample};

const RAISE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];
const LOWER: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "read-only"];

fn json(sample: &Sample, arguments: &[&str]) -> Value {
    let all = [arguments, &["--output", "json"]].concat();
    serde_json::from_str(&sample.run(&all).with(0).stdout).unwrap()
}

fn head(sample: &Sample) -> String {
    let printed = sample.run(&["audit", "head"]).with(0).stdout;
    let (number, seal) = printed.trim_end().split_once(' ').unwrap();
    assert!(
        number.parse::<u64>().is_ok() && seal.len() == 64,
        "{printed}"
    );
    seal.to_owned()
}

fn contains(sample: &Sample, seal: &str) -> Ended {
    sample.run(&["audit", "verify", "--head", seal])
}

#[test]
fn a_vault_without_a_seal_says_so_and_how_to_get_one() {
    let sample = Sample::new();
    sample
        .run(&["audit", "head"])
        .with(2)
        .saying("nothing of this vault is sealed yet")
        .saying("openpass guard seal");
    assert_eq!(json(&sample, &["guard", "status"])["seal"], Value::Null);
    sample
        .run(&["guard", "status"])
        .with(0)
        .showing("not sealed");
    let seal = "0".repeat(64);
    drop(contains(&sample, &seal).with(6));
}

#[test]
fn a_seal_that_was_noted_is_found_in_what_came_of_it() {
    let sample = Sample::new();
    drop(sample.script(&RAISE).with(0));
    let noted = head(&sample);
    drop(
        sample
            .script(&["agent", "upgrade", "openclaw", "--tier", "standard"])
            .with(0),
    );
    contains(&sample, &noted)
        .with(0)
        .showing("as number 1; the last seal is now number 2");
    assert_ne!(head(&sample), noted);
    // What is no seal is no question.
    let short: String = noted.chars().skip(1).collect();
    for wrong in ["", "12", &noted.to_uppercase(), &short] {
        contains(&sample, wrong).with(1).saying("is not a seal");
    }
}

#[test]
fn case_67_a_guard_folder_that_was_put_back_lacks_the_seal_that_was_noted() {
    let sample = Sample::new();
    drop(sample.script(&RAISE).with(0));
    let guard = sample.dir().join("guard");
    let old: Vec<(String, Vec<u8>)> = ["log.jsonl", "log.anchor"]
        .into_iter()
        .map(|name| (name.to_owned(), fs::read(guard.join(name)).unwrap()))
        .collect();
    let config = sample.read("config.yaml");
    drop(sample.script(&LOWER).with(0));
    let noted = head(&sample);
    for (name, bytes) in old {
        fs::write(guard.join(name), bytes).unwrap();
    }
    sample.write("config.yaml", &config);
    // By itself all of it fits together.
    drop(sample.run(&["guard", "status"]).with(0));
    contains(&sample, &noted)
        .with(6)
        .showing("The history does not have this seal; the last seal is now number 1")
        .showing("put back");
}

#[test]
fn status_and_every_prompt_tell_whether_the_state_is_signed() {
    let sample = Sample::new();
    drop(sample.script(&RAISE).with(0));
    sample
        .run(&["guard", "status"])
        .with(0)
        .showing("Seal:     1, signed");
    drop(sample.run(&[&LOWER[..], &["--yes"]].concat()).with(0));
    sample
        .run(&["guard", "status"])
        .with(0)
        .showing("Seal:     2, logged; the last that was signed is 1");
    let status = json(&sample, &["guard", "status"]);
    assert_eq!(status["seal"]["grade"], "logged");
    sample
        .script(&["guard", "seal"])
        .with(0)
        .showing("seal 2 is logged")
        .showing("✓ What is approved has seal 3, signed");
    sample.script(&["guard", "seal"]).with(1).saying("nothing");
}

#[test]
fn a_rule_about_the_seal_lets_agents_gain_power_behind_a_signature_alone() {
    let sample = Sample::new();
    let recipe = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/policy/recipes/signed-state-first.cedar"
    );
    drop(sample.script(&RAISE).with(0));
    drop(sample.script(&["policy", "apply", recipe]).with(0));
    drop(sample.run(&[&LOWER[..], &["--yes"]].concat()).with(0));
    sample.script(&RAISE).with(5).saying("signed-state-first");
    sample
        .run(&[&["policy", "explain"], &RAISE[..]].concat())
        .with(0)
        .showing("`openpass guard seal` comes first")
        .showing("what was approved has a signed seal");
    drop(sample.script(&["guard", "seal"]).with(0));
    drop(sample.script(&RAISE).with(0));
}

#[test]
fn an_agent_may_not_seal_and_neither_may_a_yes() {
    let sample = Sample::new();
    let seal = ["guard", "seal"];
    let agent = [("OPENPASS_AGENT", "hermes")];
    drop(sample.run_with(&seal, &[], &agent).with(5));
    drop(sample.run(&["guard", "seal", "--yes"]).with(1));
    drop(sample.run(&seal).with(11));
    assert!(!sample.dir().join("guard/approved").exists());
}

#[test]
fn case_73_small_changes_in_a_row_are_each_asked_and_the_prompt_says_what_they_come_to() {
    let sample = Sample::new();
    let fields = [
        "canWrite",
        "canRunCommands",
        "canUseClipboard",
        "canReadValues",
    ];
    let mut last = String::new();
    for (number, field) in fields.into_iter().enumerate() {
        let set = format!("{field}=true");
        let edit = ["agent", "profile", "edit", "codex", "--set", &set];
        drop(sample.run(&edit).with(11));
        let ended = sample.script(&edit).with(0);
        last = format!("{}{}", ended.stdout, ended.stderr);
        let tells = last.contains("changes gave power within a day");
        assert_eq!(tells, number >= 3, "{last}");
    }
    assert!(last.contains("3 changes gave power"), "{last}");
    for field in &fields[..3] {
        assert!(last.contains(&format!("codex {field} true")), "{last}");
    }
}

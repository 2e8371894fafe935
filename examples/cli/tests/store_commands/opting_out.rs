//! The settings that ask for less, and what they do not cover.

use crate::sample::{PASSPHRASE, Sample};

const RAISE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];

#[test]
fn the_opt_out_takes_a_y_warns_and_is_shown_with_since_when_and_by_whom() {
    let sample = Sample::new();
    sample
        .script(&["guard", "set", "step-up", "confirm"])
        .with(0);
    let mut person = sample.person(&RAISE);
    person
        .sees("step_up: confirm")
        .sees("[y/N]")
        .types("y\r")
        .sees("upgraded");
    person.leaves().with(0);
    let status = sample.run(&["guard", "status"]).with(0);
    assert!(
        status.stdout.contains("confirm  OPT-OUT  since 2"),
        "{status:?}"
    );
    assert!(status.stdout.contains("by the user"), "{status:?}");
    let json = sample.run(&["guard", "status", "--output", "json"]).json();
    assert_eq!(json["settings"]["step_up"]["opt_out"], true);
    assert_eq!(json["settings"]["step_up"]["by"], "the user");
}

#[test]
fn case_1_the_opt_out_covers_neither_guard_nor_policy_nor_audit_nor_auth() {
    let commands: [&[&str]; 5] = [
        &["guard", "set", "unattended", "waive"],
        &["policy", "remove", "10-dev.yaml"],
        &["config", "set", "audit.maxBackups", "1"],
        &["config", "set", "vault.useTouchID", "true"],
        &["auth", "rotate-passphrase"],
    ];
    for command in commands {
        let sample = Sample::new();
        sample
            .script(&["guard", "set", "step-up", "confirm"])
            .with(0);
        let before = sample.files();
        let mut person = sample.person(command);
        // A y is a wrong passphrase, and is asked for again.
        person.sees("Passphrase: ").types("y\r");
        person
            .sees("Attempt 2 of 3")
            .sees("Passphrase: ")
            .types("\u{3}");
        person.leaves().with(10);
        assert!(sample.changed(&before).is_empty(), "{command:?}");
    }
}

#[test]
fn whoever_asks_for_the_passphrase_is_asked_for_it_under_the_opt_out_too() {
    let sample = Sample::new();
    sample
        .script(&["guard", "set", "step-up", "confirm"])
        .with(0);
    let before = sample.files();
    let command = [&RAISE[..], &["--no-biometric"]].concat();
    let mut person = sample.person(&command);
    person
        .sees("Passphrase: ")
        .types("y\r")
        .sees("Attempt 2 of 3")
        .types("\u{3}");
    person.leaves().with(10);
    // Nobody has a finger here, so there is nobody to ask.
    let command = [&RAISE[..], &["--biometric"]].concat();
    let person = sample.person(&command);
    person.leaves().with(11);
    assert!(sample.changed(&before).is_empty());
}

#[test]
fn the_opt_out_does_not_cover_an_agent() {
    let sample = Sample::new();
    sample
        .script(&["guard", "set", "step-up", "confirm"])
        .with(0);
    let agent = [("OPENPASS_AGENT", "hermes")];
    sample.run_with(&RAISE, &[], &agent).with(13);
}

#[test]
fn case_3_a_waiver_is_logged_with_its_reason_and_covers_no_guardrail() {
    let sample = Sample::new();
    sample
        .script(&["guard", "set", "unattended", "waive"])
        .with(0);
    let waived = |command: &[&str]| {
        let flags = ["--yes", "--no-biometric", "--reason", "nightly job"];
        sample.run(&[command, &flags].concat())
    };
    waived(&RAISE).with(0);
    assert!(sample.read("guard/log.jsonl").contains("nightly job"));
    waived(&["guard", "set", "step-up", "confirm"]).with(11);
    waived(&["policy", "remove", "10-dev.yaml"]).with(11);
    waived(&["config", "set", "authMethod", "touchid"]).with(11);
    sample.run(&["guard", "status"]).showing("waive  OPT-OUT");
}

#[test]
fn settings_that_refuse_scripts_refuse_one_that_has_the_passphrase() {
    let sample = Sample::new();
    sample
        .script(&["guard", "set", "unattended", "refuse"])
        .with(0);
    sample.script(&RAISE).with(1).showing("unattended: refuse");
    sample
        .script(&["guard", "set", "unattended", "default"])
        .with(1);
    let mut person = sample.person(&["guard", "set", "unattended", "default"]);
    person
        .sees("Passphrase")
        .types(format!("{PASSPHRASE}\r"))
        .sees("set to");
    person.leaves().with(0);
    sample.script(&RAISE).with(0);
}

#[test]
fn case_50_an_opt_out_that_was_written_by_hand_is_shown_and_has_no_effect() {
    let sample = Sample::new();
    sample.script(&RAISE).with(0);
    sample.write("guard/settings.yaml", "step_up: confirm\n");
    sample
        .run(&["guard", "status"])
        .with(0)
        .showing("step_up         biometry  the file says confirm")
        .showing("guard/settings.yaml was changed outside the guard")
        .showing("! guard/settings.yaml step_up: biometry → confirm");
    // It has no effect: a y/N is not enough.
    sample
        .run(&["agent", "upgrade", "codex", "--tier", "standard"])
        .with(11);
}

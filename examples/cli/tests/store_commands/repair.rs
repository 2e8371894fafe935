//! A policy that loads and locks its owner out, and the ways back in.

use crate::sample::{PASSPHRASE, Sample};

const ALL: &str = "@id(\"all\") forbid (principal, action, resource);\n";
const OVERFLOWS: &str = "@id(\"over\") permit (principal, action, resource) when { context.time.minuteOfDay + 9223372036854775807 > 0 };\n";
const ERRS: &str = "@id(\"errs\") forbid (principal, action, resource) unless { context.time.minuteOfDay + 9223372036854775807 < 0 };\n";
const RAISE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];

/// A vault that the guard knows.
fn known() -> Sample {
    let sample = Sample::new();
    sample.script(&["guard", "set", "timeout", "50s"]).with(0);
    sample
}

#[test]
fn case_52_a_policy_that_forbids_everything_is_applied_named_and_taken_back() {
    let sample = known();
    sample.write("guard/all.cedar", ALL);
    let file = sample.dir().join("guard/all.cedar");
    let apply = ["policy", "apply", file.to_str().unwrap()];
    sample
        .script(&apply)
        .with(0)
        .showing("This locks you out of");
    sample
        .script(&RAISE)
        .with(5)
        .showing("`openpass policy remove all`");
    // It may deny every command that lists the files. The id is enough.
    sample.run(&["policy", "list"]).with(5);
    // To apply is no repair: what is in force is removed first.
    sample.write(
        "guard/all.cedar",
        "@id(\"other\") forbid (principal is OpenPass::Agent, action, resource);\n",
    );
    sample.script(&apply).with(5);
    sample.script(&["policy", "remove", "all"]).with(0);
    assert!(!sample.dir().join("policies/all.cedar").exists());
    sample.script(&apply).with(0);
    let mut person = sample.person(&RAISE);
    person
        .sees("Repair on ")
        .sees("policies/all.cedar was removed")
        .sees("Passphrase: ")
        .types(format!("{PASSPHRASE}\r"));
    person.leaves().with(0);
}

/// Who writes a policy chooses its id. By it, no other file is removed.
#[test]
fn case_52_an_id_that_is_another_files_name_removes_neither_by_mistake() {
    let sample = known();
    let forbid = "forbid (principal is OpenPass::Agent, action, resource);\n";
    sample.write("policies/mine.cedar", &format!("@id(\"mine\") {forbid}"));
    sample.script(&["guard", "accept"]).with(0);
    // A file's whole name means that file, and no id.
    sample.write(
        "policies/zz.cedar",
        &format!("@id(\"mine.cedar\") {forbid}"),
    );
    sample.script(&["policy", "remove", "zz.cedar"]).with(0);
    assert!(sample.dir().join("policies/mine.cedar").exists());
    // An id that is also a name without its end is refused.
    sample.write("policies/zz.cedar", &format!("@id(\"other\") {forbid}"));
    sample.write("policies/other.cedar", &format!("@id(\"more\") {forbid}"));
    let refused = sample.script(&["policy", "remove", "other"]).with(1);
    refused.showing("\"zz.cedar\"").showing("\"other.cedar\"");
    assert!(sample.dir().join("policies/zz.cedar").exists());
    sample.script(&["policy", "remove", "more"]).with(0);
    assert!(!sample.dir().join("policies/other.cedar").exists());
}

#[test]
fn case_52_no_policy_by_hand_keeps_the_person_from_repair() {
    for text in [ALL, OVERFLOWS, ERRS, "no cedar at all", ""] {
        let sample = known();
        sample.write("policies/lock.cedar", text);
        sample.write("guard/settings.yaml", "unattended: [\n");
        // The strictest settings take no script: a person is there.
        let mut person = sample.person(&["guard", "reset"]);
        person.sees("Passphrase: ").types(format!("{PASSPHRASE}\r"));
        person.leaves().with(0);
        sample.script(&["guard", "restore"]).with(0);
        assert!(!sample.dir().join("policies/lock.cedar").exists(), "{text}");
        sample.script(&RAISE).with(0);
        sample.write("policies/lock.cedar", text);
        sample.script(&["policy", "remove", "lock.cedar"]).with(0);
    }
}

#[test]
fn case_52_restore_is_shown_dry_for_programs_and_explained() {
    let sample = known();
    sample.write("recipients.txt", "age1evil\n");
    let dry = ["guard", "restore", "--dry-run", "--output", "json"];
    let json = sample.run(&dry).json();
    assert_eq!(json["outcome"], "dry-run");
    assert_eq!(json["changes"][0]["field"], "recipients.txt");
    assert_eq!(json["changes"][0]["removed"][0], "age1evil");
    assert!(sample.dir().join("recipients.txt").exists());
    for which in ["restore", "restore-narrower", "reset", "set-log-aside"] {
        sample.run(&["policy", "explain", "repair", which]).with(0);
    }
    sample.run(&["guard", "set-log-aside"]).with(1);
}

#[test]
fn case_52_a_restore_in_part_names_the_rest_and_is_no_success() {
    let sample = known();
    let folder = sample.dir().join(".openpass");
    std::fs::create_dir(&folder).unwrap();
    sample.write(".openpass/devices.json", "{}\n");
    sample.script(&["guard", "accept"]).with(0);
    std::fs::remove_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink("/nowhere/at/all", &folder).unwrap();
    sample.write("recipients.txt", "age1evil\n");
    let ended = sample.script(&["guard", "restore"]).with(6);
    ended
        .showing(".openpass is not a folder")
        .showing("move it away");
    assert!(!sample.dir().join("recipients.txt").exists());
}

#[test]
fn case_52_an_agent_that_runs_the_command_gets_no_repair() {
    let sample = known();
    sample.write("recipients.txt", "age1evil\n");
    let flags = [
        "--yes",
        "--no-biometric",
        "--reason",
        "a test",
        "--passphrase-fd",
        "3",
    ];
    for command in [["guard", "restore"], ["guard", "reset"]] {
        let all = [command.as_slice(), &flags].concat();
        let as_agent = [("OPENPASS_AGENT", "hermes")];
        sample.run_with(&all, &[PASSPHRASE], &as_agent).with(5);
    }
    assert!(sample.dir().join("recipients.txt").exists());
}

#[test]
fn case_57_a_damaged_log_is_set_aside_in_words() {
    let sample = known();
    let log = sample.read("guard/log.jsonl").replacen("user", "usor", 1);
    sample.write("guard/log.jsonl", &log);
    // What is not in force is not said to be set.
    let longer = ["guard", "set", "timeout", "90s"];
    let said = sample.script(&longer).with(0).showing("not in force until");
    said.showing("openpass guard accept");
    let log = sample.read("guard/log.jsonl").replacen("user", "usor", 1);
    sample.write("guard/log.jsonl", &log);
    sample.script(&["guard", "set-log-aside"]).with(0);
    sample.script(&RAISE).with(0);
}

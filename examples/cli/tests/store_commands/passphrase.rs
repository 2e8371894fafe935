//! Another passphrase for the same vault.

use crate::sample::{PASSPHRASE, Sample};

const NEW: &str = "a new passphrase of mine";
const RAISE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];

fn only_the_new_one_opens(sample: &Sample) {
    sample.script_with(&RAISE, PASSPHRASE).with(10);
    sample.script_with(&RAISE, NEW).with(0);
    assert!(!sample.dir().join("guard/identity.age.old").exists());
}

#[test]
fn a_script_replaces_the_passphrase_by_two_descriptors() {
    let sample = Sample::new();
    let flags = [
        "auth",
        "rotate-passphrase",
        "--yes",
        "--no-biometric",
        "--reason",
        "x",
        "--passphrase-fd",
        "3",
        "--new-passphrase-fd",
        "4",
    ];
    let before = sample.files();
    sample
        .run_with(&flags, &["wrong horse battery", NEW], &[])
        .with(10);
    sample
        .run_with(&flags, &[PASSPHRASE, "short"], &[])
        .with(1)
        .showing("12 characters");
    sample
        .run_with(&flags[..8], &[PASSPHRASE], &[])
        .with(1)
        .showing("--new-passphrase-fd");
    assert!(sample.changed(&before).is_empty());
    sample
        .run_with(&flags, &[PASSPHRASE, NEW], &[])
        .with(0)
        .showing("replaced");
    assert_eq!(sample.changed(&before), ["identity.age"]);
    only_the_new_one_opens(&sample);
}

#[test]
fn case_24_and_48_an_agents_rotation_names_it_and_cools_it_down() {
    let sample = Sample::new();
    let as_agent = [("OPENPASS_AGENT", "hermes")];
    let command = ["auth", "rotate-passphrase"];
    for _ in 0..2 {
        let mut person = sample.person_with(&command, &as_agent);
        person
            .sees("agent \"hermes\" asks to open the vault")
            .sees("Passphrase: ")
            .types("\u{3}");
        person.leaves().with(10);
    }
    let mut person = sample.person_with(&command, &as_agent);
    person.sees("gets no other until a person has acted");
    person.leaves().with(11);
}

#[test]
fn case_47_a_wrong_old_passphrase_has_its_line() {
    let sample = Sample::new();
    let mut flags = "auth rotate-passphrase --yes --no-biometric --reason x".to_owned();
    flags.push_str(" --passphrase-fd 3 --new-passphrase-fd 4");
    let flags: Vec<&str> = flags.split(' ').collect();
    sample.run_with(&flags, &["a guess", NEW], &[]).with(10);
    let log = sample.read("guard/log.jsonl");
    let last = log.lines().next_back().unwrap_or_default();
    assert!(
        last.contains("rotatePassphrase") && last.contains("\"refused\""),
        "{last}"
    );
    assert!(!log.contains("a guess"));
    sample.run(&["audit", "verify"]).with(0).showing("whole");
}

#[test]
fn p7_the_old_one_blanks_and_control_characters_are_no_new_passphrase() {
    let sample = Sample::new();
    let before = sample.files();
    let mut flags = "auth rotate-passphrase --yes --no-biometric --reason x".to_owned();
    flags.push_str(" --passphrase-fd 3 --new-passphrase-fd 4");
    let flags: Vec<&str> = flags.split(' ').collect();
    for (new, why) in [
        (PASSPHRASE, "is the same as the old one"),
        ("              ", "only blanks"),
        ("a new\u{1b}passphrase", "contain control characters"),
    ] {
        let ended = sample.run_with(&flags, &[PASSPHRASE, new], &[]);
        ended.with(1).showing(why);
    }
    assert!(sample.changed(&before).is_empty());
}

#[test]
fn a_person_types_the_old_one_once_the_new_one_twice_and_sees_what_is_bound() {
    let sample = Sample::new();
    let mut person = sample.person(&["auth", "rotate-passphrase"]);
    person
        .sees("old passphrase")
        .sees("Passphrase")
        .types(format!("{PASSPHRASE}\r"));
    person.sees("New passphrase").types(format!("{NEW}\r"));
    person.sees("Once more: ").types(format!("{NEW}\r"));
    person
        .sees("replace the passphrase of the vault")
        .sees("[y/N]")
        .types("y\r");
    person.sees("replaced");
    person.leaves().with(0);
    only_the_new_one_opens(&sample);
}

#[test]
fn whoever_says_no_at_the_end_keeps_the_old_passphrase() {
    let sample = Sample::new();
    let before = sample.files();
    let mut person = sample.person(&["auth", "rotate-passphrase"]);
    person.sees("Passphrase").types(format!("{PASSPHRASE}\r"));
    person.sees("New passphrase").types(format!("{NEW}\r"));
    person.sees("Once more: ").types(format!("{NEW}\r"));
    person.sees("[y/N]").types("n\r");
    person.leaves().with(10);
    assert!(sample.changed(&before).is_empty());
    sample.script_with(&RAISE, PASSPHRASE).with(0);
}

#[test]
fn case_37_an_identity_that_no_passphrase_protects_is_not_rotated_and_says_what_to_do() {
    const UNBOUND: &[u8] = include_bytes!(
        "../../../../openpass-auth-passphrase/tests/fixtures/\
         identity.openpass-argon2id-zerokey.age"
    );
    let sample = Sample::new();
    std::fs::write(sample.dir().join("identity.age"), UNBOUND).unwrap();
    let before = sample.files();
    let flags = [
        "auth",
        "rotate-passphrase",
        "--yes",
        "--no-biometric",
        "--reason",
        "x",
        "--passphrase-fd",
        "3",
        "--new-passphrase-fd",
        "4",
    ];
    for old in [PASSPHRASE, &"x".repeat(PASSPHRASE.len())] {
        sample
            .run_with(&flags, &[old, NEW], &[])
            .with(6)
            .showing("not bound to its passphrase")
            .showing("the product's own");
    }
    assert!(sample.changed(&before).is_empty());
}

#[test]
fn a_change_that_policy_denies_asks_for_no_passphrase() {
    let sample = Sample::new();
    sample.write(
        "policies/never.cedar",
        "@id(\"never\") forbid (principal, action in OpenPass::Action::\"config\", resource);\n",
    );
    sample.run(&["auth", "rotate-passphrase"]).with(5);
    sample
        .run(&["auth", "rotate-passphrase", "--dry-run"])
        .with(0)
        .showing("denied");
    sample
        .run(&["auth", "rotate-passphrase", "--biometric"])
        .with(5);
}

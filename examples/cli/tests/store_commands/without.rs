//! Nobody is locked out by a file, and what is wrong is said by its name.

use std::fs;

use crate::sample::{Ended, PASSPHRASE, Sample};

const GOOD: &str = "@id(\"mine\") forbid (principal is OpenPass::Agent, action, resource);\n";

#[test]
fn case_15_with_a_broken_policy_file_what_mends_it_still_runs_with_a_real_factor() {
    let breaks = [
        "permit (",
        "",
        "\u{0}",
        "permit (principal, action, resource) when { context.x };",
    ];
    for broken in breaks {
        let sample = Sample::new();
        sample.write("policies/mine.cedar", broken);
        let refused = sample.script(&["agent", "upgrade", "codex", "--tier", "admin"]);
        refused.with(6).showing("policies");
        // Not with a y, not without anybody.
        sample
            .run(&["policy", "remove", "mine.cedar", "--yes"])
            .with(1);
        sample.run(&["policy", "remove", "mine.cedar"]).with(11);
        sample
            .script(&["guard", "set", "timeout", "90s"])
            .with(0)
            .showing("shipped");
        sample.script(&["policy", "remove", "mine.cedar"]).with(0);
        sample
            .script(&["agent", "upgrade", "codex", "--tier", "admin"])
            .with(0);
    }
}

#[test]
fn case_15_a_broken_policy_is_replaced_by_a_good_one() {
    let sample = Sample::new();
    sample.write("policies/mine.cedar", "permit (");
    let good = sample.dir().join("guard-good.cedar");
    fs::write(&good, GOOD).unwrap();
    let good = good.to_str().unwrap();
    sample
        .script(&["policy", "apply", good, "--name", "mine.cedar"])
        .with(0);
    assert_eq!(sample.read("policies/mine.cedar"), GOOD);
    sample
        .run(&["policy", "list"])
        .with(0)
        .showing("mine.cedar");
}

#[test]
fn case_51_a_policy_that_does_not_load_is_not_taken_for_good() {
    let sample = Sample::new();
    sample
        .script(&["agent", "upgrade", "codex", "--tier", "standard"])
        .with(0);
    sample.write("policies/mine.cedar", "permit (");
    let mut person = sample.person(&["guard", "accept"]);
    person.sees("policy apply");
    person.leaves().with(6);
    sample.write("policies/mine.cedar", GOOD);
    sample.script(&["guard", "accept"]).with(0);
}

#[test]
fn case_50_a_reason_that_nobody_can_read_is_none() {
    let sample = Sample::new();
    for reason in ["\u{3164}", "\u{200b}\u{200b}", " . "] {
        let words =
            "agent upgrade codex --tier standard --yes --no-biometric --passphrase-fd 3 --reason";
        let mut words: Vec<&str> = words.split(' ').collect();
        words.push(reason);
        sample
            .run_with(&words, &[PASSPHRASE], &[])
            .with(1)
            .showing("--reason TEXT");
    }
}

#[test]
fn case_15_with_a_broken_settings_file_a_person_at_a_terminal_can_set_them_again() {
    let sample = Sample::new();
    sample.write("guard/settings.yaml", "step_up: [");
    // The strictest hold: no script, whatever it knows.
    sample
        .script(&["guard", "set", "step-up", "biometry"])
        .with(1)
        .showing("unattended: refuse");
    let mut person = sample.person(&["guard", "set", "step-up", "passphrase"]);
    person
        .sees("strictest")
        .sees("Passphrase")
        .types(format!("{PASSPHRASE}\r"));
    person.sees("set to");
    person.leaves().with(0);
    assert_eq!(sample.read("guard/settings.yaml"), "step_up: passphrase\n");
    sample.script(&["guard", "set", "timeout", "90s"]).with(0);
}

#[test]
fn what_is_refused_before_anybody_is_asked_says_why() {
    let sample = Sample::new();
    let before = sample.files();
    let cases: [(&[&str], i32, &str); 14] = [
        (&["config", "set", "mcp.port", "many"], 1, "whole number"),
        (
            &["config", "set", "agents.codex.approvalMode", "auto"],
            1,
            "none, deny, prompt",
        ),
        (&["config", "set", "authMethod", "face"], 1, "touchid"),
        (
            &["agent", "profile", "edit", "codex", "--set", "canWrite"],
            1,
            "KEY=VALUE",
        ),
        (&["agent", "add", "codex", "--tier", "admin"], 16, "already"),
        (
            &["agent", "add", "../x", "--tier", "admin"],
            1,
            "agent's name",
        ),
        (&["agent", "remove", "nobody"], 2, "agent list"),
        (&["agent", "token", "revoke", "tok-1"], 2, "token list"),
        (&["agent", "token", "new", "nobody"], 2, "agent list"),
        (&["policy", "remove", "../identity.age"], 1, "policy file"),
        (&["policy", "remove", "none.cedar"], 2, "policy list"),
        (&["guard", "set", "step-up", "nothing"], 1, "cannot be"),
        (&["approve", "ABCD-EFGH"], 2, "openpass approve"),
        (&["config", "get", "nobody.knows"], 2, "not set"),
    ];
    for (command, code, text) in cases {
        sample.run(command).with(code).showing(text);
    }
    assert!(sample.changed(&before).is_empty());
}

#[test]
fn touch_id_is_not_made_the_way_in_where_it_cannot_ask() {
    let sample = Sample::new();
    for command in [
        ["auth", "set", "touchid"].as_slice(),
        &["config", "set", "authMethod", "touchid"],
        &["config", "set", "authMethod", "Biometrics"],
    ] {
        sample
            .script(command)
            .with(11)
            .showing("Touch ID cannot ask here");
    }
    sample
        .script(&["auth", "set", "passphrase"])
        .with(1)
        .showing("nothing to change");
}

#[test]
fn touch_id_is_not_made_the_way_in_by_another_key_either() {
    let sample = Sample::new();
    let config = sample.read("config.yaml");
    let without = config.replace("authMethod: passphrase", "other: passphrase");
    sample.write("config.yaml", &without);
    for (key, value) in [
        ("useTouchID", "true"),
        ("vault.useTouchID", "true"),
        ("vault.authMethod", "touch-id"),
    ] {
        sample
            .script(&["config", "set", key, value])
            .with(11)
            .showing("Touch ID cannot ask here");
    }
    assert_eq!(sample.read("config.yaml"), without);
}

#[test]
fn an_agent_of_the_product_that_no_file_lists_is_said_to_be_one() {
    let sample = Sample::new();
    sample.script(&["agent", "remove", "codex"]).with(0);
    sample
        .run(&["agent", "list"])
        .with(0)
        .showing("them: codex");
    for command in [
        ["agent", "show", "codex"].as_slice(),
        &["agent", "upgrade", "codex", "--tier", "admin"],
        &["agent", "token", "new", "codex"],
    ] {
        sample.run(command).with(2).showing("openpass agent add");
    }
    sample
        .script(&["agent", "add", "codex", "--tier", "read-only"])
        .with(0)
        .showing("the product's own profile");
    let listed = sample.run(&["agent", "list", "--output", "json"]).with(0);
    assert_eq!(listed.json()["built_in"].as_array().unwrap().len(), 0);
}

#[test]
fn case_13_what_was_changed_by_hand_is_said_on_every_run_until_a_person_accepts_it() {
    let sample = Sample::new();
    sample
        .script(&["agent", "upgrade", "codex", "--tier", "admin"])
        .with(0);
    sample.write("policies/mine.cedar", GOOD);
    let said = "policies/mine.cedar was added outside the guard";
    for command in [
        ["agent", "list"].as_slice(),
        &["guard", "status"],
        &["audit", "list"],
    ] {
        sample.run(command).with(0).showing(said);
    }
    sample.run(&["guard", "accept", "--yes"]).with(1);
    sample.run(&["guard", "accept"]).with(11);
    sample.run(&["agent", "list"]).showing(said);
    sample.script(&["guard", "accept"]).with(0);
    let quiet = sample.run(&["agent", "list"]).with(0);
    assert!(!quiet.stderr.contains("outside the guard"), "{quiet:#?}");
}

#[test]
fn case_13_every_run_tells_of_what_was_changed_by_hand() {
    let sample = Sample::new();
    sample
        .script(&["agent", "upgrade", "codex", "--tier", "admin"])
        .with(0);
    sample.write("policies/mine.cedar", GOOD);
    let said = "policies/mine.cedar was added outside the guard";
    sample.run(&["agent", "list"]).with(0).showing(said);
    // A terminal that somebody else had, too, keeps nothing from the person.
    for _ in 0..2 {
        let ended = sample.person(&["agent", "list"]).leaves().with(0);
        assert!(ended.screen.contains(said), "{ended:#?}");
    }
    sample.run(&["agent", "list"]).with(0).showing(said);
    sample.run(&["guard", "status"]).with(0).showing(said);
    // So does every question, and the script that answers one beforehand.
    sample
        .script(&["agent", "upgrade", "openclaw", "--tier", "standard"])
        .with(0)
        .showing("One thing was changed outside the guard, and nobody has accepted it");
}

/// An upgrade of openclaw by a script that proves nothing.
fn waived(sample: &Sample, tier: &str) -> Ended {
    let flags = ["--yes", "--no-biometric", "--reason", "r"];
    let raise = ["agent", "upgrade", "openclaw", "--tier", tier];
    sample.run(&[raise.as_slice(), &flags].concat())
}

#[test]
fn case_50_opt_outs_by_hand_have_no_effect_with_and_without_a_guard_folder() {
    let opt_outs = "step_up: confirm\nunattended: waive\n";
    let sample = Sample::new();
    sample.write("guard/settings.yaml", opt_outs);
    waived(&sample, "standard")
        .with(11)
        .showing("accept it at a prompt");
    sample
        .run(&["guard", "status"])
        .with(0)
        .showing("guard/settings.yaml unattended: waive does not count; passphrase does");
    sample
        .script(&["agent", "upgrade", "codex", "--tier", "admin"])
        .with(0);
    waived(&sample, "standard").with(11);
    // By a script they are not accepted, by a person at a prompt they are.
    sample
        .script(&["guard", "accept"])
        .with(1)
        .showing("only at a prompt");
    let mut person = sample.person(&["guard", "accept"]);
    person
        .sees("unattended  passphrase → waive")
        .sees("Passphrase")
        .types(format!("{PASSPHRASE}\r"))
        .sees("Accepted");
    person.leaves().with(0);
    waived(&sample, "standard").with(0);
    // Without its memory the guard takes nobody's word for it.
    fs::remove_dir_all(sample.dir().join("guard")).unwrap();
    sample.write("guard/settings.yaml", opt_outs);
    waived(&sample, "admin").with(11);
}

#[test]
fn case_50_a_forbid_that_is_removed_by_hand_stops_what_is_critical_and_names_the_ways_out() {
    let sample = Sample::new();
    sample.write("guard-good.cedar", GOOD);
    let good = sample.dir().join("guard-good.cedar");
    let apply = [
        "policy",
        "apply",
        good.to_str().unwrap(),
        "--name",
        "mine.cedar",
    ];
    sample.script(&apply).with(0);
    fs::remove_file(sample.dir().join("policies/mine.cedar")).unwrap();
    let raise = ["agent", "upgrade", "codex", "--tier", "admin"];
    sample
        .script(&raise)
        .with(6)
        .showing("policies/mine.cedar was in force and is gone")
        .showing("guard restore");
    sample.script(&["policy", "remove", "mine.cedar"]).with(0);
    sample.script(&raise).with(0);
}

#[test]
fn case_53_settings_that_others_may_write_are_the_strictest_with_the_cure() {
    use std::os::unix::fs::PermissionsExt as _;
    let sample = Sample::new();
    // Rules that nothing enforces would be another reason to refuse.
    fs::remove_dir_all(sample.dir().join("policies")).unwrap();
    sample.script(&["guard", "set", "timeout", "90s"]).with(0);
    let path = sample.dir().join("guard/settings.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    let raise = ["agent", "upgrade", "codex", "--tier", "admin"];
    sample
        .script(&raise)
        .with(1)
        .showing("its mode is 666")
        .showing("chmod go-w");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    sample.script(&raise).with(0);
}

#[test]
fn case_36_a_log_that_was_tampered_with_is_said_and_verify_fails() {
    let sample = Sample::new();
    sample
        .script(&["agent", "upgrade", "codex", "--tier", "admin"])
        .with(0);
    sample
        .run(&["audit", "verify"])
        .with(0)
        .showing("whole: 3 lines");
    let log = sample.read("guard/log.jsonl").replacen("codex", "c0dex", 1);
    sample.write("guard/log.jsonl", &log);
    sample
        .run(&["audit", "verify"])
        .with(6)
        .showing("guard/log.jsonl, line 1");
    let found = sample
        .run(&["audit", "verify", "--output", "json"])
        .with(6)
        .json();
    assert_eq!(found["state"], "not-whole");
    assert_eq!(found["problems"][0]["first_line"], 1);
    sample
        .run(&["agent", "list"])
        .with(0)
        .showing("damaged line");
}

#[test]
fn case_46_a_log_that_lost_an_outcome_makes_no_change_of_what_nobody_can_put_back() {
    let sample = Sample::new();
    sample
        .script(&["agent", "upgrade", "codex", "--tier", "admin"])
        .with(0);
    // The log without the outcome, after what was there before is gone.
    let log = sample.read("guard/log.jsonl");
    let cut: Vec<&str> = log.lines().take(2).collect();
    sample.write("guard/log.jsonl", &format!("{}\n", cut.join("\n")));
    let next = sample.run(&["agent", "list"]).with(0);
    next.showing("was settled").showing("could not be put back");
    let last = sample.run(&["audit", "list", "--output", "json"]).json();
    let last = last["lines"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["event"]["outcome"]["outcome"], "failed");
    assert_eq!(last["event"]["settled"], true);
}

/// An opt-out that was taken back is not brought back by an older copy of the
/// log, whoever sets the damage aside.
#[test]
fn case_36_and_50_a_cut_log_brings_no_opt_out_back() {
    let mends: [&[&str]; 3] = [
        &["guard", "set-log-aside"],
        &["guard", "accept"],
        &["agent", "upgrade", "codex", "--tier", "admin"],
    ];
    for mends in mends {
        let sample = Sample::new();
        let set = |value: &str| {
            let words = ["guard", "set", "unattended", value];
            sample.script(&words).with(0);
        };
        set("passphrase");
        let mut person = sample.person(&["guard", "set", "unattended", "waive"]);
        person.sees("Passphrase").types(format!("{PASSPHRASE}\r"));
        person.leaves().with(0);
        let (log, settings) = (
            sample.read("guard/log.jsonl"),
            sample.read("guard/settings.yaml"),
        );
        waived(&sample, "standard").with(0);
        set("passphrase");
        sample.write("guard/log.jsonl", &log);
        sample.write("guard/settings.yaml", &settings);
        // So that there is something to restore.
        let config = sample.read("config.yaml");
        sample.write(
            "config.yaml",
            &config.replacen("canWrite: false", "canWrite: true", 1),
        );
        sample.script(mends).with(0);
        waived(&sample, "admin").with(11);
        sample
            .run(&["guard", "status"])
            .with(0)
            .showing("unattended: waive does not count");
    }
}

/// An approval for one vault writes no other, even where a link leads there.
#[test]
fn case_6_a_link_into_another_vault_is_not_followed() {
    let (sample, other) = (Sample::new(), Sample::new());
    let theirs = other.dir().join("config.yaml");
    let before = other.read("config.yaml");
    fs::remove_file(sample.dir().join("config.yaml")).unwrap();
    std::os::unix::fs::symlink(&theirs, sample.dir().join("config.yaml")).unwrap();
    sample
        .script(&["agent", "upgrade", "codex", "--tier", "admin"])
        .with(14)
        .showing("another vault");
    assert_eq!(other.read("config.yaml"), before);
}

#[test]
fn what_a_person_names_beside_a_tier_stays_as_it_was_named() {
    let sample = Sample::new();
    let edit = |sets: &[&str]| {
        let words = [&["agent", "profile", "edit", "codex"][..], sets].concat();
        sample.script(&words)
    };
    edit(&["--set", "tier=admin", "--set", "canWrite=false"]).with(0);
    let shown = sample
        .run(&["agent", "show", "codex", "--output", "json"])
        .json();
    assert_eq!(shown["fields"]["canWrite"], false);
    assert_eq!(shown["fields"]["canRunCommands"], true);
    edit(&["--set", "canWrite=true", "--set", "canWrite=false"])
        .with(1)
        .showing("named twice");
}

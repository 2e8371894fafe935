//! What a change of policy changes, shown before anybody answers.

use crate::sample::{PASSPHRASE, Sample};

const STRICT: &str = r#"@id("biometry-for-admin")
forbid (principal, action == OpenPass::Action::"widenAgent", resource)
when { context.tier.after == 2 }
unless { context.authentication.factor == OpenPass::AuthFactor::"biometry" };
"#;
const LINE: &str = "raise an agent to admin (person / person, nobody there / person, by MCP / \
                    agent that manages): biometry or passphrase → biometry";
const BACK: &str = "biometry → biometry or passphrase";

/// The vault with a file to apply, and its path.
fn with_file(text: &str) -> (Sample, String) {
    let sample = Sample::new();
    sample.write("guard/strict.cedar", text);
    let path = sample.dir().join("guard/strict.cedar");
    let path = path.to_str().unwrap().to_owned();
    (sample, path)
}

#[test]
fn a_dry_run_shows_what_changes_for_whom_and_touches_nothing() {
    let (sample, file) = with_file(STRICT);
    let before = sample.files();
    let apply = ["policy", "apply", &file, "--dry-run"];
    sample.run(&apply).with(0).showing(&format!("  {LINE}"));
    let json = [&apply[..], &["--output", "json"]].concat();
    let report = sample.run(&json).with(0).json();
    let changes = report["matrix"]["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 4);
    for change in changes {
        assert_eq!(change["action"], "widenAgent");
        assert_eq!(change["before"], "biometry or passphrase");
        assert_eq!(change["after"], "biometry");
    }
    assert!(sample.changed(&before).is_empty());
}

#[test]
fn the_guide_shows_what_a_dry_run_says() {
    let guide = std::fs::read_to_string("../../docs/policy/README.md").unwrap();
    let recipe = "../../docs/policy/recipes/biometry-for-tokens.cedar";
    let said = Sample::new().run(&["policy", "apply", recipe, "--dry-run"]);
    let said = said.with(0).stderr;
    // Before it the sample's YAML rules are reported, which is no part of it.
    let said = said.split_once('\n').unwrap().1;
    assert!(
        guide.contains(&format!("```text\n{}\n```", said.trim_end())),
        "{said}"
    );
}

#[test]
fn the_person_who_answers_sees_it_in_the_prompt_itself() {
    let (sample, file) = with_file(STRICT);
    let mut person = sample.person(&["policy", "apply", &file]);
    // Within the prompt, where lines are wrapped.
    person.sees("raise an agent to admin (person");
    person.sees("Passphrase: ").types(format!("{PASSPHRASE}\r"));
    person.sees("applied");
    person.leaves().with(0);

    let removal = ["policy", "remove", "strict.cedar"];
    let mut person = sample.person(&removal);
    person.sees("! raise an agent to admin (").sees(BACK);
    person.sees("gives more power").sees("Passphrase: ");
    person.types("\u{4}");
    person.leaves().with(10);
    assert_eq!(sample.read("policies/strict.cedar"), STRICT);
    let json = [&removal[..], &["--output", "json"]].concat();
    let report = sample.script(&json).with(0).json();
    assert_eq!(report["outcome"], "done");
    assert_eq!(report["matrix"]["changes"][0]["before"], "biometry");
}

#[test]
fn a_policy_that_changes_everything_is_counted_where_the_prompt_ends() {
    let (sample, file) = with_file(
        r#"@id("closed") forbid (principal, action, resource)
        unless { action in OpenPass::Action::"guardrails" };"#,
    );
    let mut person = sample.person(&["policy", "apply", &file]);
    person.sees("Page 1 of 2. ").sees("refuses. ").types(" ");
    person
        .sees("not shown: ")
        .sees("changes that give no power");
    person.sees("Page 2 of 2. ").sees("refuses. ").types(" ");
    person.sees("You approve: apply the policy file \"strict.cedar\"");
    person.sees("Passphrase: ").types("\u{4}");
    person.leaves().with(10);
}

#[test]
fn a_policy_that_changes_no_sample_says_so_and_yaml_is_not_the_guards() {
    let (sample, file) = with_file(
        r#"@id("one") forbid (principal, action, resource) when { context.time.weekday == 8 };"#,
    );
    let apply = ["policy", "apply", &file, "--dry-run"];
    let said = sample.run(&apply).with(0);
    let said = said.showing("No sample operation");
    said.showing("not reached by a sample: (not set) → one (policies/strict.cedar:1)");
    let report = sample.run(&[&apply[..], &["--output", "json"]].concat());
    assert_eq!(
        report.with(0).json()["matrix"]["changes"],
        serde_json::json!([])
    );
    let yaml = [
        "policy",
        "remove",
        "10-dev.yaml",
        "--dry-run",
        "--output",
        "json",
    ];
    let report = sample.run(&yaml).with(0).json();
    assert_eq!(report["matrix"], serde_json::Value::Null);
}

#[test]
fn case_15_what_mends_the_policies_says_that_they_are_in_force_again() {
    let (sample, _) = with_file(STRICT);
    sample.write("policies/strict.cedar", STRICT);
    sample.write("policies/broken.cedar", "permit (");
    let removal = ["policy", "remove", "broken.cedar", "--dry-run"];
    let said = sample.run(&removal).with(0);
    let said = said.showing("own policies: not in force: a file does not load → in force");
    said.showing(LINE);
}

#[test]
fn case_17_a_policy_that_permits_everything_gives_nobody_more_than_the_guards_leave() {
    let (sample, file) = with_file("@id(\"all\") permit (principal, action, resource);\n");
    sample.script(&["policy", "apply", &file]).with(0);
    let before = sample.files();
    let raise = ["agent", "upgrade", "codex", "--tier", "admin"];
    let remove = ["policy", "remove", "strict.cedar"];
    for command in [raise.as_slice(), &remove] {
        sample.run(command).with(11);
        let agent = [("OPENPASS_AGENT", "codex")];
        sample.run_with(command, &[], &agent).with(5);
    }
    assert!(sample.changed(&before).is_empty());
}

/// A rule about one action, so that it forbids no test its own changes.
fn widening_when(id: &str, when: &str) -> String {
    format!(
        "@id(\"{id}\")\nforbid (principal, action == OpenPass::Action::\"widenAgent\", resource)\n\
         when {{ {when} }};\n"
    )
}

#[test]
fn a2_a_night_rule_made_dead_is_shown_as_power_given_at_night() {
    let night = "context.time.minuteOfDay >= 1320 || context.time.minuteOfDay < 360";
    let (sample, file) = with_file(&widening_when("night", night));
    sample.script(&["policy", "apply", &file]).with(0);
    let dead = widening_when("night", &night.replace("||", "&&"));
    sample.write("guard/strict.cedar", &dead);
    let said = sample.run(&["policy", "apply", &file, "--dry-run"]).with(0);
    let line = "! raise an agent to admin (person / person, nobody there / person, by MCP / \
                agent that manages), 22:00 to 05:59: deny → biometry or passphrase";
    let said = said.showing(line);
    said.showing("not reached by a sample: (not set) → night (policies/strict.cedar:1)");
    // The same in the prompt, and in another folder's difference.
    let mut person = sample.person(&["policy", "apply", &file]);
    person.sees("! raise an agent to admin (").sees("05:59");
    person.sees("gives more power").sees("Passphrase: ");
    person.types("\u{4}");
    person.leaves().with(10);
    sample.write("other/strict.cedar", &dead);
    let other = sample.dir().join("other");
    let diff = ["policy", "matrix", "--diff", other.to_str().unwrap()];
    let said = sample.run(&diff).with(0).stdout;
    for shown in [
        "[22:00 to 05:59]",
        "deny → biometry or passphrase",
        "    - when { context.time.minuteOfDay >= 1320 || ",
        "    + when { context.time.minuteOfDay >= 1320 && ",
    ] {
        assert!(said.contains(shown), "{shown}: {said}");
    }
    let json = sample.run(&[&diff[..], &["--output", "json"]].concat());
    let json = json.with(0).json();
    assert_eq!(json["changes"][0]["when"], "22:00 to 05:59");
    assert_eq!(json["files"][0]["field"], "policies/strict.cedar");
    assert_eq!(json["unshown"][0]["why"], "not-reached");
}

#[test]
fn a2_the_removal_of_one_agents_protection_is_shown_by_its_name() {
    let (sample, file) = with_file(&widening_when(
        "ci-bot",
        r#"resource.agent == OpenPass::Agent::"ci-bot""#,
    ));
    sample.script(&["policy", "apply", &file]).with(0);
    let said = sample.run(&["policy", "remove", "strict.cedar", "--dry-run"]);
    let said = said.with(0);
    let said = said.showing("! raise \"ci-bot\" to admin (person / ");
    said.showing("deny → biometry or passphrase");
}

#[test]
fn a2_a_weekend_lock_out_is_told_on_a_weekday_too() {
    let (sample, file) = with_file(
        r#"@id("weekend") forbid (principal, action, resource) when { context.time.weekday > 5 };"#,
    );
    let said = sample.run(&["policy", "apply", &file, "--dry-run"]).with(0);
    let said = said.showing("! denied to you yourself until you take it back");
    let said = said.showing("This locks you out of: raise an agent to standard, sat, sun");
    said.showing(", sat, sun: biometry or passphrase → deny");
}

#[test]
fn a2_a_rule_of_two_named_agents_is_shown_for_both() {
    let (sample, file) = with_file(
        r#"@id("two") forbid (principal, action, resource)
        when { principal == OpenPass::Agent::"ci-1" || principal == OpenPass::Agent::"ci-2" };"#,
    );
    let said = sample.run(&["policy", "apply", &file, "--dry-run"]).with(0);
    said.showing("  list (agent \"ci-1\" / agent \"ci-2\"): allow → deny");
}

#[test]
fn a2_the_matrix_says_when_it_is_otherwise() {
    let (sample, file) = with_file(&widening_when("weekend", "context.time.weekday > 5"));
    sample.script(&["policy", "apply", &file]).with(0);
    let matrix = ["policy", "matrix", "--at", "wed 12:00"];
    let said = sample.run(&matrix).with(0).stdout;
    assert!(
        said.contains("Otherwise, sat, sun:\n  raise an agent to standard"),
        "{said}"
    );
    let json = sample.run(&[&matrix[..], &["--output", "json"]].concat());
    let first = &json.with(0).json()["otherwise"][0];
    assert_eq!(
        (&first["when"], &first["answer"]),
        (&"sat, sun".into(), &"deny".into())
    );
}

/// Without a record of what was approved, permits of one's own do not count yet; this
/// change is what makes one count.
#[test]
fn a2_a_permit_that_comes_as_the_first_change_is_not_silent() {
    let text = "@id(\"open\") permit (principal, action, resource);\n";
    let (sample, file) = with_file(text);
    let apply = ["policy", "apply", &file, "--dry-run"];
    let said = sample.run(&apply).with(0);
    said.showing("open (policies/strict.cedar:1)");
}

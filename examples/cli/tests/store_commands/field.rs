//! Files as strangers leave them, each as it came.

use crate::{
    interface::{input, text_of},
    sample::Sample,
};

#[test]
fn p11_a_leading_byte_order_mark_is_passed_over_by_every_reader() {
    let sample = Sample::new();
    let file = |name: &str, text: &str| {
        sample.write(name, text);
        sample.dir().join(name).to_str().unwrap().to_owned()
    };
    let bom = '\u{feff}';
    assert!(text_of("12-bom.cedar").starts_with(bom));
    // A policy that is applied, and then in force.
    let cedar = file("x.cedar", &text_of("12-bom.cedar"));
    drop(sample.script(&["policy", "apply", &cedar]).with(0));
    assert!(sample.read("policies/x.cedar").starts_with(bom));
    drop(sample.run(&["agent", "list"]).with(0));
    drop(
        sample
            .script(&["agent", "upgrade", "codex", "--tier", "admin"])
            .with(5),
    );
    drop(sample.script(&["policy", "remove", "x.cedar"]).with(0));
    // Tests of policies, beside a file with policies.
    let tests = file("tests.yaml", &text_of("22-policy-test-bom.yaml"));
    drop(sample.run(&["policy", "test", &tests]).with(0));
    let cases = file("cases.json", &format!("{bom}[]"));
    drop(
        sample
            .run(&["policy", "test", &cases])
            .with(1)
            .showing("no test in"),
    );
    // The product's rules.
    let rules = sample.read("policies/10-dev.yaml");
    let rules = file("rules.yaml", &format!("{bom}{rules}"));
    drop(sample.run(&["policy", "import", &rules]).with(0));
    // config.yaml and the guard's settings.
    let config = sample.read("config.yaml");
    sample.write("config.yaml", &format!("{bom}{config}"));
    drop(sample.run(&["config", "validate"]).with(0));
    drop(
        sample
            .run(&["agent", "show", "codex"])
            .with(0)
            .showing("read-only"),
    );
    sample.write("guard/settings.yaml", &text_of("20-settings-bom.yaml"));
    let set = [
        "config",
        "set",
        "clipboard.auto_clear_duration",
        "45",
        "--yes",
    ];
    drop(sample.run(&set).with(0));
    let edited = config.replace("auto_clear_duration: 20", "auto_clear_duration: 45");
    assert_ne!(edited, config);
    assert_eq!(sample.read("config.yaml"), format!("{bom}{edited}"));
    let status = sample
        .run(&["guard", "status", "--output", "json"])
        .with(0)
        .json();
    assert!(status["problem"].is_null(), "{status:#}");
    assert_eq!(status["settings"]["step_up"]["in_file"], "passphrase");
}

#[test]
fn p10_what_macos_leaves_beside_a_policy_is_passed_over_and_told() {
    let sample = Sample::new();
    let bytes = std::fs::read(input("13-appledouble.cedar")).unwrap();
    std::fs::write(sample.dir().join("policies/._a.cedar"), bytes).unwrap();
    drop(
        sample
            .script(&["agent", "upgrade", "codex", "--tier", "admin"])
            .with(0),
    );
    drop(
        sample
            .run(&["policy", "list"])
            .with(0)
            .showing("Not read: \"._a.cedar\""),
    );
    // A policy is not passed over for its name alone.
    sample.write(
        "policies/._b.cedar",
        "@id(\"b\")\nforbid (principal, action, resource);\n",
    );
    drop(
        sample
            .script(&["agent", "upgrade", "hermes", "--tier", "read-only"])
            .with(5),
    );
}

#[test]
fn p16_an_unknown_setting_is_named_as_one_whatever_its_value() {
    let sample = Sample::new();
    sample.write(
        "guard/settings.yaml",
        &text_of("21-settings-unknown-key.yaml"),
    );
    let status = sample.run(&["guard", "status"]).with(0);
    drop(status.showing("\"foo\" is not a setting"));
}

#[test]
fn p20_a_lifetime_of_two_units_is_taken_and_the_hint_has_the_name() {
    let sample = Sample::new();
    let new = [
        "agent",
        "token",
        "new",
        "codex",
        "--expires",
        "1h30m",
        "--dry-run",
    ];
    drop(sample.run(&new).with(0));
    drop(
        sample
            .script(&["agent", "add", "newcomer", "--tier", "read-only"])
            .with(0),
    );
    let rotate = ["agent", "token", "rotate", "newcomer"];
    let ended = sample.script(&rotate).with(2);
    drop(ended.showing("`openpass agent token new newcomer`"));
}

#[test]
fn p16_the_same_policy_twice_names_the_second_place_and_the_first() {
    let sample = Sample::new();
    let file = sample.dir().join("guard/twice.cedar");
    let one = "@id(\"a\")\nforbid (principal is OpenPass::Agent, action, resource);\n";
    sample.write("guard/twice.cedar", &format!("{one}\n\n{one}"));
    let file = file.to_str().unwrap();
    let ended = sample.script(&["policy", "apply", file]).with(6);
    assert!(ended.stderr.contains("twice.cedar:5:1"), "{ended:?}");
    assert!(ended.stderr.contains("is taken by"), "{ended:?}");
    assert!(ended.stderr.contains("twice.cedar:1"), "{ended:?}");
}

#[test]
fn p16_a_policy_that_is_broken_is_named_as_the_person_named_it() {
    let sample = Sample::new();
    sample.write("elsewhere/a.cedar", "permit (\n");
    let file = sample.dir().join("elsewhere/a.cedar");
    let file = file.to_str().unwrap();
    let ended = sample.script(&["policy", "apply", file]).with(6);
    assert!(ended.stderr.contains(file), "{ended:#?}");
    assert!(!ended.stderr.contains("policies/a.cedar"), "{ended:#?}");
}

#[test]
fn p16_an_odd_character_has_its_true_place() {
    let sample = Sample::new();
    for (name, place) in [
        ("06-config-u2028-in-text.yaml", "line 3"),
        ("07-config-control-char-line3.yaml", "line 3"),
    ] {
        sample.write("config.yaml", &text_of(name));
        let ended = sample.run(&["agent", "list"]);
        if ended.code() != 0 {
            drop(ended.showing(place));
        }
    }
}

#[test]
fn p3_what_is_not_read_in_policies_is_named_where_policies_are_said_to_be_in_force() {
    let sample = Sample::new();
    for name in ["team/x.cedar", "x.cedar.json", "x.cedar~"] {
        sample.write(
            &format!("policies/{name}"),
            "forbid (principal, action, resource);\n",
        );
    }
    let status = sample.run(&["guard", "status"]).with(0);
    drop(status.showing("not in force: \"team\", \"x.cedar.json\", \"x.cedar~\""));
    let json = sample.run(&["guard", "status", "--output", "json"]).json();
    assert_eq!(json["policies"]["not_read"].as_array().unwrap().len(), 3);
}

#[test]
fn p22_another_name_of_a_file_is_told_of_before_anybody_is_asked() {
    let sample = Sample::new();
    let other = sample.dir().join("other-name");
    std::fs::hard_link(sample.dir().join("config.yaml"), &other).unwrap();
    let raise = ["agent", "upgrade", "codex", "--tier", "admin", "--dry-run"];
    let ended = sample.run(&raise).with(0);
    drop(ended.showing("has another name too (a hard link)"));
}

//! What `guard status` tells of changes outside the guard.

use serde_json::Value;

use crate::sample::Sample;

const ACCEPT: &str = "`openpass guard accept` accepts it";

fn known() -> Sample {
    let sample = Sample::new();
    drop(
        sample
            .script(&["agent", "upgrade", "codex", "--tier", "admin"])
            .with(0),
    );
    drop(sample.script(&["guard", "set", "timeout", "90s"]).with(0));
    sample
}

fn status(sample: &Sample) -> (String, Value) {
    let text = sample.run(&["guard", "status"]).with(0).stdout;
    let json = sample.run(&["guard", "status", "--output", "json"]).with(0);
    (text, json.json())
}

fn outside(json: &Value) -> Vec<(&str, &str)> {
    let all = json["outside_the_guard"].as_array().unwrap().iter();
    all.map(|one| {
        let name = one["name"].as_str().unwrap_or_default();
        (name, one["what"].as_str().unwrap())
    })
    .collect()
}

#[test]
fn c16_every_kind_of_change_outside_the_guard_is_told_with_its_fields() {
    let sample = known();
    let (text, json) = status(&sample);
    assert_eq!(json["record"], "known");
    assert_eq!(outside(&json), []);
    assert!(!text.contains(ACCEPT), "{text}");
    let config = sample
        .read("config.yaml")
        .replace("port: 8080", "port: 8082");
    let config = config.replacen("canManageConfig: false", "canManageConfig: true", 1);
    sample.write("config.yaml", &config);
    let tokens = sample.read("mcp-tokens.json");
    let revived = tokens.replace("\"revoked\": true", "\"revoked\": false");
    sample.write("mcp-tokens.json", &revived);
    sample.write(
        "policies/z.cedar",
        "permit (principal, action, resource);\n",
    );
    std::fs::remove_file(sample.dir().join("policies/20-prod.yaml")).unwrap();
    sample.write("recipients.txt", "age1x\n");
    sample.write(".openpass/devices.json", "[]\n");
    sample.write("guard/settings.yaml", "step_up: confirm\n");
    let (text, json) = status(&sample);
    let expected = [
        (".openpass/devices.json", "added"),
        ("config.yaml", "changed"),
        ("config.yaml agent ci-bot", "changed"),
        ("guard/settings.yaml", "changed"),
        ("mcp-tokens.json tok-20261123-06cf7652", "changed"),
        ("policies/20-prod.yaml", "removed"),
        ("policies/z.cedar", "added"),
        ("recipients.txt", "added"),
    ];
    assert_eq!(outside(&json), expected, "{text}");
    for (name, _) in expected {
        assert!(text.contains(&format!("  {name} was ")), "{name}: {text}");
    }
    for field in [
        "mcp.port: (not set) → 8082",
        "canManageConfig: false → true",
        "+ age1x",
    ] {
        assert!(text.contains(field), "{field}: {text}");
    }
    assert!(text.contains(ACCEPT), "{text}");
}

#[test]
fn c16_a_damaged_line_makes_nothing_else_be_said_to_be_changed() {
    let lines = known().read("guard/log.jsonl").lines().count();
    for damaged in 0..lines {
        let sample = known();
        let log = sample.read("guard/log.jsonl");
        let log: Vec<String> = log
            .lines()
            .enumerate()
            .map(|(at, line)| match at == damaged {
                true => line.replacen("\"ts\":\"2", "\"ts\":\"3", 1),
                false => line.to_owned(),
            })
            .collect();
        sample.write("guard/log.jsonl", &format!("{}\n", log.join("\n")));
        let (text, json) = status(&sample);
        assert_eq!(json["record"], "in-part", "{damaged}: {text}");
        for (_, what) in outside(&json) {
            assert!(matches!(what, "damaged" | "lost"), "{damaged}: {text}");
        }
        assert!(
            text.contains("The guard log is damaged"),
            "{damaged}: {text}"
        );
        assert!(!text.contains("outside the guard\n"), "{damaged}: {text}");
        assert!(!text.contains(ACCEPT), "{damaged}: {text}");
    }
}

#[test]
fn c16_without_a_record_it_says_that_nothing_can_be_compared() {
    let sample = Sample::new();
    let (text, json) = status(&sample);
    assert_eq!(json["record"], "none");
    assert!(text.contains("no record of this vault yet"), "{text}");
    assert!(!text.contains(ACCEPT), "{text}");
}

#[test]
fn c12_what_does_not_count_yet_is_typed() {
    let sample = Sample::new();
    sample.write("guard/settings.yaml", "step_up: confirm\n");
    sample.write(
        "policies/mine.cedar",
        "permit (principal, action, resource);\n",
    );
    let status = sample
        .run(&["guard", "status", "--output", "json"])
        .with(0)
        .json();
    let waiting = status["not_in_effect"].as_array().unwrap();
    assert_eq!(waiting.len(), 2, "{waiting:?}");
    assert_eq!(waiting[0]["kind"], "setting");
    assert_eq!(waiting[0]["found"], "confirm");
    assert_eq!(waiting[0]["counts"], "biometry");
    assert_eq!(waiting[1]["kind"], "policy");
    assert_eq!(waiting[1]["name"], "policies/mine.cedar");
}

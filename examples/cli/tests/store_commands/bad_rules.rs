//! YAML rules that cannot be imported, and cases with the product's results.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use crate::sample::Sample;

const CASES: &str = "../../openpass-policy-yaml/tests/fixtures/policy-cases";
#[cfg(target_os = "linux")]
/// No more than this may be asked of the system, in KiB. The program alone
/// takes a part of it.
const MEMORY: u32 = 256 * 1024;

#[cfg(target_os = "linux")]
/// The command with little memory.
fn with_little_memory(arguments: &[&str]) -> Output {
    Command::new("sh")
        .arg("-c")
        .arg(format!("ulimit -v {MEMORY} && exec \"$0\" \"$@\""))
        .arg(env!("CARGO_BIN_EXE_openpass"))
        .args(arguments)
        .env_clear()
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn c7_hostile_files_are_refused_by_file_and_line_with_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let laughs = "a: &a [x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n";
    let doubled = "version: \"1\"\nrules: []\nversion: \"2\"\n";
    let files: [(&str, Vec<u8>, &str); 9] = [
        ("bomb.yaml", laughs.into(), "bomb.yaml:1: anchors"),
        (
            "twice.yaml",
            doubled.into(),
            "twice.yaml:3: the key \"version\"",
        ),
        (
            "latin.yaml",
            b"version: '1'\nrules: \xff".to_vec(),
            "latin.yaml:2: the file is not UTF-8",
        ),
        ("wide.yaml", b"\xff\xfev\0e\0".to_vec(), "wide.yaml:1: "),
        ("long.yaml", vec![b'a'; 50 << 20], "more than 262144 bytes"),
        ("huge.yaml", Vec::new(), "more than 262144 bytes"),
        ("deep.yaml", b"[".repeat(60_000), "deep.yaml:1: "),
        ("empty.yaml", Vec::new(), "empty.yaml:1: "),
        (
            "documents.yaml",
            b"version: '1'\nrules: [{name: r, action: allow}]\n---\nrules: []\n".to_vec(),
            "documents.yaml:3: a second YAML document",
        ),
    ];
    for (name, bytes, expected) in files {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        if name == "huge.yaml" {
            let file = fs::File::options().write(true).open(&path).unwrap();
            // All zeros, and nothing on the disk.
            file.set_len(5 << 30).unwrap();
        }
        let output = with_little_memory(&["policy", "import", path.to_str().unwrap()]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(6), "{name}: {said}");
        assert!(said.contains(expected), "{name}: {said}");
        assert!(said.contains("  instead: "), "{name}: {said}");
        assert!(output.stdout.is_empty(), "{name}");
    }
}

#[test]
fn what_is_no_regular_file_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.yaml");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    for path in [pipe.as_path(), folder.path(), Path::new("/dev/zero")] {
        let path = path.to_str().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_openpass"))
            .args(["policy", "import", path])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{path}");
        assert!(stderr(&output).contains("not a regular file"), "{path}");
    }
}

#[test]
fn every_load_case_of_the_product_is_refused_by_file_and_line_with_what_to_write_instead() {
    let text = fs::read_to_string(Path::new(CASES).join("load.json")).unwrap();
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rules.yaml");
    for case in cases {
        fs::write(&path, case["policy"].as_str().unwrap()).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_openpass"))
            .args(["policy", "import"])
            .arg(&path)
            .output()
            .unwrap();
        let said = stderr(&output);
        if case["ok"] == true {
            assert_eq!(output.status.code(), Some(0), "{}: {said}", case["name"]);
            continue;
        }
        assert_eq!(output.status.code(), Some(6), "{}", case["name"]);
        let placed = said.lines().any(|line| {
            let behind = line.strip_prefix("rules.yaml:");
            behind.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        });
        assert!(placed, "{}: {said}", case["name"]);
        assert!(said.contains("  instead: "), "{}: {said}", case["name"]);
    }
}

#[test]
fn policy_test_runs_the_products_cases_and_fails_for_one_that_is_decided_otherwise() {
    let sample = Sample::new();
    let run = |file: &str| {
        let path = Path::new(CASES).join(file);
        let path = path.canonicalize().unwrap();
        let path = path.to_str().unwrap();
        sample.run(&["policy", "test", path, "--output", "json"])
    };
    for (file, passed, refused) in [
        ("cases.json", 108, 12),
        ("load.json", 26, 0),
        ("stateful.json", 0, 4),
    ] {
        let report = run(file).with(0).json();
        assert_eq!(report["passed"], passed, "{file}");
        assert_eq!(report["refused"], refused, "{file}");
        assert_eq!(report["failed"], 0, "{file}");
    }
    let case = |expected: &str| {
        format!(
            r#"[{{"name": "one", "policies": ["version: 1\nrules: [{{name: a, action: allow}}]"],
            "context": {{"agent_id": "a", "path": "x", "tags": [], "working_dir": "",
            "env_vars": {{}}, "action_type": "get", "tool_name": "",
            "now": "2026-11-24T00:00:00+05:30", "secrets_accessed": 0}},
            "expected": {{"action": "{expected}", "rule_name": "a", "matched": true}}}}]"#
        )
    };
    let test = |text: &str| {
        sample.write("guard/cases.json", text);
        let path = sample.dir().join("guard/cases.json");
        sample.run(&["policy", "test", path.to_str().unwrap()])
    };
    test(&case("allow")).with(0).showing("1 passed");
    test(&case("deny"))
        .with(1)
        .showing("got       allow by \"a\"");
    test("[]").with(1);
    test("[{\"name\": \"x\"}]").with(1).showing("BROKEN");
    test("[{\"nam\": \"x\"}]").with(6).showing("cannot be used");
}

#[test]
fn policy_test_takes_a_denial_by_one_of_many_rules_that_are_tried_in_order() {
    let sample = Sample::new();
    let rules: String = (0..40)
        .map(|n| {
            let action = if n % 2 == 0 { "deny" } else { "allow" };
            format!("- {{name: r{n}, conditions: {{tags: [t{n}]}}, action: {action}}}\\n")
        })
        .collect();
    let test = |tag: &str, action: &str, rule: &str| {
        let case = format!(
            r#"[{{"name": "one", "policies": ["version: 1\nrules:\n{rules}"],
            "context": {{"agent_id": "a", "path": "x", "tags": ["{tag}"], "working_dir": "",
            "env_vars": {{}}, "action_type": "get", "tool_name": "",
            "now": "2026-11-24T00:00:00Z", "secrets_accessed": 0}},
            "expected": {{"action": "{action}", "rule_name": "{rule}", "matched": true}}}}]"#
        );
        sample.write("guard/cases.json", &case);
        let path = sample.dir().join("guard/cases.json");
        sample.run(&["policy", "test", path.to_str().unwrap()])
    };
    drop(test("t38", "deny", "r38").with(0).showing("1 passed"));
    drop(test("t39", "allow", "r39").with(0).showing("1 passed"));
    // An early rule has a policy of its own, and one that allows is no denial.
    drop(test("t2", "deny", "r4").with(1).showing("deny by \"r2\""));
    drop(test("t38", "deny", "r39").with(1).showing("or one of"));
}

//! Files that do not import: each problem has a file, a line, what OpenPass
//! does, and what to write instead.

use std::path::PathBuf;

use openpass_policy_yaml::{ImportError, ImportOptions, YamlSource, import};

#[derive(serde::Deserialize)]
struct Load {
    name: String,
    policy: String,
    ok: bool,
}

/// Beside the product's cases: what it reads otherwise than it looks.
const QUIRKS: [(&str, &str); 22] = [
    (
        "a misspelt key",
        "rules: [{name: r, conditions: {paht: dev/**}, action: allow}]",
    ),
    (
        "a misspelt key of a rule",
        "rules: [{name: r, condition: {path: a}, action: allow}]",
    ),
    (
        "a misspelt key of the file",
        "rule: []\nrules: [{name: r, action: allow}]",
    ),
    (
        "a null path",
        "rules:\n- name: r\n  conditions:\n    path: ~\n  action: allow",
    ),
    (
        "null conditions",
        "rules:\n- name: r\n  conditions:\n  action: allow",
    ),
    (
        "a null list item",
        "rules:\n- name: r\n  conditions: {tags: [~]}\n  action: allow",
    ),
    ("a null rule", "rules:\n- ~\n- {name: r, action: allow}"),
    (
        "an octal number",
        "rules: [{name: r, priority: 010, action: allow}]",
    ),
    (
        "a broken number",
        "rules: [{name: r, priority: 1.5, action: allow}]",
    ),
    (
        "a huge number",
        "rules: [{name: r, priority: 99999999999999999999, action: allow}]",
    ),
    (
        "a bad glob",
        "rules: [{name: r, conditions: {path: 'a[b'}, action: deny}]",
    ),
    (
        "a dot for a path",
        "rules: [{name: r, conditions: {path: .}, action: allow}]",
    ),
    (
        "a path with dots",
        "rules: [{name: r, conditions: {path: ./a}, action: deny}]",
    ),
    (
        "no secrets",
        "rules: [{name: r, conditions: {max_secrets: 0}, action: allow}]",
    ),
    (
        "a variable without a value",
        "rules: [{name: r, conditions: {env_vars: {CI: }}, action: allow}]",
    ),
    (
        "a second document",
        "rules: [{name: r, action: allow}]\n---\nrules: []",
    ),
    ("an alias", "rules: &all [{name: r, action: allow}]"),
    ("a tag", "rules: [{name: !!str r, action: allow}]"),
    ("a merge key", "rules: [{<<: {action: allow}, name: r}]"),
    ("no rules", "rules: []"),
    (
        "an unknown configuration path",
        "rules: [{name: r, conditions: {path: config/agent/codex}, action: deny}]",
    ),
    (
        "tags of configuration",
        "rules: [{name: r, conditions: {path: config/guard, tags: [a]}, action: deny}]",
    ),
];

fn folder() -> PathBuf {
    PathBuf::from("tests")
}

fn load(bytes: &[u8]) -> Result<(), ImportError> {
    import(
        &[YamlSource::new("rules.yaml", bytes)],
        ImportOptions::new(),
    )
    .map(drop)
}

#[test]
fn every_file_that_does_not_load_says_where_and_what_to_write_instead() {
    let cases = std::fs::read_to_string(folder().join("fixtures/policy-cases/load.json")).unwrap();
    let cases: Vec<Load> = serde_json::from_str(&cases).unwrap();
    let mut shown = String::new();
    for case in cases {
        match load(case.policy.as_bytes()) {
            Ok(()) => assert!(case.ok, "{} loads", case.name),
            Err(error) => {
                assert!(!case.ok, "{}: {error}", case.name);
                shown.push_str(&format!("# {}\n{error}\n\n", case.name));
            }
        }
    }
    for (name, rules) in QUIRKS {
        let error = load(format!("version: '1'\n{rules}\n").as_bytes());
        let error = error.expect_err(name);
        assert!(
            error.problems().iter().all(|problem| problem.line > 0),
            "{name}: {error}"
        );
        shown.push_str(&format!("# {name}\n{error}\n\n"));
    }
    let path = folder().join("snapshots/load.txt");
    if std::env::var_os("OPENPASS_BLESS").is_some() {
        #[expect(clippy::disallowed_methods, reason = "a test's own snapshot")]
        std::fs::write(&path, &shown).unwrap();
    }
    assert_eq!(shown, std::fs::read_to_string(path).unwrap());
}

/// Hostile files: refused for their size or their first fault, before they can
/// take time or memory. One that was read whole would not end within hours.
#[test]
fn c7_hostile_files_are_refused_at_their_first_fault() {
    let laughs = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b]\n";
    let long: String = (0..490)
        .map(|n| {
            let path = format!("~/{}*/{n}", "x".repeat(400));
            format!("- {{name: r{n}, conditions: {{path: '{path}'}}, action: deny}}\n")
        })
        .collect();
    let files: [(&str, Vec<u8>); 10] = [
        (
            "many long rules",
            format!("version: '1'\nrules:\n{long}").into(),
        ),
        ("a bomb", laughs.into()),
        ("50 MB", vec![b'a'; 50 << 20]),
        ("50 MB of lists", b"[".repeat(50 << 20)),
        ("deep lists", b"[".repeat(60_000)),
        ("deep mappings", b"{a: ".repeat(15_000)),
        ("deep indents", b"- ".repeat(30_000)),
        (
            "many values",
            [b"version: '1'\nrules: [".to_vec(), b"a,".repeat(30_000)].concat(),
        ),
        ("no UTF-8", b"version: '1'\nrules: \xff".to_vec()),
        ("UTF-16", b"\xff\xfev\0e\0".to_vec()),
    ];
    for (name, bytes) in files {
        let error = load(&bytes).expect_err(name);
        assert_eq!(error.problems().len(), 1, "{name}: {error}");
        assert!(error.to_string().len() < 2_000, "{name}: {error}");
    }
}

#[test]
fn what_a_file_says_cannot_hide_in_a_message_or_in_the_policies() {
    let yaml = b"version: '1'\nrules:\n- name: \"r\\x1b[2J\\u202e\\\"; permit(principal, action, resource); //\"\n  action: allow\n";
    let imported = import(&[YamlSource::new("rules.yaml", yaml)], ImportOptions::new()).unwrap();
    assert!(
        imported
            .text
            .contains(r#"@name("r\u{1b}[2J\u{202e}\"; permit"#),
        "{}",
        imported.text
    );
    let error = load(b"version: '1'\nrules: [{name: \"a\\x1b[2J\", action: \"\\x1b]0;\"}]\n");
    assert!(!error.unwrap_err().to_string().contains('\u{1b}'));
}

//! Where in a file of tests something is wrong, and files that mean harm.

use crate::{Vault, json, stderr, stdout, text};

fn test_of(vault: &Vault, file: &str) -> (Option<i32>, String) {
    let path = vault.write("x.yaml", file);
    let output = vault.run(&["policy", "test", text(&path)]);
    let said = format!("{}{}", stdout(&output), stderr(&output));
    assert!(!said.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{said:?}");
    assert!(said.len() < 20_000, "{} bytes", said.len());
    (output.status.code(), said)
}

#[test]
fn a10_a_broken_case_has_its_file_line_and_column() {
    let vault = Vault::new();
    let file = "# comment
entities:
  agents: { codex: { tier: standard } }
tests:
  - name: fine
    request: { principal: user, action: list }
    decision: allow
  -
    # a comment here too
    name: broken
    request: { principal: user, action: widenAgents, resource: codex }
    decision: deny
  - { name: fails, request: { principal: user, action: list }, decision: deny }
";
    let path = vault.write("x.yaml", file);
    let (code, said) = test_of(&vault, file);
    assert_eq!(code, Some(1), "{said}");
    let at = |place: &str| format!("    at {}:{place}\n", path.display());
    assert!(
        said.contains(&format!("BROKEN  broken\n{}", at("10:5"))),
        "{said}"
    );
    assert!(
        said.contains(&format!("FAIL  fails\n{}", at("13:5"))),
        "{said}"
    );
    assert!(!said.contains(&at("5:5")), "{said}");
    let output = vault.run(&["policy", "test", text(&path), "--output", "json"]);
    let cases = json(&output)["cases"].clone();
    assert_eq!(
        (&cases[1]["line"], &cases[1]["column"]),
        (&10.into(), &5.into())
    );
    // A filter does not move them.
    let output = vault.run(&["policy", "test", text(&path), "--filter", "fails"]);
    assert!(stdout(&output).contains(&at("13:5")), "{}", stdout(&output));
}

#[test]
fn a10_a_file_of_another_shape_is_told_with_line_and_column() {
    let vault = Vault::new();
    let case = "tests: [{ name: x, request: { principal: user, action: list }, decision: deny }]\n";
    let wrong: [(&str, &str); 9] = [
        (
            "tests:\n  - name: x\n    request: { principal: user, actoin: list }\n    decision: deny\n",
            ":3:33: ",
        ),
        (
            "tests:\n  - name: x\n    request: { principal: user, action: list }\n    decision: maybe\n",
            ":4:15: ",
        ),
        ("tests: [\n", ":1:8: unclosed"),
        ("a: &a [x]\ntests: *a\n", ":2:8: an alias"),
        (
            &format!("{case}tests: []\n"),
            ":2:1: the key \"tests\" is there already",
        ),
        (&format!("{case}? [a]\n: b\n"), ":2:3: a key is a list"),
        (
            &format!(
                "{case}entities:\n  agents:\n    a: {{ tier: admin }}\n    a: {{ tier: admin }}\n"
            ),
            ":5:5: the key \"a\"",
        ),
        (&format!("{case}--- x\n"), ":2:1: a second YAML document"),
        (&format!("{case}\u{7}x: 1\n"), ":2:"),
    ];
    for (file, part) in wrong {
        let (code, said) = test_of(&vault, file);
        assert_eq!(code, Some(6), "{file}\n{said}");
        assert!(said.contains(part), "{part}\n{said}");
        assert!(said.contains("x.yaml cannot be used"), "{said}");
    }
}

#[test]
fn a10_a_file_that_means_harm_takes_little_and_is_told() {
    let vault = Vault::new();
    let deep = format!("tests: {}", "[".repeat(100_000));
    let nested = format!("tests: {}{}", "[".repeat(40), "]".repeat(40));
    let many = format!("tests: [{}]", "a,".repeat(450_000));
    let bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\ntests: *c\n";
    let long = format!("tests: [{{ name: {}, request: 1 }}]", "n".repeat(900_000));
    let huge = "x".repeat(1_100_000);
    let evil = "tests: [{ name: \"\\e[2J\", \"\\u202e\\a\": 1 }]".to_owned();
    for file in [&deep, &nested, &many, &bomb.to_owned(), &long, &huge, &evil] {
        let (code, said) = test_of(&vault, file);
        assert_eq!(code, Some(6), "{said}");
        assert!(said.contains("x.yaml"), "{said}");
    }
    // A matrix that would take days.
    let minutes: Vec<String> = (0..60).map(|it| format!("\"mon 10:{it:02}\"")).collect();
    let users = vec!["user"; 500].join(", ");
    let file = format!(
        "time: [{}]\ntests:\n  - {{ name: x, request: {{ principal: [{users}], action: list }}, decision: allow }}\n",
        minutes.join(", ")
    );
    let (code, said) = test_of(&vault, &file);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("of 30000 combinations") && said.contains(":3:5"),
        "{said}"
    );
    let output = vault.run(&["policy", "test", "/dev/zero"]);
    assert_eq!(output.status.code(), Some(6));
}

//! `openpass policy test` for daily use: files and folders, a filter, coverage.

use std::path::Path;

use crate::{OWN, Vault, json, openpass_in, stderr, stdout, text};

fn case(name: &str, decision: &str) -> String {
    format!(
        "  - {{ name: {name}, request: {{ principal: user, action: list }}, decision: {decision} }}\n"
    )
}

fn tests(cases: &[(&str, &str)]) -> String {
    let cases: String = cases.iter().map(|(name, it)| case(name, it)).collect();
    format!("tests:\n{cases}")
}

/// A folder of tests: two good files, one of them below it, and what is none.
fn folder(vault: &Vault) {
    vault.write("t/b.yaml", &tests(&[("looking is free", "allow")]));
    vault.write("t/a.yml", &tests(&[("one", "allow"), ("two", "allow")]));
    vault.write("t/below/c.yaml", &tests(&[("deep", "allow")]));
    vault.write("t/notes.txt", "none");
    vault.write("t/.hidden/d.yaml", "none");
    vault.write("t/._a.yml", "none");
}

#[test]
fn a10_files_and_folders_have_a_report_each_and_one_exit_code() {
    let vault = Vault::new();
    folder(&vault);
    // A link to a folder is not followed, or this would never end.
    std::os::unix::fs::symlink(vault.path("t"), vault.path("t/loop.yaml")).unwrap();
    let output = vault.run(&["policy", "test", text(&vault.path("t"))]);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{said}{}", stderr(&output));
    let order = [
        "t/a.yml\n",
        "PASS  one",
        "t/b.yaml\n",
        "t/below/c.yaml\n",
        "3 files, 4 tests: ",
    ];
    let places: Vec<usize> = order.iter().map(|part| said.find(part).unwrap()).collect();
    assert!(places.is_sorted(), "{said}");

    let bad = vault.write("bad.yaml", &tests(&[("one", "deny")]));
    let dir = vault.path("t");
    let both = ["policy", "test", text(&bad), text(&dir)];
    let output = vault.run(&both);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("4 files, 5 tests: 4 passed, 1 failed\n"));
    assert!(stderr(&output).contains("1 of 5 tests failed"));

    // One that cannot be used does not keep the others from being run.
    let odd = vault.write("odd.yaml", "tests:\n  - name: x\n    request: 1\n");
    let output = vault.run(&[&both[..], &[text(&odd)]].concat());
    assert_eq!(output.status.code(), Some(6));
    let said = stdout(&output);
    assert!(
        said.contains("PASS  deep") && said.contains("odd.yaml:3:14: "),
        "{said}"
    );
    assert!(
        said.contains("4 passed, 1 failed; 1 file not used"),
        "{said}"
    );
    let output = vault.run(&[&both[..], &[text(&odd), "--output", "json"]].concat());
    let report = json(&output);
    assert_eq!(report["files"].as_array().unwrap().len(), 5);
    assert_eq!(
        (&report["passed"], &report["failed"]),
        (&4.into(), &1.into())
    );
    assert!(
        report["files"][4]["problem"]
            .as_str()
            .unwrap()
            .contains("odd.yaml:3:14")
    );
    assert_eq!(report["cases"][0]["outcome"], "failed");
    assert!(
        report["cases"][0]["file"]
            .as_str()
            .unwrap()
            .ends_with("bad.yaml")
    );
    // A file without a test tests nothing, beside others too.
    let none = vault.write("none.yaml", "tests: []");
    let output = vault.run(&["policy", "test", text(&vault.path("t")), text(&none)]);
    assert_eq!(output.status.code(), Some(6), "{}", stdout(&output));
}

#[test]
fn a10_without_a_path_the_current_folder_is_tested_and_an_empty_one_is_said_to_be() {
    let vault = Vault::new();
    folder(&vault);
    let dir = vault.path("t");
    let output = openpass_in(&dir, &["policy", "test"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        stdout(&output).starts_with("a.yml\nPASS  one\n"),
        "{}",
        stdout(&output)
    );
    let empty = vault.write("e/notes.txt", "");
    let output = vault.run(&["policy", "test", text(empty.parent().unwrap())]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("the name of such a file ends with .yaml or .yml"));
    let output = vault.run(&["policy", "test", text(&dir), "/nowhere/at/all"]);
    assert_eq!(
        (output.status.code(), stdout(&output).as_str()),
        (Some(2), "")
    );
    let link = vault.path("link.yaml");
    std::os::unix::fs::symlink(vault.path("t/a.yml"), &link).unwrap();
    let output = vault.run(&["policy", "test", text(&link)]);
    assert_eq!(output.status.code(), Some(6));
}

#[test]
fn a10_a_filter_takes_the_cases_or_files_that_hold_a_text() {
    let vault = Vault::new();
    folder(&vault);
    let dir = vault.path("t");
    let filtered = |filter: &str| vault.run(&["policy", "test", text(&dir), "--filter", filter]);
    let said = stdout(&filtered("two"));
    assert!(
        said.contains("1 test: 1 passed") && !said.contains("PASS  one"),
        "{said}"
    );
    // Of a file that holds it, every case.
    let said = stdout(&filtered("a.yml"));
    assert!(said.contains("2 tests: 2 passed"), "{said}");
    let output = filtered("nothing of the kind");
    assert_eq!(
        (output.status.code(), stdout(&output).as_str()),
        (Some(1), "")
    );
    assert!(stderr(&output).contains("\"nothing of the kind\" in its name"));
    let odd = vault.run(&[
        "policy",
        "test",
        text(&dir),
        "--filter",
        "x",
        "--require-coverage",
    ]);
    assert_eq!(odd.status.code(), Some(1));
    let cases = r#"[{"name": "loads", "policy": "version: \"1\"\nrules: []", "ok": true}, {"name": "no case"}]"#;
    let cases = vault.write("cases.json", cases);
    let output = vault.run(&["policy", "test", text(&cases), "--filter", "loads"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let output = vault.run(&["policy", "test", text(&cases), "--filter", "other"]);
    assert_eq!(output.status.code(), Some(1));
    let output = vault.run(&["policy", "test", text(&cases), text(&vault.path("t/a.yml"))]);
    assert_eq!(output.status.code(), Some(6));
    assert!(
        stdout(&output).contains("tested alone"),
        "{}",
        stdout(&output)
    );
}

const TWO: &str = r#"
@id("quiet") forbid (principal, action == OpenPass::Action::"status", resource)
when { context.channel == OpenPass::Channel::"mcp" };
"#;

#[test]
fn a10_what_no_test_reached_is_always_told_and_fails_where_that_is_asked_for() {
    let vault = Vault::new();
    vault.write("policies/own.cedar", &format!("{OWN}{TWO}"));
    let good = vault.write("good.yaml", &tests(&[("look", "allow")]));
    let output = vault.run(&["policy", "test", text(&good)]);
    assert_eq!(output.status.code(), Some(0));
    let said = stdout(&output);
    let told = "Coverage: 2 of your 2 policies decided in no test:\n  \
                biometry-for-admin at policies/own.cedar:1\n  quiet at policies/own.cedar:7\n";
    assert!(said.ends_with(told), "{said}");
    let whole = ["policy", "test", text(&good), "--require-coverage"];
    let output = vault.run(&whole);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("2 policies of your own decided in no test"));
    let report = json(&vault.run(&[&whole[..], &["--output", "json"]].concat()));
    assert_eq!(report["coverage"]["policies"], 2);
    assert_eq!(
        report["coverage"]["untested"][0]["id"],
        "biometry-for-admin"
    );

    // Two files together reach both.
    let one = "entities: vault
tests:
  - { name: a, request: { principal: user, action: widenAgent, resource: codex, context: { tier: { after: admin } } }, decision: biometry }
";
    let one = vault.write("one.yaml", one);
    let other = "channel: mcp
tests: [{ name: b, request: { principal: user, action: status }, decision: deny }]
";
    let other = vault.write("other.yaml", other);
    let both = [
        "policy",
        "test",
        text(&one),
        text(&other),
        "--require-coverage",
    ];
    let output = vault.run(&both);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(stdout(&output).ends_with("Coverage: each of your 2 policies decided in a test\n"));
}

#[test]
fn a10_the_vaults_agents_are_taken_and_without_a_vault_that_is_said() {
    let vault = Vault::new();
    let file = "entities: vault
tests:
  - { name: a, request: { principal: \"agent:boss\", action: widenAgent, resource: codex }, decision: biometry or passphrase }
";
    let path = vault.write("v.yaml", file);
    let output = vault.run(&["policy", "test", text(&path)]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let elsewhere = tempfile::tempdir().unwrap();
    let output = openpass_in(elsewhere.path(), &["policy", "test", text(&path)]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stdout(&output).contains("there is no vault here; name one, or write"));
    // Agents that cannot be read are not no agents.
    vault.write("config.yaml", "agents: [");
    let output = vault.run(&["policy", "test", text(&path)]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stdout(&output).contains("config.yaml cannot be read"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a6_what_lacks_a_time_is_said_to_with_its_place() {
    let vault = Vault::new();
    let hours = include_str!("../../../../docs/policy/recipes/office-hours.cedar");
    let hours = vault.write("office-hours.cedar", hours);
    let file = vault.write("x.yaml", &tests(&[("look", "allow")]));
    let run = |file: &Path| vault.run(&["policy", "test", text(file), "--policies", text(&hours)]);
    let output = run(&file);
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    let told = format!(
        "BROKEN  look\n    at {}:2:5\n    a policy looks at the time (office-hours): say `time: mon 10:00`",
        file.display()
    );
    assert!(said.starts_with(&told), "{said}");
    let file = vault.write(
        "x.yaml",
        &format!("time: sun 03:00\n{}", tests(&[("look", "allow")])),
    );
    assert_eq!(run(&file).status.code(), Some(0));
}

#[test]
fn a10_rules_about_entries_cannot_be_asked_for_and_are_counted_apart() {
    let vault = Vault::new();
    let entries = r#"
@id("by-action") forbid (principal, action in [Data::Action::"get", Data::Action::"list"], resource);
@id("by-resource") forbid (principal, action, resource is Data::Entry) when { !context.attended };
@id("both") forbid (principal, action, resource) when { context.channel == OpenPass::Channel::"other" };
"#;
    let entries = vault.write("entries.cedar", entries);
    let file = format!("channel: other\n{}", tests(&[("look", "deny")]));
    let file = vault.write("x.yaml", &file);
    let run = [
        "policy",
        "test",
        text(&file),
        "--require-coverage",
        "--policies",
        text(&entries),
    ];
    let output = vault.run(&run);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
    let said = stdout(&output);
    assert!(said.contains("Coverage: your policy decided in a test\nNot counted: 2 policies about other operations"), "{said}");
}

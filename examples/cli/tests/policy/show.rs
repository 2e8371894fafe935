//! `openpass policy new`, `schema` and `show`.

use std::fs;

use crate::{OWN, Vault, json, openpass_in, stderr, stdout, text};

#[test]
fn a12_the_recipes_are_listed_with_a_line_each() {
    let dir = tempfile::tempdir().unwrap();
    let output = openpass_in(dir.path(), &["policy", "new"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said = stdout(&output);
    assert!(said.contains("office-hours "), "{said}");
    assert!(
        said.contains("Critical changes only from Monday to Friday"),
        "{said}"
    );
    let listed = json(&openpass_in(
        dir.path(),
        &["policy", "new", "--output", "json"],
    ));
    let recipes = listed["recipes"].as_array().unwrap();
    assert!(recipes.len() >= 10);
    for recipe in recipes {
        let (name, doc) = (
            recipe["name"].as_str().unwrap(),
            recipe["doc"].as_str().unwrap(),
        );
        assert!(said.contains(name) && doc.len() > 10, "{recipe}");
    }
}

#[test]
fn a12_each_recipe_is_written_with_its_tests_which_pass_as_it_says() {
    let dir = tempfile::tempdir().unwrap();
    let listed = json(&openpass_in(
        dir.path(),
        &["policy", "new", "--output", "json"],
    ));
    for recipe in listed["recipes"].as_array().unwrap() {
        let name = recipe["name"].as_str().unwrap();
        let output = openpass_in(dir.path(), &["policy", "new", name]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let said = stdout(&output);
        // What it says to do next is done.
        let test = format!("policy test {name}.yaml --policies {name}.cedar");
        assert!(said.contains(&format!("  openpass {test}\n")), "{said}");
        assert!(said.contains(&format!("  openpass policy apply {name}.cedar --dry-run\n")));
        let words: Vec<&str> = test.split(' ').collect();
        let tested = openpass_in(dir.path(), &[&words[..], &["--require-coverage"]].concat());
        assert_eq!(tested.status.code(), Some(0), "{name}: {}", stdout(&tested));
    }
    let all = openpass_in(dir.path(), &["policy", "new", "x"]);
    assert_eq!(all.status.code(), Some(1));
    assert!(stderr(&all).contains("office-hours"), "{}", stderr(&all));
}

#[test]
fn a12_no_file_that_is_there_is_written_over_and_never_one_alone() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str| fs::write(dir.path().join(name), "mine").unwrap();
    let names = ["office-hours.cedar", "office-hours.yaml"];
    for (there, missing) in [(names[0], names[1]), (names[1], names[0])] {
        put(there);
        let output = openpass_in(dir.path(), &["policy", "new", "office-hours"]);
        assert_eq!(output.status.code(), Some(16));
        assert!(stderr(&output).contains(there), "{}", stderr(&output));
        assert_eq!(fs::read_to_string(dir.path().join(there)).unwrap(), "mine");
        assert!(!dir.path().join(missing).exists());
        fs::remove_file(dir.path().join(there)).unwrap();
    }
    // Nor what a link leads to.
    let target = dir.path().join("target");
    std::os::unix::fs::symlink(&target, dir.path().join(names[0])).unwrap();
    let output = openpass_in(dir.path(), &["policy", "new", "office-hours"]);
    assert_eq!(output.status.code(), Some(16));
    assert!(!target.exists());
    let output = openpass_in(
        dir.path(),
        &["policy", "new", "office-hours", "--to", "nowhere"],
    );
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    fs::create_dir(dir.path().join("a b")).unwrap();
    let output = openpass_in(
        dir.path(),
        &["policy", "new", "office-hours", "--to", "a b"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("policy apply 'a b/office-hours.cedar' --dry-run"));
}

#[test]
fn a12_a_recipe_is_never_written_into_a_vault() {
    let vault = Vault::new();
    vault.write("policies/own.cedar", OWN);
    let policies = vault.path("policies");
    for to in [policies.as_path(), vault.folder.path()] {
        let output = vault.run(&["policy", "new", "office-hours", "--to", text(to)]);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            stderr(&output).contains("only `openpass policy apply`"),
            "{}",
            stderr(&output)
        );
    }
    let inside = openpass_in(&policies, &["policy", "new", "office-hours"]);
    assert_eq!(inside.status.code(), Some(1));
    // What makes the vault one may have been moved away.
    vault.write("guard/log.jsonl", "");
    std::fs::remove_file(vault.path("identity.age")).unwrap();
    let inside = openpass_in(&policies, &["policy", "new", "office-hours"]);
    assert_eq!(inside.status.code(), Some(1), "{}", stderr(&inside));
    assert_eq!(policies.read_dir().unwrap().count(), 1);
    let nowhere = policies.join("nowhere");
    let output = openpass_in(
        &policies,
        &["policy", "new", "office-hours", "--to", text(&nowhere)],
    );
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(
        said.contains("make it, or name another with `--to DIR`"),
        "{said}"
    );
}

#[test]
fn a12_the_schema_is_cedars_text_and_has_entries_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let output = openpass_in(dir.path(), &["policy", "schema"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said = stdout(&output);
    for part in ["namespace OpenPass {", "widenAgent", "Data", "minuteOfDay"] {
        assert!(said.contains(part), "{part}");
    }
    let document = json(&openpass_in(
        dir.path(),
        &["policy", "schema", "--output", "json"],
    ));
    assert_eq!(document["cedarschema"], said);
}

#[test]
fn a12_every_policy_in_force_is_shown_and_one_with_its_text() {
    let vault = Vault::new();
    vault.write("policies/own.cedar", OWN);
    let said = stdout(&vault.run(&["policy", "show"]));
    for part in [
        "guard.critical-needs-a-factor",
        "(shipped)",
        "policies/own.cedar:1",
        "Only a finger",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let one = vault.run(&["policy", "show", "biometry-for-admin"]);
    assert_eq!(one.status.code(), Some(0));
    let said = stdout(&one);
    let head = "biometry-for-admin  forbid  policies/own.cedar:1\nOnly a finger or a face raises an agent to admin.\n\n";
    assert_eq!(said, format!("{head}{OWN}"));
    let document = json(&vault.run(&["policy", "show", "biometry-for-admin", "--output", "json"]));
    assert_eq!(document["count"], 1);
    assert_eq!(
        document["policies"][0]["text"].as_str().unwrap().trim(),
        OWN.trim()
    );

    let unknown = vault.run(&["policy", "show", "biometry-for-admins"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        stderr(&unknown).contains("did you mean biometry-for-admin?"),
        "{}",
        stderr(&unknown)
    );
    let evil = vault.run(&["policy", "show", "\u{1b}[2J\u{202e}"]);
    assert_eq!(evil.status.code(), Some(2));
    assert!(!stderr(&evil).contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn a12_the_shipped_policies_are_shown_without_a_vault() {
    let dir = tempfile::tempdir().unwrap();
    let output = openpass_in(dir.path(), &["policy", "show", "default.person"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("@id(\"default.person\")"));
    let list = stdout(&openpass_in(dir.path(), &["policy", "show"]));
    assert!(list.lines().count() > 10, "{list}");
    assert!(
        list.lines()
            .all(|line| !line.contains(".cedar:") || line.contains("(shipped)"))
    );
}

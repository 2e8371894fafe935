//! `openpass policy …` on the built binary.
// They make links, and compare paths that are written with `/`.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "throw-away vaults; a panic is how a test fails; clippy sees helpers as no tests"
)]

mod daily;
mod places;
mod show;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A vault with the agents that the tests speak of. Nothing here opens it.
struct Vault {
    folder: tempfile::TempDir,
}

const CONFIG: &str = "\
agents:
  codex:
    tier: read-only
  boss:
    tier: admin
    canManageConfig: true
";

const OWN: &str = r#"@id("biometry-for-admin")
@doc("Only a finger or a face raises an agent to admin.")
forbid (principal, action == OpenPass::Action::"widenAgent", resource)
when { context.tier.after == 2 }
unless { context.authentication.factor == OpenPass::AuthFactor::"biometry" };
"#;

impl Vault {
    fn new() -> Self {
        let vault = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        vault.write("config.yaml", CONFIG);
        vault.write("identity.age", "");
        vault
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn run(&self, args: &[&str]) -> Output {
        let vault = ["--vault", text(self.folder.path())];
        openpass_in(Path::new("/"), &[&vault, args].concat())
    }
}

/// The command in a folder; it knows no vault but one that `args` name.
fn openpass_in(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openpass"));
    command.current_dir(dir).args(args).env("HOME", dir);
    for variable in [
        "CVC5",
        "NO_COLOR",
        "OPENPASS_AGENT",
        "OPENPASS_VAULT",
        "OPENPASS_PROFILE",
    ] {
        command.env_remove(variable);
    }
    command.output().unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn explain_names_the_policy_that_asks_with_its_file_and_line() {
    let vault = Vault::new();
    vault.write("policies/own.cedar", OWN);
    let upgrade = [
        "policy", "explain", "agent", "upgrade", "codex", "--tier", "admin",
    ];
    let said = stdout(&vault.run(&upgrade));
    assert!(said.contains("decision  takes biometry\n"), "{said}");
    assert!(
        said.contains("policies/own.cedar:1\n  Only a finger"),
        "{said}"
    );

    let mut as_agent = upgrade.to_vec();
    as_agent.extend(["--as", "agent:codex", "--factor", "biometry"]);
    let output = vault.run(&as_agent);
    assert_eq!(output.status.code(), Some(0));
    let said = stdout(&output);
    assert!(
        said.contains("the person asks, at the command line"),
        "{said}"
    );

    let mut json = upgrade.to_vec();
    json.extend(["--output", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&vault.run(&json).stdout).unwrap();
    assert_eq!(value["decision"], "require-biometry");
    assert_eq!(value["accepts"], serde_json::json!(["biometry"]));
    assert_eq!(value["deciding"][0]["id"], "biometry-for-admin");
}

#[test]
fn the_matrix_comes_in_every_format_and_a_diff_names_only_what_changes() {
    let vault = Vault::new();
    let other = vault.write("other/own.cedar", OWN);
    let other = text(other.parent().unwrap());
    let said = stdout(&vault.run(&["policy", "matrix"]));
    assert!(said.contains("raise an agent to admin"));
    assert!(!said.contains('\u{1b}'), "no colour without a terminal");
    let said = stdout(&vault.run(&["policy", "matrix", "--output", "html"]));
    assert!(said.starts_with("<!doctype html>"));
    let diff = ["policy", "matrix", "--diff", other, "--output"];
    let said = stdout(&vault.run(&[&diff[..], &["markdown"]].concat()));
    // Four samples that every vault has, and the vault's own agent.
    let rows = said.lines().filter(|line| line.starts_with('|'));
    assert_eq!(rows.count(), 2 + 5, "{said}");
    // And the lines that come.
    assert!(said.contains("    + "), "{said}");
    let json = vault.run(&[&diff[..], &["json"]].concat());
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(value["changes"][0]["after"], "biometry");
    let output = vault.run(&["agent", "list", "--output", "html"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn tests_of_policy_end_with_a_code_and_a_reason() {
    let vault = Vault::new();
    let case = |decision| {
        format!(
            "tests: [{{ name: look, request: {{ principal: user, action: list }}, \
             decision: {decision} }}]"
        )
    };
    let good = vault.write("good.yaml", &case("allow"));
    let bad = vault.write("bad.yaml", &case("deny"));
    let odd = vault.write("odd.yaml", "tests: 1");
    let output = vault.run(&["policy", "test", text(&good)]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("1 test: 1 passed, 0 failed"));
    let output = vault.run(&["policy", "test", text(&bad)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("got       allow by default.person"));
    let output = vault.run(&["policy", "test", text(&odd)]);
    assert_eq!(output.status.code(), Some(6));
    assert!(stderr(&output).contains("odd.yaml cannot be used"));
}

fn broken(break_it: fn(&Vault)) -> String {
    let vault = Vault::new();
    break_it(&vault);
    let output = vault.run(&["policy", "matrix"]);
    assert_eq!(output.status.code(), Some(6), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    stderr(&output)
}

#[test]
fn case_15_a_policy_folder_that_is_not_what_it_should_be_loads_nothing() {
    let said = broken(|vault| drop(vault.write("policies/own.cedar", "permit (\n")));
    // A line: a box is for a terminal.
    assert!(
        said.contains("own.cedar:1:9: ") && !said.contains("╭─["),
        "{said}"
    );
    let said = broken(|vault| drop(vault.write("policies/own.cedar", "")));
    assert!(said.contains("there is no policy in it"), "{said}");
    let said = broken(|vault| drop(vault.write("policies/own.cedar/x", "")));
    assert!(said.contains("is not a regular file"), "{said}");
    let said = broken(|vault| {
        vault.write("policies/readme.txt", "");
        let real = vault.write("real.cedar", OWN);
        std::os::unix::fs::symlink(real, vault.path("policies/own.cedar")).unwrap();
    });
    assert!(said.contains("is not a regular file"), "{said}");
    let said = broken(|vault| drop(vault.write("policies", "")));
    assert!(said.contains("is not a folder"), "{said}");
    let said = broken(|vault| {
        let path = vault.write("policies/own.cedar", "");
        let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        file.set_len(100 * 1024 * 1024).unwrap();
    });
    assert!(said.contains("no more than"), "{said}");
    let said = broken(|vault| {
        let path = vault.write("policies/own.cedar", "");
        std::fs::write(path, [0xff, 0xfe]).unwrap();
    });
    assert!(said.contains("UTF-16"), "{said}");
}

#[test]
fn case_15_without_own_policies_the_guards_and_defaults_stand() {
    let vault = Vault::new();
    let shipped = stdout(&vault.run(&["policy", "matrix"]));
    let own = vault.write("policies/own.cedar", OWN);
    assert_ne!(shipped, stdout(&vault.run(&["policy", "matrix"])));
    std::fs::remove_file(own).unwrap();
    assert_eq!(shipped, stdout(&vault.run(&["policy", "matrix"])));
}

/// One rule that is dead, one that names nobody.
const ODD: &str = r#"@id("night")
@doc("Nothing at night.")
forbid (principal, action in OpenPass::Action::"config", resource)
when { context.time.minuteOfDay >= 1320 && context.time.minuteOfDay < 360 };

@id("misspelt")
@doc("codex asks for nothing.")
forbid (principal == OpenPass::Agent::"codxe", action in OpenPass::Action::"config", resource);
"#;

#[test]
fn a5_check_tells_what_loads_and_cannot_have_been_meant() {
    let vault = Vault::new();
    let odd = vault.write("odd.cedar", ODD);
    let output = vault.run(&["policy", "check", text(&odd)]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let said = stdout(&output);
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines[0].contains("odd.cedar:4: never-applies: this policy never applies"),
        "{said}"
    );
    assert!(
        lines[1].starts_with("  a night over midnight is written with `||`"),
        "{said}"
    );
    assert!(
        lines[2].contains("odd.cedar:8: unknown-name: the vault has no agent `codxe`"),
        "{said}"
    );
    assert_eq!(lines[3], "  did you mean `codex`?");
    assert!(
        stderr(&output).contains("2 things were found"),
        "{}",
        stderr(&output)
    );
    // The vault's own, where no file is named.
    let output = vault.run(&["policy", "check"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    vault.write("policies/odd.cedar", ODD);
    let output = vault.run(&["policy", "check", "--output", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["count"], 2);
    assert_eq!(value["findings"][0]["kind"], "never-applies");
    assert_eq!(value["findings"][0]["file"], "policies/odd.cedar");
}

#[test]
fn a5_check_needs_no_vault_and_a_file_that_does_not_load_ends_with_6() {
    let folder = tempfile::tempdir().unwrap();
    let run = |name: &str, policy: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, policy).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_openpass"));
        command.arg("--vault").arg(folder.path().join("none"));
        command
            .args(["policy", "check", text(&file)])
            .env_remove("OPENPASS_AGENT");
        command.output().unwrap()
    };
    let output = run("odd.cedar", ODD);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    // Without a vault nobody knows who there is.
    assert!(!stdout(&output).contains("codxe"), "{}", stdout(&output));
    assert_eq!(run("own.cedar", OWN).status.code(), Some(0));
    let output = run("broken.cedar", "permit (");
    assert_eq!(output.status.code(), Some(6));
    assert!(
        stderr(&output).contains("broken.cedar:1"),
        "{}",
        stderr(&output)
    );
    assert_eq!(stdout(&output), "");
}

#[test]
fn a5_what_check_finds_is_told_by_apply_and_test_and_import() {
    let vault = Vault::new();
    let odd = vault.write("odd.cedar", ODD);
    let apply = vault.run(&["policy", "apply", text(&odd), "--dry-run"]);
    assert_eq!(apply.status.code(), Some(0), "{}", stderr(&apply));
    let said = stderr(&apply);
    assert!(said.contains("odd.cedar:4: never-applies: "), "{said}");
    assert!(said.contains("(did you mean `codex`?)"), "{said}");
    let tests = vault.write(
        "tests.yaml",
        "tests: [{ name: look, request: { principal: user, action: list, context: { time: \"mon 12:00\" } }, decision: allow }]",
    );
    let args = ["policy", "test", text(&tests), "--policies", text(&odd)];
    let test = vault.run(&args);
    assert_eq!(test.status.code(), Some(0), "{}", stderr(&test));
    assert!(
        stderr(&test).contains("odd.cedar:4: never-applies: "),
        "{}",
        stderr(&test)
    );
    let json = vault.run(&[&args[..], &["--output", "json"]].concat());
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(value["notes"].as_array().unwrap().len(), 2);
    let rules = vault.write(
        "rules.yaml",
        "version: '1'\nrules:\n- {name: 'test agents', conditions: {agent_id: 'test-*'}, action: deny}\n",
    );
    let import = vault.run(&["policy", "import", text(&rules), "--output", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&import.stdout).unwrap();
    let notes = value["notes"].to_string();
    assert!(notes.contains("pattern-in-id"), "{notes}");
}

#[test]
fn a11_explain_says_what_an_imported_rule_was_called() {
    let vault = Vault::new();
    let rules = vault.write(
        "rules.yaml",
        "version: '1'\nrules:\n- {name: 'hands off', conditions: {path: config/agents/**}, action: deny}\n",
    );
    let imported = vault.run(&["policy", "import", text(&rules)]);
    vault.write("policies/imported-rules.cedar", &stdout(&imported));
    let explain = [
        "policy",
        "explain",
        "--as",
        "agent:boss",
        "agent",
        "remove",
        "codex",
    ];
    let output = vault.run(&explain);
    let said = stdout(&output);
    assert!(
        said.contains("rule \"hands off\""),
        "{said}{}",
        stderr(&output)
    );
}

#[test]
fn without_a_solver_nothing_is_proved() {
    let vault = Vault::new();
    let output = vault.run(&["policy", "verify"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("nothing was proved"),
        "{}",
        stderr(&output)
    );
    let broken = vault.write("broken.cedar", "permit (");
    for args in [
        &["--solver", "/nowhere/cvc5"][..],
        &["--no-such-flag"],
        &[text(&broken)],
    ] {
        let output = vault.run(&[&["policy", "verify"][..], args].concat());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
    }
}

#[cfg(feature = "verify")]
#[test]
fn a_proof_a_refutation_and_a_solver_that_lies_have_codes_of_their_own() {
    let cvc5 = std::env::var("CVC5").expect("this test needs cvc5: set CVC5 to its path");
    let vault = Vault::new();
    let good = vault.write("good.cedar", OWN);
    let verify = |file: &Path| {
        let args = ["policy", "verify", "--solver", cvc5.as_str(), text(file)];
        vault.run(&args)
    };
    let output = verify(&good);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains(" 0 refuted, 0 unknown"));

    let weak = r#"@id("no-settings")
        forbid (principal, action == OpenPass::Action::"changeGuardSettings", resource);"#;
    let output = verify(&vault.write("weak.cedar", weak));
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert!(
        said.contains("REFUTED  floor.guardrails-with-biometry"),
        "{said}"
    );
    assert!(said.contains("weak.cedar:1"), "{said}");

    // The same for programs, and nothing but the result on stdout.
    let weak = vault.path("weak.cedar");
    let json = [
        "policy",
        "verify",
        "--solver",
        &cvc5,
        text(&weak),
        "--output",
        "json",
    ];
    let output = vault.run(&json);
    assert_eq!(output.status.code(), Some(1));
    let proof: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let statements = proof["statements"].as_array().unwrap();
    assert!(statements.iter().any(|it| it["verdict"] == "refuted"));

    // One that says "unsat" to everything would prove everything.
    let liar = vault.write(
        "liar",
        "#!/bin/sh\nwhile read -r line; do echo unsat; done\n",
    );
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&liar, mode).unwrap();
    let output = vault.run(&["policy", "verify", "--solver", text(&liar)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("wrongly"), "{}", stderr(&output));
}

#[cfg(feature = "verify")]
#[test]
fn a_solver_that_cannot_tell_proves_nothing_and_has_a_code_of_its_own() {
    let vault = Vault::new();
    // It answers the two questions whose answers are known.
    let doubtful = vault.write(
        "doubtful",
        "#!/bin/sh\nn=0\nwhile read -r line; do\n\
         [ \"$line\" = '(check-sat)' ] || continue\nn=$((n + 1))\n\
         case $n in 1) echo unsat ;; 2) echo sat ;; *) echo unknown ;; esac\ndone\n",
    );
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&doubtful, mode).unwrap();
    let output = vault.run(&["policy", "verify", "--solver", text(&doubtful)]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let said = stdout(&output);
    assert!(
        said.contains(" 0 refuted, ") && !said.contains(" 0 unknown"),
        "{said}"
    );
    assert!(stderr(&output).contains("neither proved nor refuted"));
}

#[cfg(feature = "verify")]
#[test]
fn a_missing_solver_is_told_where_to_get_one() {
    let vault = Vault::new();
    let unset = vault.run(&["policy", "verify"]);
    let gone = vault.run(&["policy", "verify", "--solver", "/nowhere/cvc5"]);
    for output in [unset, gone] {
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(stdout(&output), "");
        let said = stderr(&output);
        assert!(said.contains("https://cvc5.github.io"), "{said}");
        assert!(said.contains("nothing was proved"), "{said}");
    }
}

//! Where nobody can be asked, or nobody need be.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

use crate::{
    raise_codex,
    support::{CONFIG, Openpass, RIGHT, Run, Settings as _, TestVault, code},
};

#[test]
fn case_32_without_a_terminal_it_refuses_at_once_and_says_what_to_do() {
    let vault = TestVault::new();
    let before = vault.files();
    for flags in [&[] as &[&str], &["--no-biometric"], &["--reason", "ci"]] {
        let run = raise_codex(&vault, flags).with("CI", "true");
        // A prompt that waited would end otherwise: nobody answered in time.
        let ended = run.without_a_terminal().with(code::NOBODY_TO_ASK);
        let ended = ended.saying("there is no terminal to ask on");
        ended.saying("Hint: run it in a terminal of your own");
    }
    assert_eq!(vault.files(), before);
}

#[test]
fn case_32_in_the_background_it_refuses_and_does_not_stop() {
    let vault = TestVault::new();
    // With job control, a background job is a process group of its own.
    let run = raise_codex(&vault, &[]).by_shell("set -m; \"$@\" & wait $!");
    let ended = run.unattended().with(code::NOBODY_TO_ASK);
    ended.unasked().saying("not in the terminal's foreground");
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn case_32_json_tells_programs_why() {
    let vault = TestVault::new();
    let run = raise_codex(&vault, &["--output", "json"]);
    let report = run.without_a_terminal().with(code::NOBODY_TO_ASK).json();
    assert_eq!(report["code"], code::NOBODY_TO_ASK);
    assert!(report["error"].as_str().unwrap().contains("no terminal"));
    assert!(report["hint"].as_str().unwrap().contains("--passphrase-fd"));
}

/// What the command advises.
#[track_caller]
fn hint(run: Run) -> String {
    let ended = run.unattended().with(code::NOBODY_TO_ASK).unasked();
    let (_, hint) = ended.stderr.split_once("Hint: ").unwrap();
    hint.trim().to_owned()
}

#[test]
fn the_advice_is_about_what_was_asked_for() {
    let vault = TestVault::new();
    let unattended = ["--yes", "--no-biometric", "--reason", "nightly"];
    let nothing_given = hint(raise_codex(&vault, &unattended));
    assert!(nothing_given.contains("add `--passphrase-fd N`"));
    let never = TestVault::new().settings("step_up: passphrase\n");
    let mut only = vec![raise_codex(&never, &["--biometric"])];
    if cfg!(not(target_os = "macos")) {
        only.push(raise_codex(&vault, &["--biometric"]));
    }
    for only in only {
        let advice = hint(only);
        assert!(!advice.contains("terminal"), "{advice}");
        assert!(advice.contains("leave `--biometric` out"), "{advice}");
    }
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn an_agent_without_the_power_to_configure_is_denied_and_nobody_is_asked() {
    // A name that is not UTF-8 text is an agent's all the same, and not the person's.
    let names: [&[u8]; 6] = [
        b"codex",
        b"claude-code",
        b"default",
        b"no-such-agent",
        b"",
        b"codex\xff",
    ];
    for agent in names.map(OsStr::from_bytes) {
        let vault = TestVault::new();
        let run = raise_codex(&vault, &[]).with("OPENPASS_AGENT", agent);
        let ended = run.unattended().with(code::DENIED).unasked();
        ended.saying("denied by policy");
        assert_eq!(vault.config(), CONFIG, "{agent:?}");
        assert_eq!(vault.events(), ["refused"]);
        assert_eq!(vault.log()[0]["principal"]["kind"], "agent");
    }
}

#[test]
fn an_agent_is_denied_with_every_flag_and_with_the_right_passphrase() {
    let flags = "--yes --no-biometric --reason r --passphrase-fd 3";
    let flags: Vec<&str> = flags.split(' ').collect();
    let vault = TestVault::new().settings("unattended: waive\nstep_up: confirm\n");
    for (flags, fd) in [
        (&flags[..], RIGHT),
        (&flags[..4], ""),
        (&["--biometric"], ""),
        (&["--no-biometric"], ""),
    ] {
        let run = raise_codex(&vault, flags).with("OPENPASS_AGENT", "codex");
        let ended = run.with_fd_3(fd).unattended();
        ended.with(code::DENIED).unasked();
    }
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn no_agent_widens_itself_though_it_may_configure() {
    let vault = TestVault::new();
    let config = CONFIG.replacen("canManageConfig: false", "canManageConfig: true", 1);
    vault.put("config.yaml", &config);
    let arguments = ["agent", "upgrade", "ci-bot", "--tier", "admin"];
    let run = Openpass::on(&vault, &arguments).with("OPENPASS_AGENT", "ci-bot");
    let ended = run.unattended().with(code::DENIED).unasked();
    ended.saying("guard.agents-never-widen-themselves");
    assert_eq!(vault.config(), config);
}

#[test]
fn json_of_a_denied_dry_run_says_so() {
    let vault = TestVault::new();
    let run = || raise_codex(&vault, &["--dry-run", "--output", "json"]);
    // An agent is told that and no more, as of a change that it asks for.
    let ended = run().with("OPENPASS_AGENT", "codex").unattended();
    let report = ended.with(code::DENIED).unasked().json();
    assert_eq!(report["code"], code::DENIED);
    vault.put(
        "policies/mine.cedar",
        "forbid (principal, action == OpenPass::Action::\"widenAgent\", resource);\n",
    );
    let report = run().unattended().with(code::DONE).unasked().json();
    assert_eq!(report["decision"], "deny");
    assert_eq!(report["outcome"], "dry-run");
}

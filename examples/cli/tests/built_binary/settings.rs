//! What `guard/settings.yaml` unlocks, and what it never does.

use crate::{
    PROCEED, raise_codex,
    support::{CONFIG, Openpass, RIGHT, Settings as _, TestVault, code, with_codex_as_admin},
};

const UNATTENDED: [&str; 4] = ["--yes", "--no-biometric", "--reason", "the reason"];

#[test]
fn case_3_waive_lets_a_script_pass_and_its_reason_is_on_the_log() {
    let vault = TestVault::new().settings("unattended: waive\n");
    let ended = raise_codex(&vault, &UNATTENDED).without_a_terminal();
    ended.with(code::DONE);
    assert_eq!(vault.config(), with_codex_as_admin(CONFIG));
    assert_eq!(vault.events(), ["intent", "prepared", "outcome"]);
    let intent = &vault.log()[0];
    assert_eq!(intent["event"]["factor"], "waived");
    assert_eq!(intent["reason"], "the reason");
}

#[test]
fn case_3_waive_needs_its_flags_and_covers_no_agent() {
    let vault = TestVault::new().settings("unattended: waive\n");
    for (flags, expected) in [
        (&[] as &[&str], code::NOBODY_TO_ASK),
        (&["--no-biometric"], code::NOBODY_TO_ASK),
        (&["--yes"], code::USAGE),
        (&["--yes", "--no-biometric"], code::USAGE),
    ] {
        raise_codex(&vault, flags)
            .without_a_terminal()
            .with(expected);
    }
    let by_agent = raise_codex(&vault, &UNATTENDED).with("OPENPASS_AGENT", "hermes");
    by_agent.without_a_terminal().with(code::WAITS);
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn under_waive_a_passphrase_that_is_given_must_be_right() {
    let vault = TestVault::new().settings("unattended: waive\n");
    let flags = [&UNATTENDED[..], &["--passphrase-fd", "3"]].concat();
    let run = raise_codex(&vault, &flags).with_fd_3("wrong");
    run.without_a_terminal().with(code::NOT_AUTHENTICATED);
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn refuse_takes_no_passphrase_from_a_script() {
    let vault = TestVault::new().settings("unattended: refuse\n");
    let flags = [&UNATTENDED[..], &["--passphrase-fd", "3"]].concat();
    let ended = raise_codex(&vault, &flags)
        .with_fd_3(RIGHT)
        .without_a_terminal();
    ended.with(code::USAGE).saying("unattended: refuse");
    let ended = raise_codex(&vault, &UNATTENDED).without_a_terminal();
    ended.with(code::NOBODY_TO_ASK);
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn case_1_confirm_takes_a_y_and_nothing_else_that_is_typed() {
    for (answer, expected) in [
        ("y\r", code::DONE),
        ("YES\r", code::DONE),
        ("\r", code::NOT_AUTHENTICATED),
        ("n\r", code::NOT_AUTHENTICATED),
        ("yess\r", code::NOT_AUTHENTICATED),
        ("\x03", code::NOT_AUTHENTICATED),
        ("\x04", code::NOT_AUTHENTICATED),
    ] {
        let vault = TestVault::new().settings("step_up: confirm\n");
        let mut person = raise_codex(&vault, &[]).at_a_terminal();
        person.sees("canManageConfig   false → true");
        person.sees(PROCEED);
        person.types(answer);
        person.leaves().with(expected);
        let changed = vault.config() == with_codex_as_admin(CONFIG);
        assert_eq!(changed, expected == code::DONE, "{answer:?}");
        assert!(changed || vault.config() == CONFIG);
        if changed {
            assert_eq!(vault.log()[0]["event"]["factor"], "confirm");
        }
    }
}

#[test]
fn case_1_confirm_covers_no_agent_no_script_and_no_pipe() {
    let vault = TestVault::new().settings("step_up: confirm\n");
    let by_agent = raise_codex(&vault, &[]).with("OPENPASS_AGENT", "hermes");
    let person = by_agent.at_a_terminal();
    person.answers_by("\x03").with(code::NOT_AUTHENTICATED);
    let piped = raise_codex(&vault, &[]).reading("y\ny\ny\n");
    piped.without_a_terminal().with(code::NOBODY_TO_ASK);
    let ended = raise_codex(&vault, &["--yes"]).unattended();
    ended.with(code::USAGE).unasked();
    let ended = raise_codex(&vault, &UNATTENDED).unattended();
    ended.with(code::NOBODY_TO_ASK).unasked();
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn a_flag_that_asks_for_more_than_confirm_gets_it() {
    let vault = TestVault::new().settings("step_up: confirm\n");
    let mut person = raise_codex(&vault, &["--no-biometric"]).at_a_terminal();
    person.answers();
    person.leaves().with(code::DONE);
    assert_eq!(vault.log()[0]["event"]["factor"], "passphrase");
}

#[test]
fn the_opt_out_is_shown_with_a_warning() {
    let vault = TestVault::new().settings("step_up: confirm\n");
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.sees(PROCEED);
    person.types("n\r");
    let ended = person.leaves();
    let all = [ended.stderr.as_str(), ended.screen.as_str()].concat();
    assert!(all.to_lowercase().contains("warning"), "{ended:#?}");
}

#[test]
fn what_a_change_takes_is_told_as_the_settings_have_it() {
    let told = |settings: &str, flags: &[&str]| {
        let vault = TestVault::new().settings(settings);
        let flags = [flags, &["--dry-run"]].concat();
        raise_codex(&vault, &flags).unattended().stderr
    };
    let said = told("step_up: confirm\n", &[]);
    assert!(said.contains("takes only a y/N, by"), "{said}");
    let said = told("step_up: confirm\n", &["--biometric"]);
    assert!(said.contains("takes biometry or passphrase"), "{said}");
    let said = told("unattended: waive\n", &UNATTENDED);
    assert!(said.contains("takes nothing, by"), "{said}");
    let said = told("unattended: waive\n", &[]);
    assert!(said.contains("takes biometry or passphrase"), "{said}");
}

#[test]
fn step_up_passphrase_never_asks_for_biometry() {
    let vault = TestVault::new().settings("step_up: passphrase\n");
    let ended = raise_codex(&vault, &["--biometric"]).unattended();
    ended.with(code::NOBODY_TO_ASK).unasked();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.answers();
    person.leaves().with(code::DONE);
}

#[test]
fn case_15_broken_settings_are_the_strictest_and_said() {
    for broken in [
        "step_up: [confirm\n",
        "step_up: none\n",
        "step_up: confirm\nstep_up: confirm\n",
        "stepup: confirm\n",
        "- confirm\n",
        "unattended: waive\nunattendd: waive\n",
        "timeout: 1000000h\n",
        "\u{0}",
        "unattended: waive\n---\nunattended: waive\n",
    ] {
        let vault = TestVault::new().settings_by_hand(broken);
        let ended = raise_codex(&vault, &UNATTENDED).without_a_terminal();
        let ended = ended.with(code::NOBODY_TO_ASK);
        ended.saying("the strictest hold");
        let mut person = raise_codex(&vault, &[]).at_a_terminal();
        person.is_asked();
        person.types("y\r");
        person.answers_by("\x03").with(code::NOT_AUTHENTICATED);
        assert_eq!(vault.config(), CONFIG, "{broken:?}");
    }
}

#[test]
fn case_15_settings_that_are_no_file_are_the_strictest() {
    let vault = TestVault::new();
    std::fs::create_dir_all(vault.path("guard/settings.yaml")).unwrap();
    let flags = [&UNATTENDED[..], &["--passphrase-fd", "3"]].concat();
    let ended = raise_codex(&vault, &flags)
        .with_fd_3(RIGHT)
        .without_a_terminal();
    ended.with(code::USAGE).saying("not a regular file");
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.answers();
    person.leaves().with(code::DONE);
    assert_eq!(vault.config(), with_codex_as_admin(CONFIG));
}

#[test]
fn a_settings_file_with_nothing_in_it_means_the_defaults() {
    for text in ["", "# nothing\n"] {
        let vault = TestVault::new().settings_by_hand(text);
        let flags = [&UNATTENDED[..], &["--passphrase-fd", "3"]].concat();
        let run = raise_codex(&vault, &flags).with_fd_3(RIGHT);
        let ended = run.without_a_terminal().with(code::DONE);
        assert!(!ended.stderr.contains("strictest"));
    }
}

#[test]
fn narrowing_needs_no_more_under_any_settings() {
    for text in ["step_up: biometry\n", "unattended: refuse\n", "broken: [\n"] {
        let vault = TestVault::new().settings_by_hand(text);
        let arguments = ["agent", "upgrade", "hermes", "--tier", "read-only", "--yes"];
        let run = Openpass::on(&vault, &arguments);
        run.without_a_terminal().with(code::DONE);
        assert_ne!(vault.config(), CONFIG);
    }
}

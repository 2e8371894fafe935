//! The flags of an upgrade: what each may leave out, and what none may.

use crate::{
    raise_codex,
    support::{BY_FD_3, CONFIG, Openpass, RIGHT, TestVault, code, with_codex_as_admin},
};

const UNATTENDED: [&str; 4] = ["--yes", "--no-biometric", "--reason", "a test"];
#[test]
fn case_3_yes_is_refused_before_anybody_is_asked() {
    for flags in [
        &["--yes"] as &[&str],
        &["-y"],
        &["--yes", "--biometric"],
        &["--yes", "--reason", "because"],
        &["--yes", "--biometric", "--reason", "because"],
    ] {
        let vault = TestVault::new();
        let before = vault.files();
        let ended = raise_codex(&vault, flags).unattended().with(code::USAGE);
        ended.unasked().saying("--no-biometric");
        assert_eq!(vault.files(), before, "{flags:?}");
        assert!(!vault.path("guard/log.jsonl").exists());
    }
}

#[test]
fn case_3_unattended_needs_a_reason() {
    for reason in [&[] as &[&str], &["--reason", ""], &["--reason", " \t\n"]] {
        let vault = TestVault::new();
        let flags = [&["--yes", "--no-biometric"], reason].concat();
        let ended = raise_codex(&vault, &flags).unattended().with(code::USAGE);
        ended.unasked().saying("--reason");
        assert_eq!(vault.config(), CONFIG, "{reason:?}");
    }
}

#[test]
fn case_3_unattended_without_a_passphrase_is_refused_at_once() {
    let vault = TestVault::new();
    let run = raise_codex(&vault, &UNATTENDED);
    for ended in [run.clone().unattended(), run.without_a_terminal()] {
        let ended = ended.with(code::NOBODY_TO_ASK).unasked();
        let ended = ended.saying("--passphrase-fd");
        assert!(ended.took.as_secs() < 120, "{ended:#?}");
    }
    assert_eq!(vault.config(), CONFIG);
    assert_eq!(vault.events(), ["refused", "refused"]);
}

#[test]
fn a_passphrase_from_a_descriptor_is_enough_with_or_without_a_terminal() {
    for at_terminal in [true, false] {
        let vault = TestVault::new();
        let run = raise_codex(&vault, &BY_FD_3).with_fd_3(format!("{RIGHT}\n"));
        let ended = if at_terminal {
            run.unattended()
        } else {
            run.without_a_terminal()
        };
        ended.with(code::DONE).unasked();
        assert_eq!(vault.config(), with_codex_as_admin(CONFIG));
        let intent = &vault.log()[0];
        assert_eq!(intent["event"]["factor"], "passphrase");
        assert_eq!(intent["attended"], false);
        assert_eq!(intent["reason"], "a test");
    }
}

#[test]
fn a_wrong_passphrase_from_a_descriptor_is_tried_once() {
    for wrong in ["wrong", "", "\n", "two\nlines\n"] {
        let vault = TestVault::new();
        let run = raise_codex(&vault, &BY_FD_3).with_fd_3(wrong);
        run.unattended().with(code::NOT_AUTHENTICATED).unasked();
        assert_eq!(vault.config(), CONFIG, "{wrong:?}");
    }
}

#[test]
fn case_2_a_descriptor_of_another_kind_is_refused() {
    for (number, redirection) in [
        ("0", "0<&0"),
        ("1", "0<&0"),
        ("2", "0<&0"),
        ("3", "3<>/dev/tty"),
        ("3", "3</dev/tty"),
        ("3", "3</dev/zero"),
        ("3", "3</"),
        ("3", "3>/dev/null"),
        ("9", "0<&0"),
    ] {
        let vault = TestVault::new();
        let before = vault.files();
        let flags = [&BY_FD_3[..5], &[number]].concat();
        let run = raise_codex(&vault, &flags)
            .reading(format!("{RIGHT}\n"))
            .redirected(redirection);
        let ended = run.unattended().with(code::USAGE).unasked();
        ended.saying("--passphrase-fd");
        assert_eq!(vault.files(), before, "{number} {redirection}");
    }
}

#[test]
fn case_2_a_descriptor_serves_only_with_the_flags_that_name_it_unattended() {
    for flags in [
        &["--passphrase-fd", "3"] as &[&str],
        &["--no-biometric", "--passphrase-fd", "3"],
        &["--yes", "--passphrase-fd", "3", "--reason", "x"],
    ] {
        let vault = TestVault::new();
        let run = raise_codex(&vault, flags).with_fd_3(RIGHT);
        run.unattended().with(code::USAGE).unasked();
        assert_eq!(vault.config(), CONFIG, "{flags:?}");
    }
}

#[test]
fn case_2_a_passphrase_on_stdin_or_in_the_environment_is_not_used() {
    let vault = TestVault::new();
    let offered = |flags: &[&str]| {
        raise_codex(&vault, flags)
            .reading(format!("{RIGHT}\n{RIGHT}\ny\nyes\n"))
            .with("OPENPASS_PASSPHRASE", RIGHT)
            .with("SYMVAULT_PASSPHRASE", RIGHT)
    };
    for flags in [&[] as &[&str], &["--no-biometric"], &UNATTENDED] {
        let ended = offered(flags).without_a_terminal();
        ended.with(code::NOBODY_TO_ASK);
    }
    let person = offered(&[]).at_a_terminal();
    person.answers_by("\x03").with(code::NOT_AUTHENTICATED);
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn no_biometric_asks_for_the_passphrase() {
    let vault = TestVault::new();
    let mut person = raise_codex(&vault, &["--no-biometric"]).at_a_terminal();
    person.answers();
    person.leaves().with(code::DONE);
    assert_eq!(vault.config(), with_codex_as_admin(CONFIG));
}

#[test]
fn biometric_asks_for_nothing_else_where_there_is_none() {
    let vault = TestVault::new();
    let ended = raise_codex(&vault, &["--biometric"]).unattended();
    ended.with(code::NOBODY_TO_ASK).unasked();
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn two_ways_to_ask_at_once_are_a_usage_error() {
    let vault = TestVault::new();
    let flags = ["--biometric", "--no-biometric"];
    let ended = raise_codex(&vault, &flags).unattended();
    ended.with(code::USAGE).unasked();
    let no_tier = Openpass::on(&vault, &["agent", "upgrade", "codex"]);
    no_tier.unattended().with(code::USAGE).saying("--tier");
    assert_eq!(vault.config(), CONFIG);
}

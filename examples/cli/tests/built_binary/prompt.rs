//! What the person sees, wherever the program's output goes, and how they can
//! leave.

use rustix::process::Signal;

use crate::{
    raise_codex,
    support::{ASKS, CONFIG, Ended, Openpass, Settings as _, TestVault, code},
};

const CHANGES: [&str; 11] = [
    "! tier              read-only → admin",
    "! canWrite          false → true",
    "! canRunCommands    false → true",
    "! canManageConfig   false → true",
    "! canUseClipboard   false → true",
    "! canUseAutotype    false → true",
    "! canReadValues     false → true",
    "! exposeValueTools  false → true",
    "! autoUnseal        false → true",
    "! approvalMode      deny → prompt",
    "  requireApproval   false → true",
];

/// Checks that the terminal showed who, where, every field and the code.
#[track_caller]
fn shows_everything(ended: &Ended, vault: &TestVault) {
    let screen = &ended.screen;
    let one_line = "Approve: raise agent \"codex\" from read-only to admin (9 more powers)";
    assert!(screen.contains(one_line), "{screen}");
    assert!(screen.contains(vault.dir_text()), "{screen}");
    for change in CHANGES {
        assert!(screen.contains(change), "no {change:?} in:\n{screen}");
    }
    assert!(screen.contains("gives more power: 10 of 11 changes."));
}

/// The code of a digest, as the prompt shows it.
fn code_of(digest: &str) -> String {
    let (first, rest) = digest.split_at(4);
    let (second, _) = rest.split_at(4);
    format!("Fingerprint {first}-{second}.").to_uppercase()
}

#[test]
fn the_terminal_shows_every_change_while_stdout_and_stderr_are_pipes() {
    let vault = TestVault::new();
    let mut person = raise_codex(&vault, &["--output", "json"]).at_a_terminal();
    person.answers();
    let ended = person.leaves().with(code::DONE);
    shows_everything(&ended, &vault);
    let digest = ended.json()["digest"].as_str().unwrap().to_owned();
    assert!(ended.screen.to_uppercase().contains(&code_of(&digest)));
    for stream in [&ended.stdout, &ended.stderr] {
        assert!(!stream.contains(ASKS) && !stream.contains("Approve:"));
    }
}

#[test]
fn the_terminal_shows_every_change_while_stdout_and_stderr_are_thrown_away() {
    let vault = TestVault::new();
    let run = raise_codex(&vault, &[]).redirected(">/dev/null 2>/dev/null </dev/null");
    let mut person = run.at_a_terminal();
    person.answers();
    shows_everything(&person.leaves().with(code::DONE), &vault);
}

#[test]
fn the_terminal_shows_every_change_while_stdout_and_stderr_are_closed() {
    let vault = TestVault::new();
    let run = raise_codex(&vault, &[]).redirected(">&- 2>&- <&-");
    let mut person = run.at_a_terminal();
    person.answers();
    let (ended, _) = person.ends();
    shows_everything(&ended, &vault);
}

#[test]
fn with_all_on_the_terminal_the_question_alone_shows_every_change() {
    let vault = TestVault::new();
    let mut person = raise_codex(&vault, &[]).all_on_terminal().at_a_terminal();
    person.answers();
    person.sees("✓ Profile for \"codex\" upgraded to \"admin\"");
    shows_everything(&person.leaves().with(code::DONE), &vault);
}

#[test]
fn the_reason_is_shown_to_who_approves() {
    let vault = TestVault::new();
    let reason = "a demo\u{202e} \x1b[2Jand more";
    let run = raise_codex(&vault, &["--reason", reason]).with_rows(30);
    let mut person = run.at_a_terminal();
    person.sees(r#"reason given      "a demo\u{202e} \u{1b}[2Jand more""#);
    person.answers_by("\x03").with(code::NOT_AUTHENTICATED);
}

#[test]
fn case_34_control_c_d_and_backslash_refuse_and_change_nothing() {
    for key in ["\x03", "\x04", "\x1c", "half a pass\x03", "half a pass\x1c"] {
        let vault = TestVault::new();
        let before = vault.files();
        let person = raise_codex(&vault, &[]).at_a_terminal();
        let ended = person.answers_by(key).with(code::NOT_AUTHENTICATED);
        let ended = ended.saying("cancelled by the person");
        assert_eq!(ended.prompts(), 1, "a no ends it");
        assert!(!ended.screen.contains("half"));
        assert_eq!(vault.files(), before);
        assert_eq!(vault.events(), ["refused"]);
    }
}

#[test]
fn case_34_a_closed_terminal_changes_nothing() {
    let vault = TestVault::new();
    let before = vault.files();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.is_asked();
    person.hangs_up();
    let (ended, _) = person.ends();
    assert_eq!(ended.signal(), Some(1), "SIGHUP: {ended:#?}");
    assert_eq!(vault.files(), before);
}

#[test]
fn case_34_a_closed_terminal_is_a_refusal_where_the_signal_is_ignored() {
    let vault = TestVault::new();
    let before = vault.files();
    let run = raise_codex(&vault, &[]).by_shell("trap '' HUP; exec \"$@\"");
    let mut person = run.at_a_terminal();
    person.is_asked();
    person.hangs_up();
    let (ended, _) = person.ends();
    ended
        .with(code::NOT_AUTHENTICATED)
        .saying("cancelled by the system");
    assert_eq!(vault.files(), before);
}

#[test]
fn case_34_a_signal_ends_it_and_gives_the_terminal_back() {
    for (signal, number) in [(Signal::TERM, 15), (Signal::INT, 2), (Signal::HUP, 1)] {
        let vault = TestVault::new();
        let mut person = raise_codex(&vault, &[]).at_a_terminal();
        person.is_asked();
        person.types("half a pass");
        person.signals(signal);
        let ended = person.leaves();
        assert_eq!(ended.signal(), Some(number), "{ended:#?}");
        assert!(!ended.screen.contains("half"));
        assert_eq!(vault.config(), CONFIG);
    }
}

#[test]
fn nobody_answers_and_the_prompt_ends_by_itself() {
    let vault = TestVault::new().settings("timeout: 5s\n");
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.sees("Answer within 5 s");
    person.is_asked();
    person.types("half a pass");
    let ended = person.leaves().with(code::NOT_AUTHENTICATED);
    let ended = ended.saying("nobody answered in time");
    assert!(!ended.screen.contains("half"));
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn an_agent_that_asks_is_named_to_who_approves() {
    let vault = TestVault::new();
    let run = raise_codex(&vault, &[]).with("OPENPASS_AGENT", "hermes");
    let mut person = run.at_a_terminal();
    let asks =
        r#"agent "hermes" asks to raise agent "codex" from read-only to admin (9 more powers)"#;
    person.sees(&format!("Approve: {asks}"));
    person.sees(&format!("You approve: {asks}"));
    person.answers();
    person.leaves().with(code::DONE);
}

#[test]
fn a_question_that_is_not_the_guards_shows_every_change_too() {
    let vault = TestVault::new();
    let arguments = ["agent", "upgrade", "claude-code", "--tier", "read-only"];
    let mut person = Openpass::on(&vault, &arguments).at_a_terminal();
    for text in [
        "lower agent \"claude-code\" from standard to read-only",
        vault.dir_text(),
        "tier",
        "standard → read-only",
        "canReadValues",
        "true → false",
        "approvalMode",
        "prompt → deny",
    ] {
        person.sees(text);
    }
    person.sees(crate::PROCEED);
    person.types("\x03");
    person.leaves().with(code::NOT_AUTHENTICATED);
}

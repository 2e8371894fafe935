//! Killed at any moment, or overtaken by another program: config.yaml is the
//! old file or the new one, whole.

use std::{
    fs,
    time::{Duration, Instant},
};

use crate::{
    raise_codex,
    support::{CONFIG, Openpass, Person, TestVault, code, with_codex_as_admin},
};

const KILLED: Option<i32> = Some(9);
/// In how many parts a stretch of time is cut, to kill at each.
const STEPS: u32 = 16;

#[test]
fn case_9_killed_while_the_prompt_is_up_nothing_has_changed() {
    let vault = TestVault::new();
    let before = vault.files();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.is_asked();
    person.types("half a pass");
    person.kills();
    let (ended, _) = person.ends();
    assert_eq!(ended.signal(), KILLED);
    assert_eq!(vault.files(), before);
    assert_eq!(vault.events().len(), 0);
}

#[test]
fn case_9_killed_at_any_moment_of_a_commit_the_file_is_whole() {
    let commit = how_long(|vault, person| {
        person.answers();
        wait_for(vault, "intent");
    });
    for step in 0..=STEPS {
        let vault = TestVault::new();
        let mut person = raise_codex(&vault, &[]).at_a_terminal();
        person.answers();
        wait_for(&vault, "intent");
        if step == STEPS {
            wait_for(&vault, "outcome");
        } else {
            spin(commit * step / STEPS);
        }
        let changed = killed(&vault, person);
        assert!(changed || step < STEPS, "the outcome is on the log");
        assert_eq!(vault.events()[0], "intent");
        the_next_run_is_well(&vault);
    }
}

#[test]
fn case_9_killed_at_any_moment_after_the_answer_the_file_is_whole() {
    // The rest of a paste is awaited, the key derived, the change made.
    let rest = how_long(|_, person| person.answers());
    for step in 0..=STEPS {
        let vault = TestVault::new();
        let mut person = raise_codex(&vault, &[]).at_a_terminal();
        person.answers();
        spin(rest * step / STEPS);
        let changed = killed(&vault, person);
        let intended = vault
            .events()
            .first()
            .is_some_and(|event| event == "intent");
        assert!(intended || !changed, "a change without an intent");
        the_next_run_is_well(&vault);
    }
}

#[test]
fn case_46_killed_at_any_moment_of_a_commit_no_later_command_finishes_it() {
    let commit = how_long(|vault, person| {
        person.answers();
        wait_for(vault, "prepared");
    });
    for step in 0..STEPS {
        let vault = TestVault::new();
        let mut person = raise_codex(&vault, &[]).at_a_terminal();
        person.answers();
        wait_for(&vault, "prepared");
        spin(commit * step / STEPS);
        killed(&vault, person);
        vault.put("guard/settings.yaml", "unattended: refuse\n");
        Openpass::on(&vault, &["agent", "list"])
            .with("OPENPASS_AGENT", "claude-code")
            .unattended()
            .with(code::DONE);
        // It is made if the process that was granted it said so, or not at all.
        let made_by_itself = vault.log().iter().any(|line| {
            let event = &line["event"];
            event["outcome"]["outcome"] == "done" && event.get("settled").is_none()
        });
        let raised = vault.config() == with_codex_as_admin(CONFIG);
        assert_eq!(raised, made_by_itself, "at {step}");
        assert_eq!(vault.config() == CONFIG, !raised, "at {step}");
    }
}

/// Kills the program and says whether the file is the new one: it is that or
/// the old one.
#[track_caller]
fn killed(vault: &TestVault, mut person: Person) -> bool {
    person.kills();
    drop(person);
    let config = vault.config();
    let changed = config == with_codex_as_admin(CONFIG);
    assert!(
        changed || config == CONFIG,
        "neither old nor new:\n{config}"
    );
    changed
}

/// How long an upgrade takes from a moment on that `reach` waits for.
fn how_long(reach: impl FnOnce(&TestVault, &mut Person)) -> Duration {
    let vault = TestVault::new();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    reach(&vault, &mut person);
    let start = Instant::now();
    person.leaves().with(code::DONE);
    start.elapsed()
}

/// Waits for an event on the log, looking all the time: it all takes a few
/// milliseconds.
fn wait_for(vault: &TestVault, event: &str) {
    let end = Instant::now() + Duration::from_secs(120);
    let wanted = format!("\"event\":\"{event}\"");
    let is_there =
        || fs::read_to_string(vault.path("guard/log.jsonl")).is_ok_and(|log| log.contains(&wanted));
    while !is_there() {
        assert!(Instant::now() < end, "no {event} came");
    }
}

/// Lets this much time pass, finer than a sleep can.
fn spin(time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        std::hint::spin_loop();
    }
}

/// Nothing of the killed run is left, nor in the way.
fn the_next_run_is_well(vault: &TestVault) {
    let arguments = [
        "agent",
        "upgrade",
        "claude-code",
        "--tier",
        "read-only",
        "--yes",
    ];
    Openpass::on(vault, &arguments)
        .unattended()
        .with(code::DONE);
    let left: Vec<_> = fs::read_dir(vault.dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".openpass") || name.contains("tmp"))
        .collect();
    assert_eq!(left.len(), 0, "{left:?}");
}

#[test]
fn case_6_an_edit_while_the_prompt_is_up_is_a_conflict() {
    let edits: [(&str, String); 5] = [
        (
            "the same agent",
            CONFIG.replace("approvalMode: deny", "approvalMode: none"),
        ),
        ("a comment", format!("{CONFIG}# a comment\n")),
        ("the change itself", with_codex_as_admin(CONFIG)),
        ("broken", CONFIG.replace("agents:", "agents: [")),
        ("empty", String::new()),
    ];
    for (what, config) in edits {
        let vault = TestVault::new();
        overtaken_by_text(&vault, what, &config);
    }
}

#[track_caller]
fn overtaken_by_text(vault: &TestVault, what: &str, config: &str) {
    let mut person = raise_codex(vault, &[]).at_a_terminal();
    person.is_asked();
    vault.put("config.yaml", config);
    person.answers_what_was_asked();
    let ended = person.leaves().with(code::CONFLICT);
    ended.saying("changed while you were asked");
    assert_eq!(vault.config(), config, "{what}");
    assert_eq!(vault.events(), ["intent", "outcome"], "{what}");
    assert_eq!(vault.log()[1]["event"]["outcome"]["outcome"], "failed");
}

#[test]
fn case_6_settings_that_change_while_the_prompt_is_up_are_a_conflict() {
    let vault = TestVault::new();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.is_asked();
    vault.put("guard/settings.yaml", "timeout: 59s\n");
    person.answers_what_was_asked();
    person.leaves().with(code::CONFLICT);
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn case_6_a_config_that_goes_away_while_the_prompt_is_up_stays_away() {
    let vault = TestVault::new();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.is_asked();
    fs::remove_file(vault.path("config.yaml")).unwrap();
    person.answers_what_was_asked();
    person.leaves().with(code::CONFLICT);
    assert!(!vault.path("config.yaml").exists());
}

#[test]
fn a_second_upgrade_while_the_prompt_is_up_wins() {
    let vault = TestVault::new();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.is_asked();
    let mut quicker = raise_codex(&vault, &[]).at_a_terminal();
    quicker.answers();
    quicker.leaves().with(code::DONE);
    person.answers_what_was_asked();
    person.leaves().with(code::CONFLICT);
    assert_eq!(vault.config(), with_codex_as_admin(CONFIG));
}

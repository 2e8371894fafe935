//! The abuse cases of the conformance kit, played on the built program.
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "terminal/team.rs"]
#[expect(dead_code, reason = "it is shared with the other tests")]
mod team;

use std::fs;

use openpass_conformance::Program;
use openpass_testkit::{ASKS, RIGHT};
use serde_json::{Value, json};
use team::Team;
use tempfile::NamedTempFile;

fn flags(team: &Team) -> Value {
    team.state().get("flags").unwrap().clone()
}

/// The text of the log; empty where there is none.
fn log(team: &Team) -> String {
    fs::read_to_string(team.path("guard.log")).unwrap_or_default()
}

/// Another program sets a flag.
fn edit(team: &Team) {
    let mut state = team.state();
    *state.pointer_mut("/flags/prod/billing/percent").unwrap() = json!(90);
    let mut file = NamedTempFile::new_in(team.path("")).unwrap();
    serde_json::to_writer(&mut file, &state).unwrap();
    file.persist(team.path("flags.json")).unwrap();
}

#[test]
fn flags_holds_every_case_that_applies() {
    let mut after = flags(&Team::new());
    let prod = after.pointer_mut("/prod").unwrap().as_object_mut().unwrap();
    prod.insert("dark-mode".to_owned(), json!({ "percent": 30 }));
    let set = |flag: &str| ["set", flag, "30", "--env", "prod", "--as", "ada"].map(str::to_owned);
    let report = Program::new(env!("CARGO_BIN_EXE_flags"), Team::new, flags)
        .arguments(|team| vec!["--folder".into(), team.path("").into_os_string()])
        .change(set("dark-mode"), after)
        .other_change(set("search"))
        .change_to(move |flag| set(flag).into())
        .routine(["set", "dark-mode", "100", "--env", "dev", "--as", "bob"])
        .asks(ASKS)
        .approved_by(|_| format!("{RIGHT}\r"))
        .wrong_answer("wrong horse\r")
        .shows(["ada", "dark-mode", "prod", "percent", "0 → 30"])
        .meanwhile(edit)
        .log(log)
        .exit_where_nobody_is(5)
        .run();
    report.assert_holds();
}

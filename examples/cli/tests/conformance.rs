//! The abuse cases of the conformance kit, played on the built command.
#![cfg(unix)]

use openpass_conformance::Program;
use openpass_testkit::{ASKS, BY_FD_3, CONFIG, RIGHT, Run, TestVault, with_codex_as_admin};

const BINARY: &str = env!("CARGO_BIN_EXE_openpass");

openpass_testkit::leave_the_terminal!();

/// A vault whose owner has chosen a short time to answer.
fn in_a_hurry() -> TestVault {
    let vault = TestVault::new();
    let set = ["--vault", vault.dir_text(), "guard", "set", "timeout", "5s"];
    let words = [&set[..], &BY_FD_3].concat();
    let set = Run::of(BINARY, vault.home(), &words).with_fd_3(RIGHT);
    drop(set.without_a_terminal().with(0));
    vault
}

#[test]
fn openpass_holds_every_case_that_applies() {
    let report = Program::new(BINARY, TestVault::new, TestVault::config)
        .arguments(|vault| vec!["--vault".to_owned(), vault.dir_text().to_owned()])
        .environment(|vault| vec![("HOME".to_owned(), vault.home().into())])
        .change(
            ["agent", "upgrade", "codex", "--tier", "admin"],
            with_codex_as_admin(CONFIG),
        )
        .other_change(["agent", "upgrade", "openclaw", "--tier", "admin"])
        .change_to(|agent| {
            let new = ["agent", "add", "--tier", "admin", "--", agent];
            new.map(str::to_owned).into()
        })
        .routine([
            "config",
            "set",
            "clipboard.auto_clear_duration",
            "21",
            "--yes",
        ])
        .yes_flag(["--yes"])
        .asks(ASKS)
        .approved_by(|_| format!("{RIGHT}\r"))
        .wrong_answer("incorrect horse\r")
        .shows([
            "codex",
            "read-only",
            "admin",
            "canRunCommands",
            "canManageConfig",
        ])
        .meanwhile(|vault| {
            vault.put("config.yaml", format!("{CONFIG}# a comment\n"));
        })
        .log(|vault| std::fs::read_to_string(vault.path("guard/log.jsonl")).unwrap_or_default())
        .exit_where_nobody_is(11)
        .soon_late(in_a_hurry)
        .run();
    report.assert_holds();
}

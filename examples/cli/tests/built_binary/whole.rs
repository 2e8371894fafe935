//! What gives power is seen whole before it is approved, whoever asks.

use crate::support::{ASKS, CONFIG, Openpass, Run, TestVault, code};

const HERMES: (&str, &str) = ("OPENPASS_AGENT", "hermes");

/// Nine long paths that nobody minds, and one that is all there is.
fn with_a_star() -> String {
    let harmless = (0..9).map(|n| format!("work/project-{n}/{}", "x".repeat(60)));
    harmless
        .chain(["*".to_owned()])
        .collect::<Vec<_>>()
        .join(",")
}

fn edit(vault: &TestVault, paths: &str) -> Run {
    let set = format!("allowedPaths={paths}");
    let arguments = ["agent", "profile", "edit", "codex", "--set", &set];
    Openpass::on(vault, &arguments).with(HERMES.0, HERMES.1)
}

#[test]
fn case_42_a_star_behind_nine_long_paths_is_seen_before_the_passphrase() {
    let vault = TestVault::new();
    let mut person = edit(&vault, &with_a_star()).at_a_terminal();
    person.sees("Approve: agent \"hermes\" asks to change agent \"codex\"");
    person.sees("\n    + *\r\n");
    person.sees("You approve: agent \"hermes\" asks to change agent \"codex\"");
    person.is_asked();
    person.types("\x03");
    person.leaves().with(code::NOT_AUTHENTICATED);
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn case_42_a_list_longer_than_the_screen_is_turned_page_by_page() {
    let vault = TestVault::new();
    let many: Vec<String> = (0..60).map(|n| format!("path-{n}/")).collect();
    let many = [many.join(","), "x".repeat(3_000), "*".to_owned()].join(",");
    let mut person = edit(&vault, &many).at_a_terminal();
    for number in 1..=5 {
        person.sees(&format!(
            "Page {number} of 5. Space or Enter: next page; q refuses. "
        ));
        assert!(!person.screen().contains(ASKS));
        person.types("hunter2 ");
    }
    person.sees("You approve: agent \"hermes\" asks to change agent \"codex\"");
    person.is_asked();
    let screen = person.screen();
    assert!(screen.contains("\n    + path-59/\r\n") && screen.contains("\n    + *\r\n"));
    assert!(!screen.contains("more characters") && !screen.contains("hunter2"));
    person.types("\x03");
    person.leaves().with(code::NOT_AUTHENTICATED);
}

#[test]
fn case_42_q_on_a_page_is_the_persons_no() {
    let vault = TestVault::new();
    let many: Vec<String> = (0..60).map(|n| format!("path-{n}/")).collect();
    let mut person = edit(&vault, &many.join(",")).at_a_terminal();
    person.sees("Page 1 of ");
    person.sees("q refuses. ");
    person.types("q");
    let ended = person.leaves().with(code::NOT_AUTHENTICATED);
    let ended = ended.saying("cancelled by the person");
    assert!(!ended.screen.contains(ASKS));
    assert_eq!(vault.config(), CONFIG);
    assert_eq!(vault.events(), ["refused"]);
}

#[test]
fn case_42_a_screen_without_room_asks_nobody_and_says_where_it_can_be_approved() {
    let vault = TestVault::new();
    let run = edit(&vault, &with_a_star()).by_shell("stty rows 3 cols 30; exec \"$@\"");
    let ended = run.all_on_terminal().at_a_terminal().leaves();
    let ended = ended.with(code::WAITS);
    assert!(
        ended
            .screen
            .contains("no room to show everything that gives power")
    );
    assert!(ended.screen.contains("use a larger terminal"));
    assert!(ended.screen.contains(" approve "), "{}", ended.screen);
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn case_51_and_59_a_policy_is_shown_as_the_lines_that_come_and_go() {
    let vault = TestVault::new();
    let rule = "@id(\"mine\")\nforbid (principal is OpenPass::Agent, action, resource)\nunless { principal == OpenPass::Agent::\"ci-bot\" };\n";
    vault.put("policies/mine.cedar", rule);
    let other = vault.path("other.cedar");
    vault.put("other.cedar", rule.replace("ci-bot", "hermes"));
    let file = other.to_str().unwrap();
    let arguments = ["policy", "apply", file, "--name", "mine.cedar"];
    let large = "stty rows 300 cols 100 </dev/tty; exec \"$@\"";
    let mut person = Openpass::on(&vault, &arguments)
        .by_shell(large)
        .at_a_terminal();
    person.sees("! policies/mine.cedar");
    person.sees("    - unless { principal == OpenPass::Agent::\"ci-bot\" };");
    person.sees("    + unless { principal == OpenPass::Agent::\"hermes\" };");
    person.is_asked();
    person.types("\x03");
    let ended = person.leaves().with(code::NOT_AUTHENTICATED);
    let said = "    + unless { principal == OpenPass::Agent::\"hermes\" };";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}

//! Colour, on terminals that have it.

use crate::{
    raise_codex,
    support::{Openpass, TestVault, code},
};

const BEGINS: &str = "\u{1b}[";

fn listed(flags: &[&str], variables: &[(&str, &str)]) -> String {
    let vault = TestVault::new();
    let all = [flags, &["agent", "list"]].concat();
    let run = Openpass::on(&vault, &all).all_on_terminal();
    let run = variables
        .iter()
        .fold(run, |run, (name, value)| run.with(name, *value));
    run.at_a_terminal().leaves().with(code::DONE).screen
}

#[test]
fn c20_a_terminal_has_colour_unless_something_says_no() {
    assert!(listed(&[], &[]).contains("\u{1b}[1;33myes\u{1b}[0m"));
    assert!(!listed(&[], &[("TERM", "dumb")]).contains(BEGINS));
    assert!(!listed(&[], &[("NO_COLOR", "1")]).contains(BEGINS));
    assert!(!listed(&["--color", "never"], &[]).contains(BEGINS));
    assert!(listed(&["--color", "always"], &[("NO_COLOR", "1")]).contains(BEGINS));
    let vault = TestVault::new();
    for command in ["list", "show"] {
        let name = if command == "show" {
            &["hermes"][..]
        } else {
            &[]
        };
        let pipe = Openpass::on(&vault, &[&["agent", command], name].concat());
        assert!(!pipe.without_a_terminal().stdout.contains(BEGINS));
    }
    let always = Openpass::on(&vault, &["--color=always", "agent", "list"]);
    assert!(always.without_a_terminal().stdout.contains(BEGINS));
}

#[test]
fn c20_what_widens_is_coloured_in_the_question_and_nothing_else_is() {
    let vault = TestVault::new();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.sees("\u{1b}[1;33m! canWrite");
    person.sees("\n  requireApproval");
    person.answers_by("\x03").with(code::NOT_AUTHENTICATED);
    for (name, value) in [("TERM", "dumb"), ("NO_COLOR", "1")] {
        let person = raise_codex(&vault, &[]).with(name, value).at_a_terminal();
        let ended = person.answers_by("\x03").with(code::NOT_AUTHENTICATED);
        assert!(!ended.screen.contains(BEGINS), "{ended:#?}");
        assert!(ended.screen.contains("! canWrite"), "{ended:#?}");
    }
}

#[test]
fn c20_a_table_keeps_to_the_width_of_the_terminal() {
    let vault = TestVault::new();
    let script = "stty cols 30; exec \"$@\"";
    let run = Openpass::on(&vault, &["agent", "list"])
        .by_shell(script)
        .all_on_terminal();
    let screen = run.at_a_terminal().leaves().with(code::DONE).screen;
    let table = screen.lines().filter(|line| line.contains("hermes"));
    assert!(
        table.clone().count() > 0 && table.clone().all(|line| line.len() <= 30),
        "{screen}"
    );
}

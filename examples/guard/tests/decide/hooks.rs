//! The settings that `hooks` prints.

use std::fs;

use tempfile::TempDir;

use super::{
    formats::{FORMATS, Hears},
    run::{bare, offered, scripted, told},
    snippet::{self, hook, printed, settings},
};

/// Names of folders that a shell would take for more.
const FOLDERS: [&str; 6] = [
    "plain",
    "a b",
    "it's",
    "$(touch x)`id`",
    "wörk; exit 0",
    "\"&& true #",
];

#[test]
fn the_printed_command_answers_whatever_the_folder_is_called() {
    let home = TempDir::new().unwrap();
    for name in FOLDERS {
        let folder = home.path().join(name);
        fs::create_dir(&folder).unwrap();
        for format in &FORMATS {
            for (judge, heard) in [
                ("person", format.person_said_yes),
                ("refused", Hears::Block),
            ] {
                let output = told(snippet::run(format.name, &folder, judge), format.fixture);
                assert_eq!(
                    format.hears(&output),
                    heard,
                    "{name}: {}: {output:?}",
                    format.name
                );
                assert_eq!(output.stderr, b"", "{name}: {}", format.name);
            }
            let output = told(
                snippet::run(format.name, &folder, "says the folder"),
                format.fixture,
            );
            let said = format.reason(&output);
            assert!(
                said.ends_with(&openpass_auth::in_ascii(&format!("/{name}"))),
                "{said}"
            );
        }
    }
}

/// Where the program is gone, or cannot start.
#[test]
fn the_printed_command_blocks_without_the_program() {
    let folder = TempDir::new().unwrap();
    let program = scripted().display().to_string();
    for format in &FORMATS {
        let script = snippet::script(format.name, folder.path());
        assert!(script.contains(&program), "{script}");
        for instead in [
            "/nonexistent/openpass-guard",
            "/bin/false",
            "/etc/passwd",
            "/bin",
        ] {
            let (output, _) = offered(
                snippet::by(&script.replace(&program, instead), "person"),
                format.fixture,
            );
            assert_eq!(format.hears(&output), Hears::Block, "{instead}: {output:?}");
        }
    }
}

#[test]
fn the_agents_own_time_out_comes_after_the_answer() {
    let folder = TempDir::new().unwrap();
    for (format, waits, answers) in [
        ("claude-pre-tool-use", 600, 590),
        ("claude-permission-request", 600, 590),
        ("codex-pre-tool-use", 600, 590),
        ("codex-permission-request", 600, 590),
        // In milliseconds.
        ("gemini-before-tool", 600_000, 595),
    ] {
        let hook = hook(format, folder.path());
        assert_eq!(hook["timeout"], waits, "{format}");
        assert_eq!(hook["type"], "command", "{format}");
        let command = hook["command"].as_str().unwrap();
        assert!(
            command.ends_with(&format!(" --timeout {answers}")),
            "{command}"
        );
        let closed = hook.get("onFailure").and_then(|value| value.as_str());
        assert_eq!(
            closed == Some("block"),
            format.starts_with("claude"),
            "{format}"
        );
    }
}

/// A relative path is told absolute: an agent runs its hooks in folders of its own.
#[test]
fn the_folder_is_absolute() {
    let home = TempDir::new().unwrap();
    fs::create_dir(home.path().join("rules")).unwrap();
    for agent in ["claude", "codex", "gemini", "symguard"] {
        let mut command = bare(scripted());
        command
            .args(["hooks", agent, "--policy", "rules"])
            .current_dir(home.path());
        let output = told(command, "");
        let said = String::from_utf8(output.stdout).unwrap();
        let folder = home.path().canonicalize().unwrap().join("rules");
        assert!(said.contains(folder.to_str().unwrap()), "{agent}: {said}");
    }
}

#[test]
fn a_folder_that_no_command_can_name_has_no_settings() {
    let home = TempDir::new().unwrap();
    for (name, words) in [
        ("a\nb", "has characters that a shell"),
        ("\u{202e}", "has characters"),
        ("gone", "is not there"),
    ] {
        let folder = home.path().join(name);
        if name != "gone" {
            fs::create_dir(&folder).unwrap();
        }
        for agent in ["claude", "codex", "gemini", "symguard"] {
            let output = printed(agent, &folder);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(
                (output.status.code(), &*output.stdout),
                (Some(1), &b""[..]),
                "{said}"
            );
            assert!(said.contains(words), "{said}");
            assert!(!said.trim_end().contains(char::is_control), "{said:?}");
        }
    }
}

#[test]
fn the_settings_for_symguard_are_three_variables() {
    let folder = TempDir::new().unwrap();
    let said = settings("symguard", folder.path());
    let names: Vec<&str> = said
        .lines()
        .map(|line| line.split('=').next().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "export SYMBROWSE_SYMGUARD",
            "export OPENPASS_GUARD_FORMAT",
            "export OPENPASS_GUARD_POLICY"
        ]
    );
}

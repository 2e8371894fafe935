//! The commands in the settings that `hooks` prints, as the agents run them.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use super::run::{bare, scripted, told};

/// What `hooks` prints for `agent`.
pub(crate) fn printed(agent: &str, folder: &Path) -> Output {
    let mut command = bare(scripted());
    command.args(["hooks", agent, "--policy"]).arg(folder);
    told(command, "")
}

/// The settings for `agent`, where they can be printed.
pub(crate) fn settings(agent: &str, folder: &Path) -> String {
    let output = printed(agent, folder);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stderr, b"");
    String::from_utf8(output.stdout).unwrap()
}

/// The agent and the event that `format` is of.
fn place(format: &str) -> (&'static str, &'static str) {
    match format {
        "claude-pre-tool-use" => ("claude", "PreToolUse"),
        "claude-permission-request" => ("claude", "PermissionRequest"),
        "codex-pre-tool-use" => ("codex", "PreToolUse"),
        "codex-permission-request" => ("codex", "PermissionRequest"),
        "gemini-before-tool" => ("gemini", "BeforeTool"),
        _ => ("symguard", ""),
    }
}

/// The hook that the settings have for `format`.
pub(crate) fn hook(format: &str, folder: &Path) -> Value {
    let (agent, event) = place(format);
    let settings = settings(agent, folder);
    match agent {
        "codex" => of_codex(&settings, event),
        _ => {
            let settings: Value = serde_json::from_str(&settings).unwrap();
            settings["hooks"][event][0]["hooks"][0].clone()
        }
    }
}

/// The members of a table of TOML whose values are JSON too.
fn of_codex(settings: &str, event: &str) -> Value {
    let (_, table) = settings
        .split_once(&format!("[[hooks.{event}.hooks]]\n"))
        .unwrap();
    let members = table.lines().take_while(|line| !line.is_empty());
    let members = members.map(|line| {
        let (name, value) = line.split_once(" = ").unwrap();
        (
            name.to_owned(),
            serde_json::from_str::<Value>(value).unwrap(),
        )
    });
    Value::Object(members.collect())
}

/// The script that runs the hook, for `sh -c`: what the settings say, and for symguard
/// what its callers do.
pub(crate) fn script(format: &str, folder: &Path) -> String {
    match format {
        "symguard" => {
            let variables = settings("symguard", folder);
            format!("{variables}exec \"$SYMBROWSE_SYMGUARD\" decide")
        }
        _ => hook(format, folder)["command"].as_str().unwrap().to_owned(),
    }
}

/// The hook, run by a shell, with a judge that does as `scripted`.
pub(crate) fn run(format: &str, folder: &Path, judge: &str) -> Command {
    by(&script(format, folder), judge)
}

pub(crate) fn by(script: &str, judge: &str) -> Command {
    let mut shell = bare("/bin/sh");
    shell.arg("-c").arg(script).env("SCRIPTED", judge);
    shell
}

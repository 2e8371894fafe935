//! `openpass-guard hooks`: the settings that make a coding agent ask `decide`.
//!
//! Each command runs this program in a shell that blocks where the program itself fails:
//! is not there, is killed, or cannot write.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::ValueEnum;
use openpass_vault::for_a_shell;
use serde_json::{Value, json};

use crate::decide::{Adapter, FORMAT, POLICY, named};

/// Blocks by the exit code that the three agents take as a block, with words on stderr,
/// without which Codex and older versions of Gemini CLI do not.
const OR_EXIT_2: &str = r#""$0" "$@" || { echo "openpass-guard failed" >&2; exit 2; }"#;
/// Claude Code's `PermissionRequest` does not honour an exit code
/// (<https://code.claude.com/docs/en/hooks>).
const OR_DENY: &str = r#""$0" "$@" || printf "%s" "{\"hookSpecificOutput\":{\"hookEventName\":\"PermissionRequest\",\"decision\":{\"behavior\":\"deny\",\"message\":\"openpass-guard failed\"}}}""#;

/// The flags of `hooks`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The agent
    #[arg(value_enum)]
    agent: Agent,
    /// The policy folder
    #[arg(long, value_name = "DIR")]
    policy: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Agent {
    /// Claude Code: ~/.claude/settings.json
    Claude,
    /// Codex: ~/.codex/config.toml
    Codex,
    /// Gemini CLI: ~/.gemini/settings.json
    Gemini,
    /// A program that asks symguard: its environment
    Symguard,
}

/// The reason why there are no settings.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the policy folder {0} is not there; make it with: openpass-guard init --policy DIR")]
    NoFolder(String),
    #[error(
        "{0} has characters that a shell does not take in every place; move it to a path of letters and digits"
    )]
    Path(String),
    #[error("the path of {0} cannot be told: {1}")]
    Unknown(&'static str, io::Error),
    #[error("the settings need a POSIX shell, which is not on this system")]
    NoShell,
    #[error("the settings cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// Prints the settings.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    let written = settings(args).and_then(|text| Ok(io::stdout().write_all(text.as_bytes())?));
    let Err(failure) = written else {
        return ExitCode::SUCCESS;
    };
    // Where stderr is closed, the exit code has to do.
    drop(writeln!(io::stderr(), "openpass-guard: {failure}"));
    ExitCode::FAILURE
}

fn settings(args: &Args) -> Result<String, Failure> {
    let words = Words::of(&args.policy)?;
    match args.agent {
        _ if cfg!(not(unix)) => Err(Failure::NoShell),
        Agent::Claude => Ok(claude(&words)),
        Agent::Codex => Ok(codex(&words)),
        Agent::Gemini => Ok(gemini(&words)),
        Agent::Symguard => Ok(symguard(&words)),
    }
}

/// The paths of this program and of the policy folder, as words of a command.
struct Words {
    program: String,
    folder: String,
}

impl Words {
    fn of(policy: &Path) -> Result<Self, Failure> {
        let folder =
            std::path::absolute(policy).map_err(|e| Failure::Unknown("the policy folder", e))?;
        if !folder.is_dir() {
            return Err(Failure::NoFolder(for_a_shell(&policy.to_string_lossy())));
        }
        let program = std::env::current_exe().map_err(|e| Failure::Unknown("this program", e))?;
        Ok(Self {
            program: word(&program)?,
            folder: word(&folder)?,
        })
    }

    /// The command that answers in the format of that name.
    fn command(&self, format: &str, script: &str) -> String {
        let seconds = named(format).map_or(1, |adapter| {
            adapter
                .waits_as_set
                .saturating_sub(adapter.margin)
                .as_secs()
        });
        // The shell is named, since Codex runs a command in the person's own, which may
        // not be a POSIX shell.
        let (script, program, folder) = (for_a_shell(script), &self.program, &self.folder);
        format!(
            "/bin/sh -c {script} {program} decide --format {format} --policy {folder} --timeout {seconds}"
        )
    }
}

/// `path` as a word of a command for every shell.
fn word(path: &Path) -> Result<String, Failure> {
    let word = path.to_str().map(for_a_shell);
    // `$'…'`, for what a terminal obeys, is not of POSIX: dash takes it otherwise.
    word.filter(|word| !word.starts_with('$'))
        .ok_or_else(|| Failure::Path(for_a_shell(&path.to_string_lossy())))
}

/// The seconds that the agent waits for the format of that name.
fn waits(format: &str) -> u64 {
    named(format).map_or(1, |adapter: &Adapter| adapter.waits_as_set.as_secs())
}

/// <https://code.claude.com/docs/en/hooks>, "Configuration". `onFailure` is of 2.1.295 and
/// later: it blocks after Claude's own time-out, which the shell cannot.
fn claude(words: &Words) -> String {
    let hook = |format: &str, script: &str| {
        json!([{"matcher": "*", "hooks": [{
            "type": "command",
            "command": words.command(format, script),
            "timeout": waits(format),
            "onFailure": "block",
        }]}])
    };
    let hooks = json!({"hooks": {
        "PreToolUse": hook("claude-pre-tool-use", OR_EXIT_2),
        "PermissionRequest": hook("claude-permission-request", OR_DENY),
    }});
    format!("{hooks:#}\n")
}

/// <https://developers.openai.com/codex/hooks>. Codex runs it once the person has trusted
/// it, with `/hooks`.
fn codex(words: &Words) -> String {
    let hook = |event: &str, format: &str| {
        // A JSON string is a basic string of TOML: both escape `"`, `\` and nothing else
        // that a word of ours has.
        let command = Value::from(words.command(format, OR_EXIT_2));
        let waits = waits(format);
        format!(
            "[[hooks.{event}]]\nmatcher = \".*\"\n\n[[hooks.{event}.hooks]]\ntype = \"command\"\ncommand = {command}\ntimeout = {waits}\n"
        )
    };
    [
        hook("PreToolUse", "codex-pre-tool-use"),
        hook("PermissionRequest", "codex-permission-request"),
    ]
    .join("\n")
}

/// <https://geminicli.com/docs/hooks/reference>, "Configuration". The time-out is in
/// milliseconds.
fn gemini(words: &Words) -> String {
    let format = "gemini-before-tool";
    let hook = json!({
        "name": "openpass-guard",
        "type": "command",
        "command": words.command(format, OR_EXIT_2),
        "timeout": waits(format).saturating_mul(1_000),
    });
    let hooks = json!({"hooks": {"BeforeTool": [{"matcher": ".*", "hooks": [hook]}]}});
    format!("{hooks:#}\n")
}

/// The caller starts the program that `SYMBROWSE_SYMGUARD` names with `decide` alone
/// (<https://github.com/danieljustus/symaira-browse/blob/c1490de3/crates/symbrowse-core/src/policy_guard.rs>),
/// and takes every failure of it as a denial.
fn symguard(words: &Words) -> String {
    let Words { program, folder } = words;
    format!(
        "export SYMBROWSE_SYMGUARD={program}\nexport {FORMAT}=symguard\nexport {POLICY}={folder}\n"
    )
}

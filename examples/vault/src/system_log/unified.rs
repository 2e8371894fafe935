//! macOS' unified log: `logger` writes, `log` reads.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::{IDENTIFIER, Told, entries, line::Line};

const LOGGER: &str = "/usr/bin/logger";
const LOG: &str = "/usr/bin/log";

/// Sends `line`. Nobody is told whether it arrived.
pub(super) fn send(line: &str) {
    let sent = Command::new(LOGGER)
        .args(["-t", IDENTIFIER, "-p", "auth.notice", line])
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    drop(sent);
}

/// Reads the entries that the log has about the vault; `None` where the log
/// cannot be read.
pub(super) fn read(vault: &str) -> Option<(&'static str, Vec<Told>)> {
    let predicate = format!("process == \"logger\" AND eventMessage CONTAINS \"seal {vault} \"");
    let arguments = ["show", "--style", "ndjson", "--predicate", &predicate];
    let told = entries(LOG, &arguments, |entry| told(vault, entry))?;
    Some(("the system's unified log", told))
}

fn told(vault: &str, entry: &Value) -> Option<Told> {
    let text = |field| entry.get(field).and_then(Value::as_str);
    let message = text("eventMessage")?;
    let line = message.get(message.find("seal ")?..)?;
    let user = entry.get("userID").and_then(Value::as_u64)?;
    let own = u64::from(rustix::process::geteuid().as_raw());
    let head = Line::head_of(vault, line).filter(|_| user == own)?;
    let pid = entry.get("processID").and_then(Value::as_u64);
    Some(Told {
        head,
        when: text("timestamp")?.to_owned(),
        writer: format!("process {}", pid.unwrap_or_default()),
    })
}

//! systemd's journal: its native socket, and `journalctl`.
//!
//! The journal notes by itself which process and user sent an entry
//! (systemd.journal-fields(7), the fields that begin with `_`).

use std::os::unix::net::UnixDatagram;

use serde_json::Value;

use super::{IDENTIFIER, Told, entries, line::Line};

const SOCKET: &str = "/run/systemd/journal/socket";
const JOURNALCTL: &str = "/usr/bin/journalctl";
/// Severity "notice" (RFC 5424 §6.2.1).
const PRIORITY: u8 = 5;

/// Whether the journal took `line`. It never waits.
pub(super) fn send(line: &str) -> bool {
    let entry = format!("PRIORITY={PRIORITY}\nSYSLOG_IDENTIFIER={IDENTIFIER}\nMESSAGE={line}\n");
    let sent = || -> std::io::Result<()> {
        let socket = UnixDatagram::unbound()?;
        socket.set_nonblocking(true)?;
        socket.send_to(entry.as_bytes(), SOCKET).map(drop)
    };
    sent().is_ok()
}

/// Reads the entries that this user's programs sent about the vault; `None`
/// without a journal.
pub(super) fn read(vault: &str) -> Option<(&'static str, Vec<Told>)> {
    // Where nothing runs that keeps one, an old one says nothing of what was sent since.
    std::fs::symlink_metadata(SOCKET).ok()?;
    let identifier = format!("--identifier={IDENTIFIER}");
    // Another user's entries are not of this vault, whatever they say.
    let user = format!("_UID={}", rustix::process::geteuid().as_raw());
    let arguments = [
        identifier.as_str(),
        "--output=json",
        "--output-fields=MESSAGE,_PID,_EXE",
        "--quiet",
        "--no-pager",
        &user,
    ];
    let told = entries(JOURNALCTL, &arguments, |entry| told(vault, entry))?;
    Some(("the system's journal", told))
}

fn told(vault: &str, entry: &Value) -> Option<Told> {
    let text = |field| entry.get(field).and_then(Value::as_str);
    let head = Line::head_of(vault, text("MESSAGE")?)?;
    let micros = text("__REALTIME_TIMESTAMP")?.parse().ok()?;
    let when = jiff::Timestamp::from_microsecond(micros).ok()?.to_string();
    let (pid, program) = (text("_PID")?, text("_EXE").unwrap_or("a program"));
    Some(Told {
        head,
        when,
        writer: format!("{program}, process {pid}"),
    })
}

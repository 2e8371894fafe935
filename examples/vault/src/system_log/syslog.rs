//! A syslog daemon: its socket, and the files that it writes, where this user may read them.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::net::UnixDatagram,
};

use super::{IDENTIFIER, Told, distinct, line::Line};

const SOCKET: &str = "/dev/log";
/// Facility "security/authorization" with severity "notice" (RFC 5424 §6.2.1).
const PRIORITY: u8 = 10 * 8 + 5;
/// The files in which daemons put such lines. The first that can be read and has any is
/// taken.
const FILES: [&str; 4] = [
    "/var/log/auth.log",
    "/var/log/secure",
    "/var/log/syslog",
    "/var/log/messages",
];
/// The longest line that is read, in bytes.
const LONGEST: u64 = 4096;

/// Sends `line`. It never waits, and nobody is told whether it arrived.
pub(super) fn send(line: &str) {
    let own = std::process::id();
    // As RFC 3164 §4.1 has it, without what the daemon puts before it.
    let packet = format!("<{PRIORITY}>{IDENTIFIER}[{own}]: {line}");
    if let Ok(socket) = UnixDatagram::unbound()
        && socket.set_nonblocking(true).is_ok()
    {
        drop(socket.send_to(packet.as_bytes(), SOCKET));
    }
}

/// Reads the lines that the files have about the vault; `None` where no file can be read.
pub(super) fn read(vault: &str) -> Option<(&'static str, Vec<Told>)> {
    let files = FILES.into_iter().filter_map(|file| in_file(file, vault));
    let told = files.reduce(|all, more| if all.is_empty() { more } else { all })?;
    Some(("the system's log", told))
}

fn in_file(file: &str, vault: &str) -> Option<Vec<Told>> {
    use std::io::Read as _;
    let mut reader = BufReader::new(std::fs::File::open(file).ok()?);
    let (mut line, mut failed) = (Vec::new(), false);
    let next = || {
        line.clear();
        let mut bounded = reader.by_ref().take(LONGEST);
        match bounded.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Err(_) => {
                failed = true;
                None
            }
            Ok(_) => Some(told_on(vault, String::from_utf8_lossy(&line).trim_end())),
        }
    };
    let told = distinct(core::iter::from_fn(next).flatten());
    // A part of it would pass for all.
    (!failed).then_some(told)
}

/// `Nov 27 22:27:59 host openpass-guard[123]: seal …`
fn told_on(vault: &str, line: &str) -> Option<Told> {
    let (before, rest) = line.split_once(&format!(" {IDENTIFIER}["))?;
    let (pid, text) = rest.split_once("]: ")?;
    Some(Told {
        head: Line::head_of(vault, text)?,
        when: before.to_owned(),
        writer: format!("process {pid}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daemons_line_says_when_and_by_which_process() {
        let seal = "ab".repeat(32);
        let line = format!("Nov 27 22:27:59 host openpass-guard[123]: seal 07 2 {seal}");
        let told = told_on("07", &line).unwrap();
        assert_eq!(
            (told.head.number, told.when.as_str(), told.writer.as_str()),
            (2, "Nov 27 22:27:59 host", "process 123")
        );
        assert!(told_on("08", &line).is_none());
        assert!(told_on("07", &line.replace("openpass-guard", "another")).is_none());
    }
}

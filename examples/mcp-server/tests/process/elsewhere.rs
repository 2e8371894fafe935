//! Ways to ask that are not the server's: programs that others put there, and
//! the client's terminal.

use std::{
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    time::{Duration, Instant},
};

use openpass_testkit::{LAST, other_end, read_what_is_there};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde_json::json;

use crate::server::Start;

const TYPED: &[u8] = b"correct horse battery staple\ny\n";

/// Puts a program there that notes that it ran.
#[expect(clippy::disallowed_methods, reason = "a test lays a trap")]
fn trap(folder: &Path, name: &str, ran: &Path) {
    let program = folder.join(name);
    let text = format!("#!/bin/sh\necho {name} >>'{}'\necho OK\n", ran.display());
    std::fs::write(&program, text).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn case_4_programs_that_path_or_the_environment_name_are_never_run() {
    let folder = tempfile::tempdir().unwrap();
    let ran = folder.path().join("ran");
    let names = [
        "pinentry",
        "pinentry-gtk-2",
        "pinentry-mac",
        "zenity",
        "osascript",
        "ssh-askpass",
    ];
    for name in names {
        trap(folder.path(), name, &ran);
    }
    let mut start = Start::as_agent("boss");
    start
        .command
        .env("PATH", folder.path())
        .env("DISPLAY", ":77")
        .env("WAYLAND_DISPLAY", "wayland-77");
    for variable in [
        "PINENTRY_PROGRAM",
        "SSH_ASKPASS",
        "SUDO_ASKPASS",
        "GPG_TTY",
        "OPENPASS_PINENTRY",
    ] {
        start.command.env(variable, folder.path().join("pinentry"));
    }
    let mut server = start.serves();
    let before = server.files();
    let refused = server.call("set_auth_method", &json!({"method": "passphrase"}));
    assert!(refused["code"].is_string(), "{refused}");
    assert_eq!(server.files(), before);
    server.left();
    assert!(!ran.exists(), "{}", std::fs::read_to_string(&ran).unwrap());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test lays a trap")]
fn case_4_a_pinentry_that_others_could_replace_is_not_run_nor_another_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let ran = folder.path().join("ran");
    trap(folder.path(), "pinentry", &ran);
    let mine = folder.path().join("pinentry");
    std::fs::set_permissions(&mine, std::fs::Permissions::from_mode(0o777)).unwrap();
    let mut start = Start::as_agent("boss");
    start.command.env("DISPLAY", ":77");
    let settings = format!("pinentry: {}\n", mine.display());
    std::fs::create_dir_all(start.vault().join("guard")).unwrap();
    std::fs::write(start.vault().join("guard/settings.yaml"), settings).unwrap();
    let mut server = start.serves();
    let before = server.files();
    let refused = server.call("set_auth_method", &json!({"method": "passphrase"}));
    assert_eq!(refused["code"], "approval_required", "{refused}");
    assert_eq!(server.files(), before);
    server.left();
    assert!(!ran.exists());
}

#[test]
fn case_27_the_clients_terminal_is_neither_opened_nor_written_nor_read() {
    let start = Start::as_agent("boss");
    let (mut pty, pts) = pty_process::blocking::open().unwrap();
    // Held open: without it the terminal would be gone with its last user.
    let mut held = other_end(&pty);
    let mut server = start.serves_on(pts);
    rustix::io::ioctl_fionbio(&pty, true).unwrap();
    let before = server.files();
    for (tool, arguments) in [
        ("set_auth_method", json!({"method": "passphrase"})),
        ("upgrade_agent", json!({"name": "codex", "tier": "admin"})),
        ("list_agents", json!({})),
    ] {
        // What a person would type if they took it for a prompt.
        pty.write_all(TYPED).unwrap();
        server.call(tool, &arguments);
        rustix::io::write(&held, LAST.as_bytes()).unwrap();
        let seen = what_is_there(&mut pty).replace("\r\n", "\n");
        assert_eq!(seen.as_bytes(), TYPED, "more than the echo");
        drop(held);
        assert!(nobody_has_it_open(&pty), "{tool} holds the terminal open");
        held = other_end(&pty);
    }
    assert_eq!(server.files(), before);
    server.left();
}

/// Whether nobody has the other end of the terminal open, which hangs up then.
fn nobody_has_it_open(pty: &pty_process::blocking::Pty) -> bool {
    let mut ends = [PollFd::new(pty, PollFlags::IN)];
    let at_once = Timespec::default();
    poll(&mut ends, Some(&at_once)).unwrap();
    ends[0].revents().contains(PollFlags::HUP)
}

/// What is on the screen before the last words.
fn what_is_there(pty: &mut pty_process::blocking::Pty) -> String {
    let deadline = Instant::now() + Duration::from_secs(120);
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains(LAST) {
        assert!(Instant::now() < deadline, "{seen:?}");
        read_what_is_there(pty, &mut seen).unwrap();
        std::thread::yield_now();
    }
    String::from_utf8(seen).unwrap().replace(LAST, "")
}

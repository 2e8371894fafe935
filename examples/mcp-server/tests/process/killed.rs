//! A server that is killed while a person is asked.

use std::time::{Duration, Instant};

use openpass_vault::Vault;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process};
use serde_json::json;

use crate::{
    dialog::{asks, install, set_pinentry},
    server::Start,
};

/// After how long a dialog that is still there is one too many.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn m15_a_server_that_is_killed_takes_its_dialog_along_and_changes_nothing() {
    let mut start = Start::as_agent("boss");
    let folder = start.vault().parent().unwrap().to_owned();
    let program = install(&folder, "getpin=hang\n");
    set_pinentry(&Vault::open(&start.vault()).unwrap(), &program);
    start.command.env("DISPLAY", ":7");
    let mut server = start.serves();
    let before = server.files();
    let params = json!({"name": "upgrade_agent", "arguments": {"name": "codex", "tier": "admin"}});
    server.send(&json!({"jsonrpc": "2.0", "id": "up", "method": "tools/call", "params": params}));
    asks(&folder, &mut server);
    let pid = std::fs::read_to_string(folder.join("pid")).unwrap();
    let dialog = Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
    assert!(test_kill_process(dialog).is_ok());
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let end = Instant::now() + PATIENCE;
    while is_alive(dialog) {
        if Instant::now() > end {
            end_group_of(dialog);
            panic!("the dialog is still there");
        }
        std::thread::yield_now();
    }
    end_group_of(dialog);
    assert_eq!(server.files(), before);
}

/// Whether it runs: one that nobody has waited for yet does not.
fn is_alive(process: Pid) -> bool {
    let stat = format!("/proc/{}/stat", process.as_raw_nonzero());
    let Ok(stat) = std::fs::read_to_string(stat) else {
        return false;
    };
    let state = stat.rsplit(") ").next().unwrap();
    !state.starts_with(['Z', 'X'])
}

/// What the fake itself started is in its process group, and no dialog.
fn end_group_of(dialog: Pid) {
    // Nothing may be left of it.
    let _ = kill_process_group(dialog, Signal::KILL);
}

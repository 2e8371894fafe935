//! How a dialog ends before anybody answers.

use std::{
    os::unix::process::{CommandExt as _, ExitStatusExt as _},
    sync::Arc,
};

use futures_lite::future;
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

use crate::{
    fake::Fake,
    host::{Host, asks, question, report},
};

#[test]
fn the_deadline_ends_it() {
    let fake = Fake::that("getpin=hang");
    let mut host = Host::with("ask for a moment", &fake.program()).start();
    assert_eq!(host.hears(), "nobody answered in time");
    assert!(fake.is_gone_with_its_children());
}

#[test]
fn dropping_the_future_kills_it_and_its_children_at_once() {
    let fake = Fake::that("getpin=hang");
    let mut host = Host::with("drop", &fake.program()).start();
    assert_eq!(host.hears(), "dropped");
    // Killed, and waited for: not even a zombie is left.
    assert_eq!(host.hears(), "gone");
    assert!(fake.is_gone_with_its_children());
}

pub(crate) fn drop_while_asking() {
    let asks = asks().unwrap();
    let challenge = question(60);
    let mut asking = asks.authenticate(&challenge);
    assert!(future::block_on(future::poll_once(&mut asking)).is_none());
    let folder = crate::host::program().unwrap();
    let beside = |name| folder.with_file_name(name);
    while !beside("asking").exists() {
        std::thread::yield_now();
    }
    drop(asking);
    report("dropped");
    let pid = std::fs::read_to_string(beside("pid")).unwrap();
    let pid = Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
    while rustix::process::test_kill_process(pid).is_ok() {
        std::thread::yield_now();
    }
    report("gone");
}

#[test]
fn a_signal_that_ends_the_host_ends_the_dialog_first() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let fake = Fake::that("getpin=hang");
        let mut host = Host::with("default signals, then ask", &fake.program()).start();
        fake.asks();
        kill_process(Pid::from_child(&host.child), signal).unwrap();
        let status = host.child.wait().unwrap();
        assert_eq!(status.signal(), Some(signal.as_raw()));
        assert!(fake.is_gone_with_its_children());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn m15_a_host_that_is_killed_leaves_no_dialog_behind() {
    let fake = Fake::that("getpin=hang");
    let mut host = Host::with("ask", &fake.program()).start();
    fake.asks();
    host.child.kill().unwrap();
    host.child.wait().unwrap();
    assert!(fake.is_gone());
    fake.ends_its_children();
}

/// Becomes a host for which the deadly signals are deadly, whoever runs these
/// tests: nohup ignores SIGHUP. What is caught is default again for a program
/// that is executed (POSIX.1-2024, exec).
pub(crate) fn exec_with_default_signals() {
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::default()).unwrap();
    }
    panic!("{}", crate::host::again("ask").exec());
}

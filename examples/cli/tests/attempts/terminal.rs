//! Prompts on a terminal, which a person declines.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    os::fd::{AsFd as _, OwnedFd},
    os::unix::process::{CommandExt as _, ExitStatusExt as _},
    process::{Child, Output, Stdio},
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use pty_process::{
    Size,
    blocking::{Command, Pty},
};
use rustix::{
    fs::{Mode, OFlags},
    process::{Pid, Signal, kill_process},
};

use crate::{
    signals,
    stage::{Ended, RIGHT, Stage},
};

/// So long is waited for what must come; then the test fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// What has been drawn on a terminal.
#[derive(Default)]
struct Screen {
    text: Mutex<Vec<u8>>,
    changed: Condvar,
}

impl Screen {
    fn wait_for(&self, text: &str) {
        let shows = |shown: &[u8]| shown.windows(text.len()).any(|w| w == text.as_bytes());
        let (shown, _) = self
            .changed
            .wait_timeout_while(self.text.lock().unwrap(), PATIENCE, |shown| !shows(shown))
            .unwrap();
        assert!(shows(&shown), "{}", String::from_utf8_lossy(&shown));
    }
}

/// Runs the command on a terminal; at `prompt` the person types `keys`.
/// Without a prompt nobody types. Says how it ended and what was drawn.
fn on_a_terminal(stage: &Stage, prompt: Option<(&str, &str)>) -> (Ended, String) {
    let types = |pty: &Pty, keys: &str, _: &Child| {
        (&*pty).write_all(keys.as_bytes()).unwrap();
    };
    let (output, drawn) = at_a_prompt(stage, 40, prompt, types);
    (output.into(), drawn)
}

/// As [`on_a_terminal`] with so many lines, and `acts` at the prompt.
fn at_a_prompt<T>(
    stage: &Stage,
    rows: u16,
    prompt: Option<(&str, T)>,
    acts: impl FnOnce(&Pty, T, &Child),
) -> (Output, String) {
    let (pty, pts) = pty_process::blocking::open().unwrap();
    pty.resize(Size::new(rows, 100)).unwrap();
    // The command opens its end for moments only: held open, it never hangs up.
    let other_end = other_end(&pty);
    signals::default_in_children();
    let child = Command::new(env!("CARGO_BIN_EXE_openpass"))
        .args(stage.upgrade())
        .env_remove("OPENPASS_AGENT")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn(pts)
        .unwrap();
    let screen = Arc::new(Screen::default());
    let mut master = File::from(pty.as_fd().try_clone_to_owned().unwrap());
    let watched = Arc::clone(&screen);
    let watching = std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        // Linux ends a terminal with an error.
        while let Ok(count @ 1..) = master.read(&mut bytes) {
            watched
                .text
                .lock()
                .unwrap()
                .extend(bytes.iter().take(count));
            watched.changed.notify_all();
        }
    });
    if let Some((prompt, what)) = prompt {
        screen.wait_for(prompt);
        acts(&pty, what, &child);
    }
    let output = child.wait_with_output().unwrap();
    drop(other_end);
    watching.join().unwrap();
    let drawn = String::from_utf8_lossy(&screen.text.lock().unwrap()).into_owned();
    (output, drawn)
}

fn other_end(pty: &Pty) -> OwnedFd {
    let name = rustix::pty::ptsname(pty.as_fd(), Vec::new()).unwrap();
    rustix::fs::open(
        name,
        OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC,
        Mode::empty(),
    )
    .unwrap()
}

const CONTROL_C: (&str, &str) = ("Passphrase: ", "\x03");

#[test]
fn case_48_what_a_person_declines_on_their_own_terminal_holds_nothing_up() {
    let stage = Stage::new();
    for _ in 1..=4 {
        let (ended, drawn) = on_a_terminal(&stage, Some(CONTROL_C));
        assert_eq!(ended.code, 10, "{}", ended.said);
        assert!(
            ended.said.contains("cancelled by the person"),
            "{}",
            ended.said
        );
        assert!(drawn.contains("Approve"), "{drawn}");
    }
    // Nothing was counted, or nothing was ever written that could be.
    assert_eq!(stage.counted("declines"), 0);
    assert_eq!(stage.counted("failures"), 0);
}

#[test]
fn case_48_signals_and_ends_at_a_prompt_or_its_pages_are_no_wrong_answers() {
    let stage = Stage::new();
    // One screen, and pages of which the first is shown.
    for (rows, prompt) in [(40, "Passphrase: "), (8, "q refuses. ")] {
        for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::KILL] {
            let sends = |_: &Pty, signal, child: &Child| {
                kill_process(Pid::from_child(child), signal).unwrap();
            };
            let (ended, _) = at_a_prompt(&stage, rows, Some((prompt, signal)), sends);
            assert_eq!(ended.status.signal(), Some(signal.as_raw()), "{ended:?}");
            assert_eq!(stage.counted("failures"), 0, "{signal:?}");
            assert_eq!(stage.counted("declines"), 0, "{signal:?}");
        }
    }
    let right = format!("{RIGHT}\r");
    let (ended, _) = on_a_terminal(&stage, Some(("Passphrase: ", &right)));
    assert_eq!(ended.code, 0, "{}", ended.said);
}

#[test]
fn an_approval_after_a_declined_prompt_is_taken() {
    let stage = Stage::new();
    on_a_terminal(&stage, Some(CONTROL_C));
    let right = format!("{RIGHT}\r");
    let (ended, _) = on_a_terminal(&stage, Some(("Passphrase: ", &right)));
    assert_eq!(ended.code, 0, "{}", ended.said);
    assert_eq!(stage.counted("declines"), 0);
}

#[test]
fn case_48_a_no_to_a_change_that_only_narrows_holds_nothing_up() {
    let stage = Stage::new();
    assert_eq!(stage.answer(RIGHT).code, 0);
    stage.narrow();
    for _ in 1..=4 {
        let (ended, _) = on_a_terminal(&stage, Some(("Proceed? [y/N] ", "n\r")));
        assert_eq!(ended.code, 10, "{}", ended.said);
    }
    assert_eq!(stage.counted("declines"), 0);
}

#[test]
fn case_24_what_is_refused_without_a_prompt_does_not_count() {
    let stage = Stage::new();
    for _ in 0..3 {
        // In the background of a terminal, if there is one.
        let ended: Ended = std::process::Command::new(env!("CARGO_BIN_EXE_openpass"))
            .args(stage.upgrade())
            .process_group(0)
            .env_remove("OPENPASS_AGENT")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .output()
            .unwrap()
            .into();
        assert_eq!(ended.code, 11, "{}", ended.said);
    }
    assert_eq!(stage.counted("declines"), 0);
}

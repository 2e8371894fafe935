//! A program that is told to end while it asks.
#![expect(unsafe_code, reason = "no safe wrapper handles a console's events")]

use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::{thread, time::Duration};

use openpass_auth::{AuthError, CancelledBy};
use openpass_auth_passphrase::{Cancel, PassphrasePrompt as _, TerminalPrompt};
use windows_sys::{
    Win32::{
        Foundation::HANDLE,
        System::Console::{
            CTRL_BREAK_EVENT, GenerateConsoleCtrlEvent, GetConsoleMode, SetConsoleCtrlHandler,
        },
    },
    core::BOOL,
};

use crate::stage::{Console, question};

/// The console's input.
static INPUT: AtomicUsize = AtomicUsize::new(0);
/// The input mode when the host's own handler ran.
static SEEN: AtomicU32 = AtomicU32::new(0);

/// The host's: it goes on.
extern "system" fn host(_: u32) -> BOOL {
    let mut mode = 0;
    let input = INPUT.load(Ordering::SeqCst) as HANDLE;
    // SAFETY: the test keeps the handle open, and `mode` outlives the call.
    unsafe { GetConsoleMode(input, &raw mut mode) };
    SEEN.store(mode, Ordering::SeqCst);
    1
}

#[test]
#[ignore = "Wine 8 brings no event to a console without a window"]
fn the_hosts_handler_runs_once_the_console_is_given_back() {
    let console = Console::new();
    let before = console.modes();
    INPUT.store(console.input(), Ordering::SeqCst);
    // SAFETY: a function lives for ever.
    assert_ne!(unsafe { SetConsoleCtrlHandler(Some(host), 1) }, 0);
    let cancel = Cancel::new();
    let long = Duration::from_secs(60);
    let answer = thread::scope(|scope| {
        let asking = scope.spawn(|| TerminalPrompt::new().ask(&question(long), &cancel));
        console.reads("Passphrase: ");
        // SAFETY: it takes numbers alone. 0 is every process of this console.
        assert_ne!(unsafe { GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, 0) }, 0);
        asking.join().unwrap()
    });
    // Waits for the handler to be done.
    // SAFETY: as above.
    assert_ne!(unsafe { SetConsoleCtrlHandler(Some(host), 0) }, 0);
    let system = CancelledBy::System;
    assert!(matches!(answer, Err(AuthError::Cancelled(by)) if by == system));
    assert_eq!(console.modes(), before);
    assert_eq!(SEEN.load(Ordering::SeqCst), before.0);
}

//! Many prompts at once, and what they leave in memory. A binary of its own,
//! so that nothing else allocates meanwhile.

mod common;

use std::thread;

use common::{ask, leaves_no_trace, stage_with};
use openpass_auth::Authenticator as _;
use openpass_auth_macos::BiometricAuthenticator;
use openpass_auth_macos_gnustep::Script;

const THREADS: usize = 16;
const PROMPTS: usize = 20;
const ROUNDS: usize = 8;
/// Of glibc's malloc, in bytes.
const SMALLEST_CHUNK: usize = 32;

fn prompts_on_all_threads(finger: &BiometricAuthenticator) {
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..PROMPTS {
                    assert!(ask(finger).is_ok());
                }
            });
        }
    });
}

/// The bytes that the whole process has of malloc, Objective-C's too.
fn in_use() -> usize {
    // SAFETY: glibc's statistics, without arguments.
    unsafe { libc::mallinfo2() }.uordblks
}

#[test]
fn sixteen_threads_of_twenty_prompts_leave_nothing_behind() {
    let (stage, finger) = stage_with(Script::default());
    let mut after = Vec::new();
    for _ in 0..ROUNDS {
        prompts_on_all_threads(&finger);
        assert_eq!(finger.available(), Ok(()));
        assert_eq!(stage.reasons().len(), THREADS * PROMPTS);
        assert_eq!(stage.contexts_made(), THREADS * PROMPTS + 1);
        assert_eq!(stage.invalidated(), stage.contexts_made());
        leaves_no_trace(&stage);
        stage.begin(Script::default());
        after.push(in_use());
    }
    // The first rounds warm the process up. What it keeps afterwards goes up
    // and down by some kilobytes; a leak of malloc's smallest chunk per prompt
    // would be four times as much as is allowed here.
    let grown = after[ROUNDS - 1].saturating_sub(after[1]);
    let prompts = (ROUNDS - 2) * THREADS * PROMPTS;
    assert!(grown < prompts * SMALLEST_CHUNK / 4, "{after:?}");
}

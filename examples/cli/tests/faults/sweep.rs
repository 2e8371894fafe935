//! Every call of a run fails, one after the other.

use std::{env, sync::Mutex, thread};

use crate::{
    fault::{self, Call, Fault, KILL},
    judge::judge,
    made::Made,
    support::code,
};

/// Threads that judge: most of what one does is to wait for a process.
const THREADS: usize = 3;

/// Has each of the calls of `made` that `wanted` names fail, and shows what does not hold.
#[track_caller]
fn fails_at(
    made: Made,
    (error, lasting): (&'static str, bool),
    wanted: impl Fn(usize, &Call) -> bool,
) {
    if !fault::can_be_put_in() {
        return;
    }
    let vault = made.vault(error);
    let (ended, calls) = fault::calls(vault.dir_text(), |script| made.run(&vault, script));
    let expected = match made {
        Made::Refused => code::NOT_AUTHENTICATED,
        _ => code::DONE,
    };
    drop(ended.with(expected));
    let calls = calls.into_iter().enumerate();
    let calls: Vec<Call> = calls
        .filter(|(number, call)| wanted(*number, call))
        .map(|(_, call)| call)
        .collect();
    assert!(!calls.is_empty(), "{made}: no call is to fail");
    let tried = calls.len();
    let calls = Mutex::new(calls.into_iter());
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(call) = next(&calls) {
                    // The program's own start opens files, too.
                    let lasting = lasting && !call.text.starts_with("openat");
                    let fault = Fault {
                        call,
                        error,
                        lasting,
                    };
                    if let Err(why) = judge(made, &fault) {
                        wrong.lock().unwrap().push(why);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(
        wrong.is_empty(),
        "{} of {tried} faults are not held:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn next(calls: &Mutex<impl Iterator<Item = Call>>) -> Option<Call> {
    calls.lock().unwrap().next()
}

/// One call in so many, the first among them.
const fn one_in(many: usize) -> impl Fn(usize, &Call) -> bool {
    move |number, _| number.is_multiple_of(many)
}

const FULL: (&str, bool) = ("ENOSPC", true);
const BROKEN: (&str, bool) = ("EIO", false);
const INTERRUPTED: (&str, bool) = ("EINTR", false);
const KILLED: (&str, bool) = (KILL, false);

/// A key that stayed without its line, or went though its line stayed, would make a log that
/// nobody can check.
#[test]
fn a_first_line_whose_folder_is_not_synced_leaves_a_log_that_can_be_checked() {
    fails_at(Made::Critical, BROKEN, |_, call| {
        call.text.starts_with("fsync") && call.text.contains("/guard>)")
    });
}

#[test]
fn a_guard_folder_whose_gitignore_found_no_room_is_ignored_by_the_next_command() {
    fails_at(Made::Refused, FULL, |_, call| {
        call.text.contains("/.gitignore>")
    });
}

#[test]
fn a_change_whose_outcome_is_not_on_the_log_is_not_said_to_be_none() {
    fails_at(Made::Critical, BROKEN, |number, call| {
        call.text.contains("log.lock") && number % 2 == 0
    });
}

#[test]
fn a_change_that_neither_the_disk_nor_the_log_confirms_is_not_said_to_be_done() {
    fails_at(Made::Critical, FULL, |_, call| {
        call.text.starts_with("fsync") && call.text.contains("/vault>)")
    });
}

#[test]
fn a_vault_that_cannot_be_made_is_made_by_the_next_try() {
    let writes = |call: &Call| {
        let is_one = ["write(", "renameat2("]
            .iter()
            .any(|name| call.text.starts_with(name));
        is_one && call.text.contains("/vault")
    };
    fails_at(Made::Init, FULL, |_, call| writes(call));
}

#[test]
fn a_sample_of_faults_leaves_the_state_before_or_after() {
    fails_at(Made::SeveralFiles, FULL, one_in(24));
    fails_at(Made::Narrowing, BROKEN, one_in(24));
    fails_at(Made::Critical, KILLED, one_in(24));
}

/// Each of these takes a few minutes; `OPENPASS_FAULTS_ONE_IN=5` has one call in five fail.
macro_rules! exhaustive {
    ($($name:ident: $made:ident, $error:expr;)*) => {
        $(
            #[test]
            #[ignore = "it takes minutes; `.ci/run faults` runs it"]
            fn $name() {
                let many = env::var("OPENPASS_FAULTS_ONE_IN");
                fails_at(Made::$made, $error, one_in(many.map_or(1, |it| it.parse().unwrap())));
            }
        )*
    };
}
exhaustive! {
    every_call_of_a_critical_change_finds_a_full_disk: Critical, FULL;
    every_call_of_a_critical_change_finds_a_broken_disk: Critical, BROKEN;
    every_call_of_a_critical_change_is_interrupted: Critical, INTERRUPTED;
    every_call_of_a_critical_change_is_the_last: Critical, KILLED;
    every_call_of_a_narrowing_change_finds_a_full_disk: Narrowing, FULL;
    every_call_of_a_narrowing_change_is_the_last: Narrowing, KILLED;
    every_call_of_a_change_of_several_files_finds_a_full_disk: SeveralFiles, FULL;
    every_call_of_a_change_of_several_files_finds_a_broken_disk: SeveralFiles, BROKEN;
    every_call_of_a_change_of_several_files_is_the_last: SeveralFiles, KILLED;
    every_call_of_a_refusal_finds_a_full_disk: Refused, FULL;
    every_call_of_a_refusal_finds_a_broken_disk: Refused, BROKEN;
    every_call_of_an_init_finds_a_broken_disk: Init, BROKEN;
    every_call_of_an_init_is_the_last: Init, KILLED;
}

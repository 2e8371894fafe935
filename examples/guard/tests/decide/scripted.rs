//! `openpass-guard` with a judge that does what the test's environment says. It is an
//! example, so that no release has it.
#![forbid(unsafe_code)]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a judge that fails is what is tested, and the pipe is the test's"
)]

use std::{
    env, fs,
    io::{self, Write as _},
    process::{self, ExitCode},
    time::Instant,
};

use clap::{Parser, Subcommand};
use openpass_guard::{
    decide::{self, Asked, Judge, Place, Verdict},
    hooks,
};

#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Decide(decide::Args),
    Hooks(hooks::Args),
}

fn main() -> ExitCode {
    match Args::parse().command {
        Command::Decide(args) => decide::run_with(&args, |place| Box::new(Scripted(place.clone()))),
        Command::Hooks(args) => hooks::run(&args),
    }
}

#[derive(Debug)]
struct Scripted(Place);

impl Judge for Scripted {
    fn judge(&self, asked: &Asked, until: Instant) -> Verdict {
        assert!(Instant::now() < until);
        match env::var("SCRIPTED").unwrap().as_str() {
            "allowed" => Verdict::Allowed,
            "person" => Verdict::PersonSaidYes,
            "refused" => refused(
                "a policy forbids it",
                Some("approve it with: openpass-guard approve A"),
            ),
            "refused without a word" => refused("", Some("")),
            "says what was asked" => refused(&format!("{asked:?}"), None),
            "says the folder" => {
                refused(&self.0.policy.as_ref().unwrap().display().to_string(), None)
            }
            "controls" => refused(
                "\u{1b}[2J\n\u{202e}\u{9b}\0\"\\é",
                Some(&"\r\u{7}".repeat(9_000)),
            ),
            "too much" => refused(&"x".repeat(1024 * 1024), None),
            "panics" => panic!("as the test wants"),
            "aborts" => process::abort(),
            "ends" => process::exit(0),
            "fails after a yes" => says(b"\0OPG\xffvd1\x1e\0\0\0\0\0\0\0\0\0OPG\xffend", 1),
            "writes a yes" => says(b"\0OPG\xffvd1\x1e\0\0\0\0\0\0\0\0\0OPG\xffend", 0),
            "half a yes" => says(b"\0OPG\xffvd1\x1e\0\0\0\0\0\0\0\0\0OPG", 0),
            "two answers" => says(
                &b"\0OPG\xffvd1\x1e\0\0\0\0\0\0\0\0\0OPG\xffend".repeat(2),
                0,
            ),
            "plain text" => {
                io::stdout().write_all(b"allowed\n").unwrap();
                Verdict::Allowed
            }
            "hangs" => hangs(),
            other => panic!("nothing is scripted for {other}"),
        }
    }
}

fn refused(reason: &str, person: Option<&str>) -> Verdict {
    Verdict::Refused {
        reason: reason.to_owned(),
        for_the_person: person.map(ToOwned::to_owned),
    }
}

fn says(bytes: &[u8], exit: i32) -> ! {
    io::stdout().write_all(bytes).unwrap();
    io::stdout().flush().unwrap();
    process::exit(exit)
}

/// Tells the test which processes these are, and stays as long as it is let.
fn hangs() -> Verdict {
    let pipe = env::var_os("SCRIPTED_PIPE").unwrap();
    let mut pipe = fs::OpenOptions::new().write(true).open(pipe).unwrap();
    writeln!(pipe, "{} {}", process::id(), supervisor()).unwrap();
    // What a judge may have started. It holds the pipe too.
    let mut dialog = process::Command::new("tail");
    dialog
        .args(["-f", "/dev/null"])
        .stdin(process::Stdio::null());
    dialog.stdout(pipe.try_clone().unwrap());
    dialog.spawn().unwrap().wait().unwrap();
    Verdict::Allowed
}

#[cfg(unix)]
fn supervisor() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn supervisor() -> u32 {
    panic!("the tests that ask are for Unix")
}

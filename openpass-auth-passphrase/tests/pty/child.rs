//! What the child does: one role, named by a variable.

use std::{
    env,
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    os::unix::process::CommandExt as _,
    panic::AssertUnwindSafe,
    pin::Pin,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_lite::future;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Detail, Evidence, Factor, FactorSet, SafeText, ShownChange,
};
use openpass_auth_passphrase::{
    Cancel, Echo, NewPassphrasePrompt as _, Passphrase, PassphraseAuthenticator,
    PassphraseVerifier, TerminalPrompt, Verified, VerifyError,
};
use rustix::fs::{Mode, OFlags};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use crate::{pages, shell, signals, turns, waiting};

pub(crate) const ROLE: &str = "OPENPASS_TEST_ROLE";
/// What a report begins with, to tell it from the test runner's own lines.
pub(crate) const REPORT: &str = "CHILD REPORTS: ";

/// Not a test: what the child runs. Without a role there is nothing to do.
#[test]
fn role() {
    let Ok(role) = env::var(ROLE) else { return };
    if let Some(job) = role.strip_prefix(shell::WITH_JOB) {
        return shell::run(job);
    }
    let role = match role.strip_prefix(shell::IN_FRONT) {
        None => role.as_str(),
        Some(role) => {
            shell::wait_for_the_foreground();
            role
        }
    };
    match role {
        "ask" => report(&ask(&asks(TerminalPrompt::new()), &question(60))),
        "ask silently" => {
            let prompt = TerminalPrompt::new().with_echo(Echo::Silent);
            report(&ask(&asks(prompt), &question(60)));
        }
        "ask for the second time" => {
            let again = question(60).with_attempt(2, 3);
            report(&ask(&asks(TerminalPrompt::new()), &again));
        }
        "ask for a moment" => report(&ask(&asks(TerminalPrompt::new()), &moment())),
        "wait for a word, then ask for a moment" => {
            std::io::stdin().read_line(&mut String::new()).unwrap();
            report(&ask(&asks(TerminalPrompt::new()), &moment()));
        }
        "ask, then read a line" => {
            report(&ask(&asks(TerminalPrompt::new()), &question(60)));
            report(&format!("line {:?}", line()));
        }
        "drop" => report(drop_while_asking()),
        "panic" => report(panic_while_asking()),
        "verify by panicking" => report(&ask(&waiting::panicking(), &question(60))),
        "verify by aborting" => report(&ask(&waiting::aborting(), &question(60))),
        "ask, with a handler of aborts" => signals::ask_with_a_handler_of_aborts(),
        "turn echo off, then ask" => {
            turn_echo_off();
            report(&ask(&asks(TerminalPrompt::new()), &question(60)));
        }
        // Only a process that leads no session can leave it.
        "ask without a terminal" => wait_for(&mut another("leave the terminal, then ask")),
        "leave the terminal, then ask" => {
            rustix::process::setsid().unwrap();
            report(&ask(&asks(TerminalPrompt::new()), &question(60)));
        }
        "ask in the background" => wait_for(another("ask").process_group(0)),
        "ask, deaf" => signals::exec_deaf(&mut another("ask")),
        #[cfg(target_os = "linux")]
        "verify by a record" => {
            let said = ask(&crate::memory::by_record(), &question(60));
            crate::memory::let_it_be_read();
            report(&said);
        }
        #[cfg(all(target_os = "linux", feature = "identity"))]
        "verify by an identity" => {
            let said = ask(&crate::memory::by_identity(), &question(60));
            crate::memory::let_it_be_read();
            report(&said);
        }
        #[cfg(target_os = "linux")]
        "ask, and say who may read it" => crate::memory::ask_and_say_who_may_read_it(),
        #[cfg(target_os = "linux")]
        "keep what is typed" => {
            let kept = choose();
            crate::memory::let_it_be_read();
            report("kept");
            drop(std::io::stdin().read_to_end(&mut Vec::new()));
            drop(kept);
        }
        "choose" => report(&choose()),
        "ask about much" => report(&ask(&asks(TerminalPrompt::new()), &pages::much())),
        "ask about a list" => report(&ask(&asks(TerminalPrompt::new()), &pages::a_list())),
        "ask about much, then read a line" => {
            report(&ask(&asks(TerminalPrompt::new()), &pages::much()));
            report(&format!("line {:?}", line()));
        }
        "confirm much" => report(&pages::confirm()),
        "contract" => crate::contract::run(),
        "ask with a handler" => signals::ask_with_a_handler(),
        "ask, and compare dispositions" => signals::ask_and_compare_dispositions(),
        "verify slowly" => report(&ask(&waiting::slow(), &question(60))),
        "verify slowly, then read a line" => {
            report(&ask(&waiting::slow(), &question(60)));
            report(&format!("line {:?}", line()));
        }
        "verify slowly for a moment" => report(&ask(&waiting::slow(), &moment())),
        "ask two things at once" => turns::ask_two_things_at_once(),
        "ask while another prompt is up" => turns::ask_while_another_prompt_is_up(),
        "ask while another program asks" => turns::ask_while_another_program_asks(),
        unknown => panic!("no such role: {unknown}"),
    }
    // The parent looks at the terminal while this end of it is open.
    drop(std::io::stdin().read_to_end(&mut Vec::new()));
}

pub(crate) fn report(text: &str) {
    println!("\n{REPORT}{text}");
}

/// What an agent's upgrade asks, for so many seconds.
pub(crate) fn question(seconds: u64) -> Challenge {
    let change = |field, before, after, widens| {
        let text = SafeText::whole;
        let change = ShownChange::new(text(field), text(before), text(after), widens);
        Detail::Change(change)
    };
    let summary = SafeText::fill(
        "raise agent {} from tier {} to {}",
        &[
            &SafeText::quoted("codex"),
            &SafeText::escape("standard"),
            &SafeText::escape("admin"),
        ],
    );
    let vault = SafeText::quoted("/home/anna/a folder with a long name/.openpass");
    let accepts = FactorSet::only(Factor::Passphrase);
    Challenge::new(summary, accepts, Duration::from_secs(seconds))
        .with_details(vec![
            Detail::Fact {
                label: SafeText::literal("vault"),
                value: vault,
            },
            change("tier", "standard", "admin", true),
            change("canRunCommands", "false", "true", true),
            change("canManageConfig", "false", "true", true),
            change("max_reads_per_hour", "100", "10", false),
        ])
        .with_code(SafeText::literal("7QX4-M2P9"))
}

/// One that is over soon.
pub(crate) fn moment() -> Challenge {
    let what = SafeText::literal("wait a moment");
    let accepts = FactorSet::only(Factor::Passphrase);
    Challenge::new(what, accepts, Duration::from_millis(500))
}

#[derive(Debug)]
pub(crate) struct OnlyRight;

impl PassphraseVerifier for OnlyRight {
    fn verify(&self, passphrase: &Passphrase) -> Result<Verified, VerifyError> {
        if passphrase.expose() == crate::RIGHT {
            Ok(Verified::unnamed())
        } else {
            Err(VerifyError::Wrong)
        }
    }
}

pub(crate) fn asks(prompt: TerminalPrompt) -> Arc<dyn Authenticator> {
    Arc::new(PassphraseAuthenticator::new(prompt, OnlyRight))
}

pub(crate) fn ask(asks: &Arc<dyn Authenticator>, challenge: &Challenge) -> String {
    said(&future::block_on(asks.authenticate(challenge)), challenge)
}

fn said(outcome: &Result<Evidence, AuthError>, challenge: &Challenge) -> String {
    match outcome {
        Ok(evidence) if evidence.answers(challenge) => "yes".to_owned(),
        Ok(_) => "evidence for another challenge".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Reads a line as a shell would that comes next.
fn line() -> String {
    let mut line = String::new();
    let tty = File::open("/dev/tty").unwrap();
    BufReader::new(tty).read_line(&mut line).unwrap();
    line
}

fn drop_while_asking() -> &'static str {
    while_asking(|asking| drop(asking))
}

/// A panic elsewhere in the host, which unwinds past the future.
fn panic_while_asking() -> &'static str {
    while_asking(|asking| {
        let panicking = AssertUnwindSafe(|| {
            let _asking = asking;
            panic!("on purpose");
        });
        assert!(std::panic::catch_unwind(panicking).is_err());
    })
}

/// Does `end` to a future whose prompt is up, and looks at the terminal: at
/// once, not soon.
fn while_asking(
    end: impl FnOnce(Pin<Box<dyn Future<Output = Answer> + Send + '_>>),
) -> &'static str {
    let asks = asks(TerminalPrompt::new());
    let challenge = question(60);
    let mut asking = asks.authenticate(&challenge);
    let pending = future::block_on(future::poll_once(&mut asking)).is_none();
    assert!(pending, "it answered before anybody was asked");
    let patience = Instant::now() + Duration::from_secs(120);
    while echo_is_on() && Instant::now() < patience {
        std::thread::yield_now();
    }
    assert!(!echo_is_on(), "it never asked");
    end(asking);
    if echo_is_on() {
        "echo is back"
    } else {
        "echo is still off"
    }
}

type Answer = Result<Evidence, AuthError>;

pub(crate) fn echo_is_on() -> bool {
    let tty = File::open("/dev/tty").unwrap();
    let modes = tcgetattr(&tty).unwrap().local_modes;
    modes.contains(LocalModes::ECHO)
}

pub(crate) fn write_to_terminal(text: &str) {
    let flags = OFlags::WRONLY | OFlags::NOCTTY;
    let tty = rustix::fs::open("/dev/tty", flags, Mode::empty()).unwrap();
    File::from(tty).write_all(text.as_bytes()).unwrap();
}

fn turn_echo_off() {
    let tty = File::open("/dev/tty").unwrap();
    let mut mode = tcgetattr(&tty).unwrap();
    mode.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&tty, OptionalActions::Now, &mode).unwrap();
}

/// A child of the child, on the same terminal.
pub(crate) fn another(role: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["child::role", "--exact", "--nocapture"])
        .env(ROLE, role);
    command
}

fn wait_for(command: &mut Command) {
    command.status().unwrap();
}

fn choose() -> String {
    let deadline = Instant::now() + Duration::from_secs(60);
    let purpose = SafeText::literal("for the new vault");
    match TerminalPrompt::new().ask_new(&purpose, deadline, &Cancel::new()) {
        Ok(passphrase) => format!("chosen {}", passphrase.expose()),
        Err(error) => error.to_string(),
    }
}

//! The prompt on a real pty: this program once more, as a child whose terminal it is.

use std::{
    env,
    fs::File,
    io::{Read as _, Write as _},
    os::fd::{AsFd as _, OwnedFd},
    process::{Child, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use futures_lite::future::block_on;
use openpass_auth::{
    Authenticator as _, Challenge, Detail, Factor, FactorSet, SafeText, ShownChange,
};
use openpass_auth_fido2::{SecurityKeyAuthenticator, Verifies};
use openpass_auth_passphrase::TerminalPrompt;
use pty_process::{
    Size,
    blocking::{Command, Pty, open},
};

use rustix::fs::{Mode, OFlags};

use crate::{PIN, binding, enrolled, soft::Touched};

const ROLE: &str = "OPENPASS_TEST_ROLE";
const REPORT: &str = "CHILD REPORTS: ";
const PATIENCE: Duration = Duration::from_secs(120);

const ASKS: &str = "Security key PIN: ";
const TOUCH: &str = "Touch the security key to approve; ^C refuses.";

/// Not a test: what the child runs. Without a role there is nothing to do.
#[test]
fn role() {
    let Ok(role) = env::var(ROLE) else { return };
    let (key, approver) = enrolled();
    match role.as_str() {
        "touch" => {}
        "never touch" => key.chip().touched = Touched::Never,
        "by a sensor" => key.chip().verifies = Verifies::BuiltIn,
        unknown => panic!("no such role: {unknown}"),
    }
    let asks = SecurityKeyAuthenticator::new(key, TerminalPrompt::new(), [approver]);
    let challenge = question();
    let said = match block_on(asks.authenticate(&challenge)) {
        Ok(evidence) if evidence.answers(&challenge) => "yes".to_owned(),
        Ok(_) => "evidence for another challenge".to_owned(),
        Err(why) => why.to_string(),
    };
    println!("\n{REPORT}{said}");
}

fn question() -> Challenge {
    let change = |field, before, after| {
        let text = SafeText::whole;
        Detail::Change(ShownChange::new(
            text(field),
            text(before),
            text(after),
            true,
        ))
    };
    let what = SafeText::literal("raise agent codex from tier standard to admin");
    let accepts = FactorSet::only(Factor::SecurityKey);
    Challenge::new(what, accepts, Duration::from_secs(120))
        .with_principal(&SafeText::literal("agent hermes"))
        .with_details(vec![
            change("tier", "standard", "admin"),
            change("canRunCommands", "false", "true"),
        ])
        .bound_to(binding(), FactorSet::only(Factor::SecurityKey))
}

struct AtTerminal {
    pty: Pty,
    /// The child opens its end for moments only: held open, it never hangs up.
    _other_end: OwnedFd,
    child: Child,
    screen: Arc<Mutex<Vec<u8>>>,
}

impl AtTerminal {
    fn where_child_is(role: &str) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(24, 80)).unwrap();
        let name = rustix::pty::ptsname(pty.as_fd(), Vec::new()).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let other_end = rustix::fs::open(name, flags, Mode::empty()).unwrap();
        let child = Command::new(env::current_exe().unwrap())
            .args(["terminal::role", "--exact", "--nocapture"])
            .env(ROLE, role)
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn(pts)
            .unwrap();
        let screen = Arc::new(Mutex::new(Vec::new()));
        let mut master = File::from(rustix::io::dup(pty.as_fd()).unwrap());
        let seen = Arc::clone(&screen);
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = master.read(&mut bytes) {
                seen.lock().unwrap().extend_from_slice(&bytes[..count]);
            }
        });
        Self {
            pty,
            _other_end: other_end,
            child,
            screen,
        }
    }

    fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap()).into_owned()
    }

    fn sees(&self, text: &str) {
        let begun = Instant::now();
        while !self.screen().contains(text) {
            let screen = self.screen();
            assert!(
                begun.elapsed() < PATIENCE,
                "{text:?} is not on the terminal:\n{screen}"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn types(&self, keys: &str) {
        (&self.pty).write_all(keys.as_bytes()).unwrap();
    }

    /// What the child reports at its end.
    fn hears(&mut self) -> String {
        let mut all = String::new();
        let mut stdout = self.child.stdout.take().unwrap();
        stdout.read_to_string(&mut all).unwrap();
        let report = all.split_once(REPORT).unwrap().1;
        report.lines().next().unwrap().to_owned()
    }
}

impl Drop for AtTerminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn every_line_is_shown_then_the_pin_is_asked_for_then_the_touch() {
    let mut person = AtTerminal::where_child_is("touch");
    person.sees(ASKS);
    let screen = person.screen();
    for line in [
        "Approve: agent hermes asks to raise agent codex from tier standard to admin",
        "! tier            standard → admin",
        "! canRunCommands  false → true",
        "You approve: agent hermes asks to raise agent codex from tier standard to admin",
    ] {
        assert!(
            screen.contains(line),
            "{line:?} is not on the terminal:\n{screen}"
        );
    }
    assert!(!screen.contains("Touch"), "the touch comes after the PIN");
    person.types(&format!("{PIN}\r"));
    person.sees(TOUCH);
    assert_eq!(person.hears(), "yes");
    assert!(!person.screen().contains(PIN));
}

#[test]
fn a_wrong_pin_says_how_many_tries_are_left_and_is_not_shown() {
    let mut person = AtTerminal::where_child_is("touch");
    person.sees(ASKS);
    person.types("wrong-pin-1357\r");
    person.sees("Not approved: the PIN of the security key was wrong; it has 5 tries left.");
    assert_eq!(person.hears(), "the security key did not verify the person");
    assert!(!person.screen().contains("wrong-pin"));
}

#[test]
fn what_can_be_no_pin_says_so() {
    let mut person = AtTerminal::where_child_is("touch");
    person.sees(ASKS);
    person.types("123\r");
    person.sees("Not approved: a PIN of a security key has at least 4 characters");
    assert_eq!(person.hears(), "the security key did not verify the person");
}

#[test]
fn control_c_refuses_while_the_key_waits_and_what_is_typed_is_not_shown() {
    let mut person = AtTerminal::where_child_is("never touch");
    person.sees(ASKS);
    person.types(&format!("{PIN}\r"));
    person.sees(TOUCH);
    person.types("hunter2 again\r");
    person.types("\x03");
    assert_eq!(person.hears(), "cancelled by the person");
    assert!(!person.screen().contains("hunter2"));
}

#[test]
fn a_key_with_a_sensor_is_touched_and_nothing_is_typed() {
    let mut person = AtTerminal::where_child_is("by a sensor");
    person.sees(TOUCH);
    assert_eq!(person.hears(), "yes");
    let screen = person.screen();
    assert!(
        screen.contains("! canRunCommands  false → true"),
        "{screen}"
    );
    assert!(!screen.contains(ASKS));
}

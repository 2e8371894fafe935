//! What the finger decides for an agent that asks through the MCP server.

use std::{
    fs,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    scene::{Stage, clean, last_decided, on, pin},
    server::{CONFIG, Server, Start},
    support::{Openpass, code},
};

const RAISES: (&str, &str) = (
    "upgrade_agent",
    r#"{"name": "codex", "tier": "admin", "reason": "the release"}"#,
);
const METHOD: (&str, &str) = ("set_auth_method", r#"{"method": "passphrase"}"#);

/// A server for the agent boss, with its vault's fingers pinned.
struct Client {
    stage: Stage,
    start: Start,
}

impl Client {
    fn new() -> Self {
        let stage = Stage::new();
        let mut start = Start::as_agent("boss");
        let vault = start.vault();
        pin(&stage, vault.parent().unwrap(), &vault, "90s");
        start.command.envs(stage.variables());
        Self { stage, start }
    }

    /// Calls a tool once; what it answered, and the log afterwards.
    fn calls(self, (tool, arguments): (&str, &str)) -> Called {
        let vault = self.start.vault();
        let config = vault.join("config.yaml");
        let mut server = self.start.serves();
        let answer = server.call(tool, &serde_json::from_str(arguments).unwrap());
        let called = Called {
            answer,
            config: fs::read_to_string(config).unwrap(),
            decided: last_decided(&log(&vault)),
            shown: self.stage.shown(),
        };
        let verify = ["--vault", vault.to_str().unwrap(), "audit", "verify"];
        let verify = Openpass::at_home(vault.parent().unwrap(), &verify);
        let ended = on(&self.stage, verify).without_a_terminal();
        clean(ended).with(code::DONE);
        // Each line that it said is one of the log, and none is GNUstep's.
        server.left();
        called
    }
}

#[derive(Debug)]
struct Called {
    answer: Value,
    config: String,
    decided: (String, String),
    shown: Vec<String>,
}

impl Called {
    #[track_caller]
    fn is_refused(&self, code: &str, dialogs: usize) {
        assert_eq!(self.answer["code"], code, "{self:#?}");
        assert_eq!(self.config, CONFIG);
        assert_eq!(self.decided.0, "refused", "{self:#?}");
        assert_eq!(self.shown.len(), dialogs, "{self:#?}");
    }
}

fn log(vault: &std::path::Path) -> Vec<Value> {
    let text = fs::read_to_string(vault.join("guard/log.jsonl")).unwrap();
    let parsed = |line| serde_json::from_str(line).unwrap();
    text.lines().map(parsed).collect()
}

#[test]
fn a_pinned_finger_lets_one_agent_raise_another() {
    let client = Client::new();
    client.stage.dialogs(&["yes"]);
    let called = client.calls(RAISES);
    assert_eq!(called.answer["outcome"], "done", "{called:#?}");
    assert_eq!(called.answer["factor"], "biometry");
    assert!(called.config.contains("codex:\n    tier: admin\n"));
    assert_eq!(called.decided, ("intent".into(), "biometry".into()));
    let [dialog] = &called.shown[..] else {
        panic!("{called:#?}");
    };
    let says = "let agent \"boss\" raise agent \"codex\" from read-only to admin: ";
    assert!(dialog.starts_with(says), "{dialog}");
}

#[test]
fn a_pinned_finger_lets_an_agent_set_how_the_vault_is_unlocked() {
    let client = Client::new();
    client.stage.dialogs(&["yes"]);
    let called = client.calls(METHOD);
    assert_eq!(called.answer["outcome"], "done", "{called:#?}");
    assert!(called.config.contains("authMethod: passphrase"));
    let [dialog] = &called.shown[..] else {
        panic!("{called:#?}");
    };
    assert!(dialog.starts_with("let agent \"boss\" "), "{dialog}");
}

#[test]
fn a_cancel_refuses_every_call() {
    for call in [RAISES, METHOD] {
        let client = Client::new();
        client.stage.dialogs(&["cancel", "yes"]);
        client.calls(call).is_refused("declined", 1);
    }
}

#[test]
fn wrong_fingers_are_one_dialog_and_a_refusal() {
    for call in [RAISES, METHOD] {
        let client = Client::new();
        client.stage.dialogs(&["wrong", "yes"]);
        let called = client.calls(call);
        called.is_refused("rejected", 1);
        let message = called.answer["message"].as_str().unwrap();
        assert!(!message.contains("passphrase"), "{message}");
    }
}

#[test]
fn whatever_keeps_the_dialog_away_leaves_it_to_a_person_at_a_terminal() {
    let mine = "session graphic\nenrolled mine\n";
    for (script, dialogs) in [
        (format!("{mine}ready lockout\n"), 0),
        (format!("{mine}dialog lockout\n"), 1),
        (format!("{mine}dialog passphrase\n"), 1),
        (format!("{mine}dialog enrols-and-yes\n"), 1),
        (format!("{mine}dialog not-interactive\n"), 1),
        ("session graphic\nenrolled another\ndialog yes\n".into(), 0),
        ("session remote\nenrolled mine\ndialog yes\n".into(), 0),
        ("session none\nenrolled mine\ndialog yes\n".into(), 0),
    ] {
        let client = Client::new();
        client.stage.is(&script);
        let called = client.calls(RAISES);
        called.is_refused("approval_required", dialogs);
        let command = called.answer["for_the_person"].as_str().unwrap();
        assert!(command.contains(" approve "), "{command}");
    }
}

#[test]
fn case_23_a_call_that_the_client_takes_back_takes_the_dialog_down() {
    let client = Client::new();
    client.stage.dialogs(&["silence"]);
    let vault = client.start.vault();
    let mut server = client.start.serves();
    let (tool, arguments) = RAISES;
    let arguments: Value = serde_json::from_str(arguments).unwrap();
    let params = json!({"name": tool, "arguments": arguments});
    server.send(&json!({"jsonrpc": "2.0", "id": 99, "method": "tools/call", "params": params}));
    until(|| client.stage.seen().len() == 1);
    let params = json!({"requestId": 99, "reason": "changed my mind"});
    server.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}));
    until(|| client.stage.seen().len() == 2);
    assert_eq!(client.stage.shown().len(), 1);
    until(|| last_decided(&log(&vault)).0 == "refused");
    assert_eq!(
        fs::read_to_string(vault.join("config.yaml")).unwrap(),
        CONFIG
    );
    ends(server);
}

/// Ends the server, whatever it still has to say to the call.
fn ends(mut server: Server) {
    server.child.kill().unwrap();
    server.child.wait().unwrap();
}

fn until(holds: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(120);
    while !holds() {
        assert!(Instant::now() < end, "waited in vain");
        std::thread::sleep(Duration::from_millis(5));
    }
}

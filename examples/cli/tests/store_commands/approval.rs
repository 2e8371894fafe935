//! What an agent asks for and a person decides on at another terminal.

use crate::sample::{PASSPHRASE, Sample};

const RAISE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];

/// The code of a request that `agent` leaves.
pub(crate) fn left_by(sample: &Sample, agent: &str) -> String {
    let variables = [("OPENPASS_AGENT", agent)];
    let ended = sample
        .run_with(&RAISE, &[], &variables)
        .with(13)
        .showing("approve ");
    let (_, code) = ended.stderr.split_once(" approve ").unwrap();
    code.trim().get(..9).unwrap().to_owned()
}

#[test]
fn a_person_approves_what_an_agent_left_and_the_log_has_the_agent() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    sample
        .run(&["approve"])
        .with(0)
        .showing(&code)
        .showing("agent \"hermes\"");
    let mut person = sample.person(&["approve", &code]);
    person.sees("Somebody left this as a request of agent \"hermes\"");
    person
        .sees("Approve: agent \"hermes\" asks to ")
        .sees("Passphrase")
        .types(format!("{PASSPHRASE}\r"));
    person.sees("Approved");
    person.leaves().with(0);
    sample
        .run(&["agent", "show", "codex"])
        .with(0)
        .showing("Tier:  admin");
    let lines = sample.run(&["audit", "list", "--output", "json"]).json();
    let last = lines["lines"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["principal"]["name"], "hermes");
    sample.run(&["approve", &code]).with(1).showing("approved");
    sample.run(&["approve"]).with(0).showing("Nothing waits.");
}

#[test]
fn case_58_an_agent_sees_its_own_requests_alone() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    let seen = |agent| {
        let variables = [("OPENPASS_AGENT", agent)];
        sample.run_with(&["approve"], &[], &variables).with(0)
    };
    seen("hermes").showing(&code);
    let other = seen("codex").showing("Nothing waits.");
    assert!(!format!("{other:?}").contains(&code));
}

#[test]
fn case_58_a_call_that_waits_with_the_other_program_is_listed_with_its_command() {
    let sample = Sample::new();
    let vault = openpass_vault::Vault::open(sample.dir()).unwrap();
    let call = serde_json::json!({"asks": "anything"});
    let left = openpass_vault::WaitingCall::leave(&vault, "hermes", call, ([7; 32], 60)).unwrap();
    let command = openpass_vault::WaitingCall::command(&vault, left.code());
    let listed = sample.run(&["approve"]).with(0);
    listed.showing("agent \"hermes\"").showing(&command);
    let seen = |agent| {
        let variables = [("OPENPASS_AGENT", agent)];
        sample.run_with(&["approve"], &[], &variables).with(0)
    };
    seen("hermes").showing(left.code());
    let other = seen("codex").showing("Nothing waits.");
    assert!(!format!("{other:?}").contains(left.code()));
    // Neither command of this program answers it, and each names the one that does.
    for word in ["approve", "deny"] {
        sample.run(&[word, left.code()]).with(2).showing(&command);
    }
    assert_eq!(left.answer().unwrap(), None);
}

#[test]
fn case_39_an_agent_that_may_not_ask_is_denied_and_leaves_nothing() {
    let sample = Sample::new();
    let variables = [("OPENPASS_AGENT", "openclaw")];
    sample.run_with(&RAISE, &[], &variables).with(5);
    sample.run(&["approve"]).showing("Nothing waits.");
}

#[test]
fn case_39_a_request_whose_agent_was_exchanged_is_decided_afresh_and_denied() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    let path = format!("guard/pending/{code}.json");
    for (agent, expected) in [("openclaw", 5), ("nobody", 5)] {
        let forged = sample.read(&path).replacen("hermes", agent, 1);
        let kept = sample.read(&path);
        sample.write(&path, &forged);
        let before = sample.files();
        sample.script(&["approve", &code]).with(expected);
        assert!(sample.changed(&before).is_empty());
        sample.write(&path, &kept);
    }
}

#[test]
fn case_39_a_request_is_never_a_persons_and_an_agent_approves_none() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    let path = format!("guard/pending/{code}.json");
    let before = sample.files();
    let as_agent = [("OPENPASS_AGENT", "hermes")];
    let flags = [
        "approve",
        &code,
        "--yes",
        "--no-biometric",
        "--reason",
        "x",
        "--passphrase-fd",
        "3",
    ];
    sample
        .run_with(&flags, &[PASSPHRASE], &as_agent)
        .with(1)
        .showing("OPENPASS_AGENT");
    let forged = sample
        .read(&path)
        .replacen("\"agent\": \"hermes\"", "\"principal\": \"user\"", 1);
    sample.write(&path, &forged);
    sample.script(&["approve", &code]).with(6);
    assert!(sample.changed(&before).is_empty());
}

#[test]
fn case_39_an_approval_takes_a_real_factor_whatever_the_settings() {
    let sample = Sample::new();
    sample
        .script(&["guard", "set", "step-up", "confirm"])
        .with(0);
    sample
        .script(&["guard", "set", "unattended", "waive"])
        .with(0);
    let code = left_by(&sample, "hermes");
    sample.run(&["approve", &code]).with(11);
    sample.run(&["approve", &code, "--yes"]).with(1);
    sample
        .run(&["approve", &code, "--yes", "--no-biometric", "--reason", "x"])
        .with(11);
    sample
        .script_with(&["approve", &code], "wrong horse battery")
        .with(10);
    sample.script(&["approve", &code]).with(0);
}

#[test]
fn case_39_what_is_approved_is_what_the_vault_says_now() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    sample.script(&RAISE).with(0);
    sample
        .script(&["approve", &code])
        .with(1)
        .showing("already");
}

#[test]
fn case_39_a_request_that_was_denied_while_the_prompt_was_up_is_not_carried_out() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    let before = sample.read("config.yaml");
    let mut person = sample.person(&["approve", &code]);
    person.sees("Passphrase: ");
    sample.run(&["deny", &code, "--reason", "no"]).with(0);
    person.types(format!("{PASSPHRASE}\r"));
    person.sees("changed while you were asked");
    person.leaves().with(12);
    assert_eq!(sample.read("config.yaml"), before);
    // The answer stays what it was.
    sample.run(&["approve", &code]).with(1).showing("denied");
}

#[test]
fn case_22_a_forged_request_draws_nothing_on_the_terminal() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    let name = format!("guard/pending/{code}.json");
    let forged = sample
        .read(&name)
        .replace("set-tier", "nope\\u001b[2J\\u202e");
    assert_ne!(forged, sample.read(&name));
    sample.write(&name, &forged);
    for command in ["approve", "deny"] {
        let refused = sample.run(&[command, &code]).stderr;
        assert!(refused.contains("is not a usable request"), "{refused}");
        assert!(!refused.contains(['\u{1b}', '\u{202e}']), "{refused:?}");
    }
}

#[test]
fn case_39_an_agent_denies_no_request_and_sees_none_go() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    for command in [["deny", &code].as_slice(), &["deny", &code, "--dry-run"]] {
        for agent in ["hermes", "codex", ""] {
            sample
                .run_with(command, &[], &[("OPENPASS_AGENT", agent)])
                .with(1)
                .showing("OPENPASS_AGENT");
        }
    }
    sample.run(&["approve"]).with(0).showing(&code);
}

#[test]
fn a_dry_run_of_a_denial_shows_the_request_and_leaves_it() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    sample
        .run(&["deny", &code, "--dry-run"])
        .with(0)
        .showing("agent \"hermes\" wants to");
    let report = sample
        .run(&["deny", &code, "--dry-run", "--output", "json"])
        .with(0)
        .json();
    assert_eq!(report["outcome"], "dry-run");
    assert_eq!(report["request"]["agent"], "hermes");
    sample.run(&["approve"]).with(0).showing(&code);
    let denied = sample.run(&["deny", &code, "--output", "json"]).with(0);
    assert_eq!(denied.json()["outcome"], "denied");
    sample.run(&["approve"]).with(0).showing("Nothing waits.");
}

#[test]
fn a_request_is_denied_by_its_code() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    sample.run(&["deny", &code.to_lowercase()]).with(0);
    sample.run(&["approve", &code]).with(1).showing("denied");
}

#[test]
fn c17_a_denial_with_its_reason_is_on_the_log() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    let before = sample.read("guard/log.jsonl").lines().count();
    let deny = ["deny", &code, "--reason", "not on a Friday"];
    sample.run(&deny).with(0).showing("denied");
    let log = sample.read("guard/log.jsonl");
    assert_eq!(log.lines().count(), before + 1);
    assert!(log.contains("not on a Friday"), "{log}");
    sample.run(&["audit", "verify"]).with(0);
}

#[test]
fn m4_what_the_list_of_requests_does_not_show_is_counted() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    sample.write("guard/pending/0000-0001.json", "{}");
    let listed = sample.run(&["approve"]).with(0).showing(&code);
    drop(listed.showing("Not shown: 1 more"));
    let json = sample.run(&["approve", "--output", "json"]).with(0).json();
    assert_eq!(json["not_shown"], 1);
}

//! Requests that wait for a person at another terminal.

use std::fs;

use openpass_auth::{AttemptStore as _, Attempts, Moment, Tally};
use openpass_policy::{Channel, Decision, Principal, Tier};
use openpass_vault::{AttemptFile, Change, Pending, PendingState, Requester, VaultError};

use crate::{
    every::{edit, tier},
    sample::Sample,
};

fn leave(sample: &Sample, agent: &str) -> Result<String, VaultError> {
    let reason = Some("to deploy".to_owned());
    Pending::leave(
        &sample.vault,
        (agent, &Channel::Mcp),
        &tier(Tier::Admin),
        reason,
    )
}

fn file(code: &str) -> String {
    format!("guard/pending/{code}.json")
}

/// The text of a request's file, with `from` replaced by `to`.
fn forge(sample: &Sample, code: &str, from: &str, to: &str) {
    let text = sample.read(&file(code));
    let forged = text.replacen(from, to, 1);
    assert_ne!(text, forged, "{text}");
    sample.write(&file(code), &forged);
}

#[test]
fn a_request_is_read_back_as_it_was_left() {
    let sample = Sample::new();
    let code = leave(&sample, "hermes").unwrap();
    let read = Pending::read(&sample.vault, &code.to_lowercase().replace('-', "")).unwrap();
    assert_eq!(
        (read.agent.as_str(), read.channel.clone()),
        ("hermes", Channel::Mcp)
    );
    assert_eq!(read.change, Some(tier(Tier::Admin)));
    assert_eq!(read.state, PendingState::Waiting);
    assert_eq!(
        Pending::list(&sample.vault, &Requester::Person).unwrap(),
        [read]
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(sample.dir().join(file(&code))).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_request_that_does_not_say_which_program_asked_still_waits() {
    let sample = Sample::new();
    let code = leave(&sample, "hermes").unwrap();
    let mut written: serde_json::Value = serde_json::from_str(&sample.read(&file(&code))).unwrap();
    let claimed = written.as_object_mut().unwrap().remove("claimed");
    assert_eq!(claimed.is_some(), cfg!(target_os = "linux"));
    sample.write(&file(&code), &written.to_string());
    let read = Pending::read(&sample.vault, &code).unwrap();
    assert_eq!(read.state, PendingState::Waiting);
    assert_eq!((read.warning(), read.claimed), (None, None));
}

#[cfg(target_os = "linux")]
#[test]
fn case_39_a_claimed_program_with_a_member_too_many_is_no_request() {
    let sample = Sample::new();
    let code = leave(&sample, "hermes").unwrap();
    forge(
        &sample,
        &code,
        "\"claimed\": {",
        "\"claimed\": { \"is\": 1,",
    );
    let error = Pending::read(&sample.vault, &code).unwrap_err();
    assert!(matches!(error, VaultError::BrokenPending { .. }), "{error}");
}

#[test]
fn a_request_waits_on_and_not_once_it_is_another() {
    let sample = Sample::new();
    let code = leave(&sample, "hermes").unwrap();
    let mut read = Pending::read(&sample.vault, &code).unwrap();
    read.still_waits(&sample.vault).unwrap();
    read.reason = Some("another".to_owned());
    let other = read.still_waits(&sample.vault);
    assert!(matches!(other, Err(VaultError::Conflict)), "{other:?}");
}

#[test]
fn every_change_that_can_wait_is_read_back_the_same() {
    let sample = Sample::new();
    for (name, change, _) in crate::every::every_change() {
        let left = Pending::leave(&sample.vault, ("hermes", &Channel::Mcp), &change, None);
        if matches!(change, Change::RotatePassphrase { .. }) {
            assert!(matches!(left, Err(VaultError::NotForLater)));
            continue;
        }
        let read = Pending::read(&sample.vault, &left.unwrap()).unwrap();
        assert_eq!(read.change, Some(change), "{name}");
        read.deny(&sample.vault, &Requester::Person, None).unwrap();
    }
}

#[test]
fn case_39_the_one_who_asks_is_always_an_agent_as_the_vault_knows_it() {
    let sample = Sample::new();
    for (agent, tier, can_manage) in [
        ("hermes", Tier::Admin, true),
        ("nobody", Tier::Custom, false),
    ] {
        let code = leave(&sample, agent).unwrap();
        let request = Pending::read(&sample.vault, &code)
            .unwrap()
            .request(&sample.vault);
        let Principal::Agent(found) = request.principal else {
            panic!("a person asks");
        };
        assert_eq!((found.tier, found.can_manage_config()), (tier, can_manage));
        assert_eq!(request.channel, Channel::Mcp);
    }
}

#[test]
fn case_39_an_agent_without_the_power_to_ask_is_denied_whatever_the_file_says() {
    let sample = Sample::new();
    let code = leave(&sample, "codex").unwrap();
    let pending = Pending::read(&sample.vault, &code).unwrap();
    let proposal = sample
        .vault
        .propose(
            pending.request(&sample.vault),
            pending.change.as_ref().unwrap(),
        )
        .unwrap();
    let decision = sample.vault.engine().unwrap().decide(proposal.operation());
    assert!(matches!(decision, Decision::Deny(_)), "{decision:?}");
}

#[test]
fn a_policy_that_looks_at_the_time_decides_on_a_request_that_waited() {
    let sample = Sample::new();
    let never = "forbid (principal, action, resource) when { context.time.weekday > 7 };";
    sample.write("policies/never.cedar", never);
    let code = leave(&sample, "hermes").unwrap();
    let request = Pending::read(&sample.vault, &code)
        .unwrap()
        .request(&sample.vault);
    let proposal = sample.vault.propose(request, &tier(Tier::Admin)).unwrap();
    let decision = sample.vault.engine().unwrap().decide(proposal.operation());
    assert!(
        matches!(decision, Decision::RequireBiometry { .. }),
        "{decision:?}"
    );
}

#[test]
fn case_39_a_forged_file_is_refused() {
    let forgeries = [
        (
            "\"agent\": \"hermes\"",
            "\"principal\": \"user\", \"agent\": \"hermes\"",
        ),
        ("\"agent\": \"hermes\"", "\"agent\": \"\""),
        ("\"agent\": \"hermes\"", "\"agent\": null"),
        (
            "\"agent\": \"hermes\"",
            "\"agent\": \"a\", \"agent\": \"hermes\"",
        ),
        ("\"channel\": \"mcp\"", "\"channel\": \"person\""),
        ("\"version\": 1", "\"version\": 2"),
        ("\"version\": 1", "\"version\": 1, \"approved\": true"),
        ("\"tier\": \"admin\"", "\"tier\": \"root\""),
        (
            "\"tier\": \"admin\"",
            "\"tier\": \"admin\", \"canWrite\": true",
        ),
        (
            "\"change\": \"set-tier\"",
            "\"change\": \"rotate-passphrase\"",
        ),
        ("\"state\": \"waiting\"", "\"state\": \"granted\""),
    ];
    for (from, to) in forgeries {
        let sample = Sample::new();
        let code = leave(&sample, "hermes").unwrap();
        forge(&sample, &code, from, to);
        let error = Pending::read(&sample.vault, &code).unwrap_err();
        assert!(
            matches!(error, VaultError::BrokenPending { .. }),
            "{to}: {error}"
        );
        assert_eq!(
            Pending::list(&sample.vault, &Requester::Person).unwrap(),
            []
        );
    }
}

#[test]
fn case_39_a_link_a_folder_or_ten_megabytes_are_refused() {
    let sample = Sample::new();
    let code = leave(&sample, "hermes").unwrap();
    let path = sample.dir().join(file(&code));
    let refused = || Pending::read(&sample.vault, &code).unwrap_err();
    #[cfg(unix)]
    {
        let elsewhere = sample.dir().join("elsewhere.json");
        fs::rename(&path, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert!(matches!(refused(), VaultError::NotAFile { .. }));
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(refused(), VaultError::NotAFile { .. }));
    fs::remove_dir(&path).unwrap();
    fs::File::create(&path).unwrap().set_len(10 << 20).unwrap();
    assert!(matches!(refused(), VaultError::TooLarge { .. }));
}

#[test]
fn case_39_a_code_cannot_lead_anywhere() {
    let sample = Sample::new();
    for code in [
        "../../config",
        "..",
        "",
        "/etc/passwd",
        "ABCD-EFG",
        "ABCD-EFGI",
        "ABCDEFGHJ",
    ] {
        let error = Pending::read(&sample.vault, code).unwrap_err();
        assert!(
            matches!(error, VaultError::UnknownPending { .. }),
            "{code}: {error}"
        );
    }
}

#[test]
fn a_request_from_too_long_ago_or_for_too_long_has_expired() {
    let times = [
        ("\"created\": \"2", "\"created\": \"1"),
        ("\"created\": \"2", "\"created\": \"3"),
        ("\"expires\": \"2", "\"expires\": \"3"),
        ("\"expires\": \"2", "\"expires\": \"1"),
    ];
    for (from, to) in times {
        let sample = Sample::new();
        let code = leave(&sample, "hermes").unwrap();
        forge(&sample, &code, from, to);
        let read = Pending::read(&sample.vault, &code).unwrap();
        assert_eq!(read.state, PendingState::Expired, "{to}");
    }
}

#[test]
fn requests_are_bounded_in_number_and_size_and_the_decided_make_room() {
    let sample = Sample::new();
    let ask = |agent: &str, tools: usize| {
        let change = edit("max_reads_per_day", &tools.to_string());
        Pending::leave(&sample.vault, (agent, &Channel::Mcp), &change, None)
    };
    let mut codes = Vec::new();
    for agent in ["hermes", "codex", "ci-bot", "openclaw"] {
        codes.extend((1..=4).map(|number| ask(agent, number).unwrap()));
    }
    let full = ask("claude-code", 1).unwrap_err();
    assert!(
        matches!(full, VaultError::TooManyPending { most: 16 }),
        "{full}"
    );
    let pending = Pending::read(&sample.vault, &codes[3]).unwrap();
    pending
        .deny(&sample.vault, &Requester::Person, None)
        .unwrap();
    let read = Pending::read(&sample.vault, &codes[3]).unwrap();
    assert_eq!(read.state, PendingState::Denied);
    ask("claude-code", 1).unwrap();
    let read = Pending::read(&sample.vault, &codes[3]).unwrap();
    assert_eq!(read.state, PendingState::Denied, "its host can still hear");

    let sample = Sample::new();
    let text = "x".repeat(70_000);
    let long = Change::ApplyPolicy {
        name: "x.cedar".to_owned(),
        text,
    };
    let refused = Pending::leave(&sample.vault, ("hermes", &Channel::Mcp), &long, None);
    assert!(matches!(refused, Err(VaultError::NotForLater)));
}

#[test]
fn case_48_who_approves_or_denies_an_agents_request_has_acted() {
    let counted = |sample: &Sample, name: &str| {
        let mut found = Attempts::default();
        AttemptFile::of(&sample.vault)
            .update(&mut |attempts| found = attempts.clone())
            .unwrap();
        found.agents.get(name).map_or(0, |tally| tally.count)
    };
    for approves in [false, true] {
        let sample = Sample::new();
        AttemptFile::of(&sample.vault)
            .update(&mut |attempts| {
                for name in ["hermes", "codex"] {
                    let tally = Tally {
                        count: 2,
                        last: Some(Moment {
                            wall: core::time::Duration::from_secs(1),
                            boot: None,
                        }),
                        cleared: 0,
                    };
                    attempts.agents.insert(name.to_owned(), tally);
                }
            })
            .unwrap();
        let code = leave(&sample, "hermes").unwrap();
        assert_eq!(counted(&sample, "hermes"), 2, "to ask is not to act");
        let pending = Pending::read(&sample.vault, &code).unwrap();
        if approves {
            pending.note_approved(&sample.vault).unwrap();
        } else {
            pending
                .deny(&sample.vault, &Requester::Person, None)
                .unwrap();
        }
        assert_eq!(counted(&sample, "hermes"), 0);
        assert_eq!(counted(&sample, "codex"), 2);
    }
}

#[test]
fn m4_the_same_change_of_the_same_agent_waits_once() {
    let sample = Sample::new();
    let code = leave(&sample, "hermes").unwrap();
    for _ in 0..20 {
        assert_eq!(leave(&sample, "hermes").unwrap(), code);
    }
    let cli = Pending::leave(
        &sample.vault,
        ("hermes", &Channel::Cli),
        &tier(Tier::Admin),
        None,
    );
    assert_ne!(cli.unwrap(), code);
    assert_ne!(leave(&sample, "codex").unwrap(), code);
    let pending = Pending::read(&sample.vault, &code).unwrap();
    pending
        .deny(&sample.vault, &Requester::Person, None)
        .unwrap();
    assert_ne!(leave(&sample, "hermes").unwrap(), code, "it asks anew");
}

#[test]
fn m4_one_agent_has_a_quarter_of_the_places() {
    let sample = Sample::new();
    let ask = |agent: &str, number: usize| {
        let change = edit("max_reads_per_day", &number.to_string());
        Pending::leave(&sample.vault, (agent, &Channel::Mcp), &change, None)
    };
    for number in 1..=4 {
        ask("hermes", number).unwrap();
    }
    let full = ask("hermes", 5).unwrap_err();
    assert!(
        matches!(full, VaultError::TooManyOfAgent { most: 4 }),
        "{full}"
    );
    assert!(full.to_string().contains("queue is full"), "{full}");
    ask("codex", 1).unwrap();
}

#[test]
fn case_56_what_was_asked_for_does_not_outlive_the_request() {
    const SECRET: &str = "hunter2-hunter2";
    let secret = edit("allowedPaths", SECRET);
    let ask = |sample: &Sample| {
        let reason = Some(format!("because {SECRET}"));
        Pending::leave(&sample.vault, ("hermes", &Channel::Mcp), &secret, reason).unwrap()
    };
    for ending in ["approved", "denied", "expired"] {
        let sample = Sample::new();
        let code = ask(&sample);
        assert!(sample.read(&file(&code)).contains(SECRET));
        let pending = Pending::read(&sample.vault, &code).unwrap();
        match ending {
            "approved" => pending.note_approved(&sample.vault).unwrap(),
            "denied" => pending
                .deny(&sample.vault, &Requester::Person, None)
                .unwrap(),
            _ => {
                forge(&sample, &code, "\"created\": \"2", "\"created\": \"1");
                assert_eq!(
                    Pending::list(&sample.vault, &Requester::Person).unwrap(),
                    []
                );
            }
        }
        let left = sample.read(&file(&code));
        assert!(!left.contains(SECRET), "{ending}: {left}");
        let read = Pending::read(&sample.vault, &code).unwrap();
        assert_eq!(read.state.as_str(), ending);
        assert_eq!((read.change, read.reason), (None, None));
    }
}

#[test]
fn c17_a_denial_is_on_the_log_with_its_reason_and_the_agent_can_hear_it() {
    let sample = Sample::new();
    let code = leave(&sample, "hermes").unwrap();
    let pending = Pending::read(&sample.vault, &code).unwrap();
    let reason = Some("not on a Friday");
    pending
        .deny(&sample.vault, &Requester::Person, reason)
        .unwrap();
    let log = sample.read("guard/log.jsonl");
    let line = log.lines().last().unwrap();
    let told = format!("a person denied the request {code}: not on a Friday");
    assert!(line.contains(&told) && line.contains("hermes"), "{line}");
    let read = Pending::read(&sample.vault, &code).unwrap();
    assert_eq!(read.answer.as_deref(), reason);
}

#[test]
fn what_the_list_does_not_show_is_counted() {
    let sample = Sample::new();
    let code = leave(&sample, "hermes").unwrap();
    assert_eq!(Pending::not_listed(&sample.vault).unwrap(), 0);
    for number in 0..70 {
        sample.write(&file(&format!("0000-00{number:02}")), "{}");
    }
    let shown = Pending::list(&sample.vault, &Requester::Person)
        .unwrap()
        .len();
    let files = 71;
    assert_eq!(Pending::not_listed(&sample.vault).unwrap() + shown, files);
    assert!(Pending::read(&sample.vault, &code).is_ok());
}

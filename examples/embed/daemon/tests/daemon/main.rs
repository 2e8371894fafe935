//! The daemon as its users meet it: processes, HTTP and a socket.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test")]
#![expect(clippy::disallowed_methods, reason = "the folders are thrown away")]

mod stage;

use std::fs::{self, File};

use embed_daemon::wire::{Answer, FromPhone, Key, Question, ToPhone};
use stage::{Answered, OwnPhone, Stage, answered, key};

fn is(answered: &Answered, status: u16, kind: &str) {
    let kind = format!("urn:embed-daemon:{kind}");
    assert!(
        answered.status == status && answered.body.contains(&kind),
        "{answered:?}"
    );
    assert!(
        answered.head.contains("application/problem+json"),
        "{answered:?}"
    );
}

fn asked(phone: &mut OwnPhone) -> Question {
    match phone.hears() {
        ToPhone::Ask(question) => question,
        other => panic!("no question: {other:?}"),
    }
}

fn key_of(name: &str) -> Key {
    Key::from_hex(&key(name)).unwrap()
}

#[test]
fn two_people_are_asked_at_once_and_each_sees_what_widens() {
    let stage = Stage::new(&[]);
    let (mut ada, mut ben) = (stage.phone("ada"), stage.phone("ben"));
    let (of_ada, of_ben) = (
        stage.deploys("ada", "1.0"),
        stage.asks(
            "Authorization: Bearer ben-token\r\n",
            "/deploy",
            r#"{"service":"mail","environment":"prod","version":"7"}"#,
        ),
    );
    // Both questions are up before either is answered.
    ada.says(r#"deploy service "web" in environment "prod""#);
    let change = ada.says("! version: ");
    assert!(
        change.contains("(nothing)") && change.contains("1.0"),
        "{change}"
    );
    ada.says("approve?");
    ben.says(r#"deploy service "mail""#);
    ben.says("approve?");
    ben.types("y");
    ada.types("y");
    assert_eq!(
        (answered(of_ada).status, answered(of_ben).status),
        (200, 200)
    );
    let state: serde_json::Value = serde_json::from_str(&stage.file("state.json")).unwrap();
    assert_eq!(
        state["prod"],
        serde_json::json!({ "web": "1.0", "mail": "7" })
    );
}

#[test]
fn what_is_deployed_to_one_environment_is_nothing_of_another_whatever_the_names() {
    let stage = Stage::new(&[]);
    let mut ada = stage.phone("ada");
    for (environment, service, version) in [("prod", "a/b", "1"), ("prod/a", "b", "2")] {
        let body = serde_json::json!({
            "service": service, "environment": environment, "version": version,
        });
        let session = "Authorization: Bearer ada-token\r\n";
        let request = stage.asks(session, "/deploy", &body.to_string());
        let change = ada.says("! version: ");
        assert!(change.contains("(nothing)"), "{change}");
        ada.says("approve?");
        ada.types("y");
        assert_eq!(answered(request).status, 200);
    }
    let state: serde_json::Value = serde_json::from_str(&stage.file("state.json")).unwrap();
    let wanted = serde_json::json!({ "prod": { "a/b": "1" }, "prod/a": { "b": "2" } });
    assert_eq!(state, wanted);
}

#[test]
fn a_no_changes_nothing_and_so_does_a_session_that_nobody_has() {
    let stage = Stage::new(&[]);
    is(&answered(stage.deploys("ada", "1.0")), 503, "nobody-to-ask");
    let mut ada = stage.phone("ada");
    let request = stage.deploys("ada", "1.0");
    ada.says("approve?");
    ada.types("n");
    is(&answered(request), 403, "cancelled");
    // What a client says of itself is not looked at.
    let body = r#"{"service":"web","environment":"prod","version":"1.0"}"#;
    is(
        &answered(stage.asks("X-Person: ada\r\n", "/deploy", body)),
        401,
        "no-session",
    );
    let frozen = r#"{"service":"web","environment":"frozen","version":"1.0"}"#;
    is(
        &answered(stage.asks("Authorization: Bearer ada-token\r\n", "/deploy", frozen)),
        403,
        "denied",
    );
    is(
        &answered(stage.asks("Authorization: Bearer ben-token\r\n", "/reload", "")),
        403,
        "denied",
    );
    assert_eq!(stage.file("state.json"), "");
}

#[test]
fn a_page_whose_name_leads_here_is_refused_though_it_has_a_session() {
    let stage = Stage::new(&[]);
    let body = r#"{"service":"web","environment":"prod","version":"1.0"}"#;
    let session = "Authorization: Bearer ada-token\r\n";
    let port = stage.address.rsplit_once(':').unwrap().1;
    for name in [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "",
    ] {
        let host = format!("{name}:{port}");
        let refused = answered(stage.asks_at(&host, session, "/deploy", body));
        is(&refused, 421, "other-host");
    }
    // By its own names it goes on to ask.
    for name in ["localhost", "127.0.0.1"] {
        let host = format!("{name}:{port}");
        let asked = answered(stage.asks_at(&host, session, "/deploy", body));
        is(&asked, 503, "nobody-to-ask");
    }
}

#[test]
fn who_waits_for_the_phone_until_the_deadline_is_told_busy() {
    let stage = Stage::new(&["--timeout", "6", "--tries", "2"]);
    let mut ada = stage.own_phone("ada", &key_of("ada"));
    assert!(matches!(ada.hears(), ToPhone::Welcome));
    let first = stage.deploys("ada", "1.0");
    let question = asked(&mut ada);
    stage.daemon.says("waits for an answer");
    let second = stage.deploys("ada", "2.0");
    stage.daemon.says("waits for an answer");
    // The second try of the first question begins now, and outlasts the second.
    ada.sends(&FromPhone::Answer(key_of("ben").answer(&question, true)));
    let second = answered(second);
    is(&second, 503, "busy");
    assert!(
        second.body.contains("the phone of ada") && second.body.contains("ask again"),
        "{second:?}"
    );
    assert!(second.head.contains("retry-after"), "{second:?}");
    is(&answered(first), 504, "timed-out");
}

#[test]
fn a_client_that_goes_takes_its_question_along_and_the_log_says_so() {
    let stage = Stage::new(&[]);
    let mut ada = stage.phone("ada");
    let request = stage.deploys("ada", "1.0");
    ada.says("approve?");
    drop(request);
    ada.says("the question is gone");
    stage.logs("called off");
    ada.types("y");
    ada.says("there is no question");
    assert_eq!(stage.file("state.json"), "");
}

#[test]
fn only_the_persons_key_answers_and_only_the_question_that_is_up_once() {
    let stage = Stage::new(&[]);
    let mut stranger = stage.own_phone("ada", &key_of("ben"));
    assert!(matches!(stranger.hears(), ToPhone::Refused(_)));

    let mut ada = stage.own_phone("ada", &key_of("ada"));
    assert!(matches!(ada.hears(), ToPhone::Welcome));
    let request = stage.deploys("ada", "1.0");
    let first = asked(&mut ada);
    ada.sends(&FromPhone::Answer(key_of("ben").answer(&first, true)));
    is(&answered(request), 401, "rejected");
    assert!(matches!(ada.hears(), ToPhone::Gone(_)));

    let request = stage.deploys("ada", "2.0");
    let second = asked(&mut ada);
    // The answer to another challenge, right as it is.
    ada.sends(&FromPhone::Answer(key_of("ada").answer(&first, true)));
    assert!(matches!(ada.hears(), ToPhone::Refused(_)));
    let answer = key_of("ada").answer(&second, true);
    ada.sends(&FromPhone::Answer(answer.clone()));
    ada.sends(&FromPhone::Answer(answer));
    assert_eq!(answered(request).status, 200);
    let heard = [ada.hears(), ada.hears()];
    assert!(
        heard.iter().any(|line| matches!(line, ToPhone::Refused(_))),
        "{heard:?}"
    );

    // A no that was made into a yes.
    let request = stage.deploys("ada", "3.0");
    let third = asked(&mut ada);
    let Answer { id, mac, .. } = key_of("ada").answer(&third, false);
    ada.sends(&FromPhone::Answer(Answer {
        id,
        approve: true,
        mac,
    }));
    is(&answered(request), 401, "rejected");
    assert!(stage.file("state.json").contains("2.0"));
}

#[test]
fn a_grant_of_before_a_reload_is_refused_when_it_is_redeemed() {
    let stage = Stage::new(&[]);
    let (mut ada, mut ben) = (stage.phone("ada"), stage.phone("ben"));
    // The store waits for its lock with a grant in hand.
    let lock = File::open(stage.folder.path().join("state.lock")).unwrap();
    lock.lock().unwrap();
    let request = stage.deploys("ben", "1.0");
    ben.says("approve?");
    ben.types("y");
    stage.logs(r#""event":"intent""#);

    let policies = format!(
        "{}\n// stricter one day",
        include_str!("../../policies.cedar")
    );
    fs::write(stage.folder.path().join("policies.cedar"), policies).unwrap();
    let reload = stage.asks("Authorization: Bearer ada-token\r\n", "/reload", "");
    ada.says("! policies: ");
    ada.says("approve?");
    ada.types("y");
    let reload = answered(reload);
    assert_eq!(reload.status, 200, "{reload:?}");

    drop(lock);
    is(&answered(request), 409, "policies-changed");
    stage.logs("the policies have changed since it was approved");
    assert_eq!(stage.file("state.json"), "");
}

#[test]
fn a_daemon_that_is_told_to_end_takes_the_questions_away_and_writes_its_log() {
    let mut stage = Stage::new(&[]);
    let ada = stage.phone("ada");
    let request = stage.deploys("ada", "1.0");
    ada.says("approve?");
    assert!(stage.daemon.is_told_to_end().success());
    is(&answered(request), 503, "stopping");
    assert!(stage.file("guard.log").contains("called off"));
}

//! Calls of a server's tools through the gate.

use std::sync::atomic::Ordering;

use openpass_auth::{Detail, Factor, Script, Unavailable};
use openpass_mcp_guard::{Blocked, Code, Refused, ToolMap, ToolMapError, Who, Words};
use openpass_policy::{Channel, Entity, Outcome, PolicyEngine, StateDigest};
use serde_json::{Value, json};

use crate::{
    client::Client,
    notes::{Notes, guarded, map, world},
    world::World,
};

fn yes() -> Script {
    Script::new().yes(Factor::Biometry)
}

async fn behind(notes: &Notes, person: Script) -> (World, Client) {
    let map = map(notes);
    let world = world(person, &map);
    let client = Client::of(guarded(notes, &world, map)).await;
    (world, client)
}

/// The code of a refusal, which has the form of all refusals.
fn code(result: &Value) -> &str {
    assert_eq!(result["isError"], true, "{result}");
    let members = &result["structuredContent"];
    assert!(members["message"].is_string(), "{result}");
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(text.is_ascii());
    assert_eq!(&serde_json::from_str::<Value>(text).unwrap(), members);
    members["code"].as_str().unwrap()
}

/// What a person was told, as lines of `label: value`.
fn told(person: &Script) -> Vec<String> {
    let asked = person.asked();
    let details = asked.iter().flat_map(|asked| asked.details());
    let fact = |detail: &Detail| match detail {
        Detail::Fact { label, value } => Some(format!("{label}: {value}")),
        Detail::Change(it) => Some(format!("{}: {}", it.field, it.after)),
        Detail::NotShown { .. } => None,
    };
    details.filter_map(fact).collect()
}

#[tokio::test]
async fn what_the_host_declares_harmless_runs_and_its_answer_is_the_tools_own() {
    let notes = Notes::default();
    let (world, mut client) = behind(&notes, Script::new()).await;
    let result = client.call("list", json!({})).await;
    assert_eq!(result["content"][0]["text"], "so it is");
    assert_eq!(result["isError"], false);
    assert_eq!(notes.ran(), ["list"]);
    assert_eq!(world.outcomes().await, [Outcome::Done]);
}

#[tokio::test]
async fn what_is_not_declared_asks_a_person_who_sees_every_argument() {
    let notes = Notes::default();
    let (world, mut client) = behind(&notes, yes()).await;
    client.call("delete", json!({"id": "7\u{202e}"})).await;
    assert_eq!(notes.ran(), ["delete"]);
    let asked = world.person.asked();
    assert!(asked[0].statement().contains("delete"), "{asked:?}");
    let told = told(&world.person);
    assert!(
        told.iter()
            .any(|line| line.contains("input.id: 7") && !line.contains('\u{202e}')),
        "{told:?}"
    );
    assert_eq!(world.outcomes().await, [Outcome::Done]);
}

#[tokio::test]
async fn a_no_a_denial_and_a_forbidden_argument_run_nothing() {
    let notes = Notes::default();
    let (world, mut client) = behind(&notes, Script::no().declaring(Factor::Biometry)).await;
    let result = client.call("delete", json!({"id": "7"})).await;
    assert_eq!(code(&result), "declined");
    let result = client.call("delete", json!({"id": "frozen"})).await;
    assert_eq!(code(&result), "denied");
    assert_eq!(
        result["structuredContent"]["policies"],
        json!(["notes.frozen"])
    );
    assert!(notes.ran().is_empty());
    assert_eq!(world.person.asked().len(), 1);
    assert_eq!(world.refusals().len(), 2);
}

#[tokio::test]
async fn a_servers_word_that_a_tool_changes_nothing_is_not_believed() {
    let notes = Notes::default();
    let (world, mut client) = behind(&notes, Script::no().declaring(Factor::Biometry)).await;
    let result = client.call("wipe", json!({})).await;
    assert_eq!(code(&result), "declined");
    assert_eq!(world.person.asked().len(), 1);
    assert!(notes.ran().is_empty());
}

#[tokio::test]
async fn a_call_that_is_called_off_takes_the_prompt_down_and_runs_nothing() {
    let notes = Notes::default();
    let person = Script::new().yes(Factor::Biometry).held();
    let (world, mut client) = behind(&notes, person).await;
    let id = client.begin("delete", json!({"id": "7"})).await;
    world.person.until_asked(1).await;
    client
        .tell("notifications/cancelled", json!({"requestId": id}))
        .await;
    world.person.until_dismissed(1).await;
    // The connection goes on.
    assert_eq!(client.call("list", json!({})).await["isError"], false);
    assert_eq!(notes.ran(), ["list"]);
}

#[tokio::test]
async fn a_client_that_is_gone_takes_the_prompt_down_and_runs_nothing() {
    let notes = Notes::default();
    let (world, mut client) = behind(&notes, Script::new().yes(Factor::Biometry).held()).await;
    let id = client.begin("delete", json!({"id": "7"})).await;
    world.person.until_asked(1).await;
    world.client.gone.cancel();
    let answer = client.answer(id).await;
    assert_eq!(code(&answer["result"]), "cancelled");
    assert_eq!(world.person.dismissed(), 1);
    assert!(notes.ran().is_empty());
}

#[tokio::test]
async fn a_client_hears_that_its_call_waits_for_a_person() {
    let notes = Notes::default();
    let (world, mut client) = behind(&notes, Script::new().yes(Factor::Biometry).held()).await;
    let params = json!({
        "name": "delete", "arguments": {"id": "7"}, "_meta": {"progressToken": "p"},
    });
    let id = client.send("tools/call", params).await;
    let heard = client.hear().await;
    let heard = &heard["params"];
    assert_eq!(heard["progressToken"], "p");
    let message = heard["message"].as_str().unwrap();
    assert!(
        message.starts_with("waiting for a person's approval"),
        "{message}"
    );
    world.person.release();
    assert_eq!(client.answer(id).await["result"]["isError"], false);
}

#[tokio::test]
async fn a_tool_that_breaks_is_an_answer_and_unknown_on_the_log() {
    let notes = Notes::default();
    let (world, mut client) = behind(&notes, Script::new()).await;
    let result = client.call("breaks", json!({})).await;
    assert_eq!(code(&result), "internal");
    assert_eq!(world.outcomes().await, [Outcome::Unknown]);
}

#[tokio::test]
async fn a_tool_that_fails_is_passed_on_and_failed_on_the_log() {
    let notes = Notes::default();
    let (world, mut client) = behind(&notes, Script::new()).await;
    let result = client.call("fails", json!({})).await;
    assert_eq!(result["isError"], true);
    assert_eq!(result["content"][0]["text"], "so it is");
    let id = client.begin("errs", json!({})).await;
    assert_eq!(client.answer(id).await["error"]["message"], "no disk");
    let outcomes = world.outcomes().await;
    let failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed { .. });
    assert!(
        outcomes.len() == 2 && outcomes.iter().all(failed),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn what_no_tool_takes_and_what_is_no_tool_is_refused_unasked() {
    let notes = Notes::default();
    let (world, mut client) = behind(&notes, yes()).await;
    for (tool, arguments, refused) in [
        ("delete", json!({"id": 7}), "invalid_arguments"),
        ("nothing", json!({}), "not_found"),
    ] {
        let result = client.call(tool, arguments).await;
        assert_eq!(code(&result), refused, "{tool}");
    }
    assert!(notes.ran().is_empty() && world.person.asked().is_empty());
}

#[tokio::test]
async fn a_tool_that_was_described_otherwise_is_neither_listed_nor_run() {
    for says in [false, true] {
        let notes = Notes {
            says,
            ..Notes::default()
        };
        let (world, mut client) = behind(&notes, yes().yes(Factor::Biometry)).await;
        assert!(client.tools().await.contains(&"delete".to_owned()));
        client.call("delete", json!({"id": "7"})).await;
        notes.turned.store(true, Ordering::SeqCst);
        let listed = client.tools().await;
        assert_eq!(listed, ["list", "wipe", "breaks", "fails", "errs"]);
        // Where the server tells its tools one by one, the call finds it too.
        if says {
            let result = client.call("delete", json!({"id": "7"})).await;
            assert_eq!(code(&result), "not_accepted");
            assert_eq!(notes.ran(), ["delete"]);
            assert_eq!(world.person.asked().len(), 1);
        }
    }
}

#[tokio::test]
async fn what_a_retry_brings_and_what_meta_holds_is_told_to_the_person() {
    let notes = Notes::default();
    let (world, mut client) = behind(&notes, yes()).await;
    let params = json!({
        "name": "delete",
        "arguments": {"id": "7"},
        "inputResponses": {"really": {"action": "accept", "content": {"all": true}}},
        "requestState": "state-1",
        "_meta": {"own/key": "hidden", "progressToken": 1},
    });
    let id = client.send("tools/call", params).await;
    client.answer(id).await;
    let told = told(&world.person).join("\n");
    for words in ["state-1", "accept", "own/key", "hidden"] {
        assert!(told.contains(words), "{told}");
    }
    assert!(!told.contains("progressToken"), "{told}");
}

/// A fragment of the host's own, for an exact effect.
const OWN: &str = r#"
namespace Host {
    entity Session;
    entity Note;
    action "delete" appliesTo {
        principal: [Session], resource: [Note], context: { words: Long }
    };
}"#;

#[tokio::test]
async fn a_host_says_who_asks_and_what_a_call_does() {
    let notes = Notes::default();
    let effect = |asked: &openpass_mcp_guard::Asked| {
        let id = asked.arguments().get("id").and_then(Value::as_str);
        let id = id.ok_or_else(|| Blocked::because(Code::InvalidArguments, "say which note"))?;
        Ok(asked
            .operation("Host::delete")
            .on(Entity::new("Host::Note", id))
            .with("words", 12)
            .telling("begins with", "Dear diary")
            .through(Channel::Mcp)
            .onto(StateDigest::of(&[b"12 words"])))
    };
    let session = || Who::from(Entity::new("Host::Session", "ada"));
    let map = map(&notes).asked_by(move |_| Ok(session()));
    let map = map.with_effect("delete", effect).unwrap();
    let engine = PolicyEngine::builder()
        .host(map.fragment())
        .host(OWN)
        .policy("@id(\"host.all\") permit (principal is Host::Session, action, resource);");
    let world = World::of(engine.build().unwrap(), yes(), Default::default());
    let mut client = Client::of(guarded(&notes, &world, map)).await;
    client.call("delete", json!({"id": "7"})).await;
    assert_eq!(notes.ran(), ["delete"]);
    assert_eq!(
        world.person.asked(),
        [r#"session "ada" asks to delete note "7""#]
    );
    assert!(told(&world.person).join("\n").contains("Dear diary"));
    let result = client.call("delete", json!({})).await;
    assert_eq!(code(&result), "invalid_arguments");
}

#[test]
fn a_map_speaks_of_the_servers_tools_alone() {
    let notes = Notes::default();
    let twice = ToolMap::new("Notes", notes.tools().into_iter().chain(notes.tools()));
    assert!(matches!(twice, Err(ToolMapError::Twice(_))));
    let unknown = map(&notes).declaring("nothing", openpass_mcp_guard::tool::Group::Routine);
    assert!(matches!(unknown, Err(ToolMapError::Unknown(_))));
    let unknown = map(&notes).with_effect("nothing", |_| {
        Err(Blocked::because(Code::NotFound, "nothing"))
    });
    assert!(matches!(unknown, Err(ToolMapError::Unknown(_))));
}

#[tokio::test]
async fn calls_of_one_client_run_beside_each_other() {
    let notes = Notes::default();
    let person = Script::new().yes(Factor::Biometry).held();
    let (world, mut client) = behind(&notes, person).await;
    let waits = client.begin("delete", json!({"id": "7"})).await;
    world.person.until_asked(1).await;
    assert_eq!(client.call("list", json!({})).await["isError"], false);
    world.person.release();
    assert_eq!(client.answer(waits).await["result"]["isError"], false);
    assert_eq!(notes.ran(), ["list", "delete"]);
}

/// The refusal of a host that leaves a request for a person.
#[derive(Debug)]
struct Left(String);

impl std::fmt::Display for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a person has to approve the call of {}", self.0)
    }
}

impl Refused for Left {
    fn code(&self) -> Code {
        Code::ApprovalRequired
    }

    fn words(&self) -> Words {
        Words::new(self.to_string()).and_for_the_person("`notes approve 7`")
    }

    fn request_code(&self) -> Option<String> {
        Some("7".to_owned())
    }
}

#[tokio::test]
async fn where_nobody_can_be_asked_a_host_may_leave_a_request() {
    let notes = Notes::default();
    let away = Script::new().unavailable(Unavailable::NoGraphicSession);
    let map = map(&notes);
    let world = world(away.declaring(Factor::Biometry), &map);
    let server = guarded(&notes, &world, map).when_blocked(|asked, blocked| match blocked.code() {
        Code::NobodyToAsk => Blocked::host(Left(asked.tool().to_owned())),
        _ => blocked,
    });
    let mut client = Client::of(server).await;
    let result = client.call("delete", json!({"id": "7"})).await;
    assert_eq!(code(&result), "approval_required");
    let expected = json!({
        "code": "approval_required",
        "message": "a person has to approve the call of delete",
        "request_code": "7",
        "for_the_person": "`notes approve 7`",
    });
    assert_eq!(result["structuredContent"], expected);
    // What it does not answer stays as it is.
    let result = client.call("delete", json!({"id": "frozen"})).await;
    assert_eq!(code(&result), "denied");
    assert!(notes.ran().is_empty());
}

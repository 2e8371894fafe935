//! Every tool through the real dispatch, with a person who is written down.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, CancelledBy, Challenge, Evidence, Factor, FactorSet, Unavailable,
};
use openpass_auth_passphrase::{Passphrase, identity};
use openpass_vault::{Pending, Requester, Vault};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    call::Call,
    dispatch::Dispatch,
    failure::{Code, Failure},
    site::Site,
    tools,
};

const CONFIG: &str = "\
agents:
  boss:
    tier: admin
    canManageConfig: true
  weak:
    tier: standard
    canManageConfig: false
  codex:
    tier: read-only
authMethod: touchid
";
const TOKENS: &str = r#"{"version":2,"tokens":{"tok-20260101-00000001":{"id":"tok-20260101-00000001","hash":"00","prefix":"0000","allowed_tools":["*"],"agent_name":"codex","created_at":"2026-01-01T00:00:00Z","revoked":false}}}"#;

/// A call of every tool that changes something.
fn changes() -> Vec<(&'static str, Value)> {
    vec![
        ("set_auth_method", json!({"method": "passphrase"})),
        (
            "upgrade_agent",
            json!({"name": "codex", "tier": "admin", "reason": "please"}),
        ),
        (
            "edit_agent_profile",
            json!({"name": "codex", "set": {"canWrite": true}}),
        ),
        ("revoke_token", json!({"id": "tok-20260101-00000001"})),
        ("rotate_token", json!({"name": "codex"})),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Person {
    Yes,
    Wrong,
    Declines,
    IsAway,
    /// The dialog has no room for what the person must see.
    SeesTooLittle,
    NeverAnswers,
    /// The dialog's time is over.
    LetsItPass,
}

#[derive(Debug, Clone)]
struct Fake {
    person: Person,
    asked: Arc<AtomicUsize>,
    up: CancellationToken,
    dismissed: CancellationToken,
}

impl Fake {
    fn new(person: Person) -> Self {
        Self {
            person,
            asked: Arc::default(),
            up: CancellationToken::new(),
            dismissed: CancellationToken::new(),
        }
    }
}

#[async_trait]
impl Authenticator for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Biometry)
    }

    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.up.cancel();
        let _dialog = self.dismissed.clone().drop_guard();
        match self.person {
            Person::Yes => Ok(Evidence::assertion(challenge, Factor::Biometry)),
            Person::Wrong => Err(AuthError::Rejected {
                factor: Factor::Biometry,
            }),
            Person::Declines => Err(AuthError::Cancelled(CancelledBy::Person)),
            Person::IsAway => Err(Unavailable::NoGraphicSession.into()),
            Person::SeesTooLittle => Err(Unavailable::NoRoom.into()),
            Person::LetsItPass => Err(AuthError::TimedOut),
            Person::NeverAnswers => core::future::pending().await,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test makes a vault by hand")]
fn vault() -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = Passphrase::new(b"correct horse battery staple").unwrap();
    let sealed = identity::seal(&identity::generate(), &passphrase, 10).unwrap();
    let vault = Vault::init(&folder.path().join("vault"), &sealed).unwrap();
    std::fs::write(vault.dir().join("config.yaml"), CONFIG).unwrap();
    std::fs::write(vault.dir().join("mcp-tokens.json"), TOKENS).unwrap();
    (folder, vault)
}

#[expect(clippy::disallowed_methods, reason = "a test writes a policy by hand")]
fn forbid_agents_everything(vault: &Vault) {
    let policies = vault.dir().join("policies");
    std::fs::create_dir_all(&policies).unwrap();
    let forbid = "forbid (principal is OpenPass::Agent, action, resource);\n";
    std::fs::write(policies.join("none.cedar"), forbid).unwrap();
}

/// Every file of the vault but the guard's own.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            if name != "guard" {
                all.extend(files(&entry.path()));
            }
        } else if name != ".lock" {
            all.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    all
}

struct Stage {
    _folder: tempfile::TempDir,
    vault: Vault,
    fake: Fake,
    dispatch: Arc<Dispatch>,
    cancelled: CancellationToken,
    gone: CancellationToken,
}

impl Stage {
    fn new(agent: &str, person: Person) -> Self {
        let (folder, vault) = vault();
        let fake = Fake::new(person);
        let site = Site::new(vault.clone(), agent.to_owned()).asking(Arc::new(fake.clone()));
        Self {
            _folder: folder,
            vault,
            dispatch: Arc::new(Dispatch::new(site)),
            fake,
            cancelled: CancellationToken::new(),
            gone: CancellationToken::new(),
        }
    }

    async fn call(&self, tool: &str, arguments: Value) -> Result<Value, Failure> {
        let call = Call::silent(self.cancelled.clone(), self.gone.clone());
        let arguments = arguments.as_object().unwrap().clone();
        self.dispatch
            .run(tools::find(tool).unwrap(), arguments, &call)
            .await
    }

    fn asked(&self) -> usize {
        self.fake.asked.load(Ordering::SeqCst)
    }
}

/// Calls every tool that changes something, each on a vault of its own, and
/// finds the vault as it was.
async fn stopped(agent: &str, person: Person, code: Code) {
    for (tool, arguments) in changes() {
        let stage = Stage::new(agent, person);
        let before = files(stage.vault.dir());
        let failure = stage.call(tool, arguments).await.unwrap_err();
        assert_eq!(failure.code(), code, "{tool}: {failure}");
        assert_eq!(files(stage.vault.dir()), before, "{tool}");
        assert_eq!(stage.asked() == 0, code == Code::Denied, "{tool}");
    }
}

#[test]
fn every_tool_that_changes_something_is_in_these_tests() {
    let here: Vec<&str> = changes().into_iter().map(|(tool, _)| tool).collect();
    for tool in tools::ALL {
        let read_only = tool.listed().annotations.unwrap().read_only_hint.unwrap();
        assert_ne!(read_only, here.contains(&tool.name()), "{}", tool.name());
    }
}

#[tokio::test]
async fn a_yes_makes_the_change() {
    for (tool, arguments) in changes() {
        let stage = Stage::new("boss", Person::Yes);
        let before = files(stage.vault.dir());
        let answer = stage.call(tool, arguments).await.unwrap();
        assert_eq!(answer["factor"], "biometry", "{tool}");
        assert_ne!(files(stage.vault.dir()), before, "{tool}");
        assert_eq!(stage.asked(), 1, "{tool}");
    }
}

#[tokio::test]
async fn denied_stops_every_tool_and_asks_nobody() {
    stopped("weak", Person::Yes, Code::Denied).await;
}

#[tokio::test]
async fn case_58_a_denied_agent_learns_nothing_of_the_vault() {
    let impossible = [
        (
            "upgrade_agent",
            json!({"name": "nobody", "tier": "standard"}),
        ),
        (
            "upgrade_agent",
            json!({"name": "codex", "tier": "read-only"}),
        ),
        (
            "edit_agent_profile",
            json!({"name": "nobody", "set": {"canWrite": true}}),
        ),
        (
            "edit_agent_profile",
            json!({"name": "codex", "set": {"tier": "read-only"}}),
        ),
        ("revoke_token", json!({"id": "nothing"})),
        ("rotate_token", json!({"name": "nobody"})),
    ];
    for (tool, arguments) in changes().into_iter().chain(impossible) {
        let stage = Stage::new("boss", Person::Yes);
        forbid_agents_everything(&stage.vault);
        let denied = stage.call(tool, arguments.clone()).await.unwrap_err();
        assert_eq!(denied.code(), Code::Denied, "{tool}: {denied}");
        for word in ["codex", "nobody", "read-only", "already"] {
            assert!(!denied.to_string().contains(word), "{tool}: {denied}");
        }
        let question = json!({"tool": tool, "arguments": arguments});
        let explained = stage.call("explain_decision", question).await.unwrap_err();
        assert_eq!(explained.code(), Code::Denied);
    }
}

#[tokio::test]
async fn m6_a_field_that_no_profile_has_is_an_argument_that_is_not_taken() {
    let stage = Stage::new("boss", Person::Yes);
    let set = json!({"name": "codex", "set": {"canwrite": true}});
    let refused = stage.call("edit_agent_profile", set).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArguments);
    assert!(refused.to_string().contains("canWrite"), "{refused}");
    assert_eq!(stage.asked(), 0);
}

#[tokio::test]
async fn a_wrong_answer_stops_every_tool() {
    stopped("boss", Person::Wrong, Code::Rejected).await;
}

#[tokio::test]
async fn a_no_stops_every_tool() {
    stopped("boss", Person::Declines, Code::Declined).await;
}

#[tokio::test]
async fn nobody_to_ask_stops_every_tool_and_leaves_a_request() {
    stopped("boss", Person::IsAway, Code::ApprovalRequired).await;
}

#[tokio::test]
async fn case_41_what_no_dialog_has_room_for_is_left_to_a_terminal() {
    stopped("boss", Person::SeesTooLittle, Code::ApprovalRequired).await;
    let stage = Stage::new("boss", Person::SeesTooLittle);
    let asks = json!({"name": "codex", "tier": "standard"});
    let refused = stage.call("upgrade_agent", asks).await.unwrap_err();
    let message = refused.to_string();
    assert!(
        message.contains("no room to show everything that gives power"),
        "{message}"
    );
    let Failure::Approval { command, .. } = refused else {
        panic!("{message}");
    };
    assert!(command.contains(" approve "), "{command}");
}

#[tokio::test]
async fn case_23_a_client_that_cancels_or_leaves_takes_the_dialog_down() {
    for (tool, arguments) in changes() {
        for leaves in [false, true] {
            let stage = Arc::new(Stage::new("boss", Person::NeverAnswers));
            let before = files(stage.vault.dir());
            let (running, arguments) = (Arc::clone(&stage), arguments.clone());
            let call = tokio::spawn(async move { running.call(tool, arguments).await });
            stage.fake.up.cancelled().await;
            if leaves {
                stage.gone.cancel();
            } else {
                stage.cancelled.cancel();
            }
            let failure = call.await.unwrap().unwrap_err();
            assert_eq!(failure.code(), Code::Cancelled, "{tool}");
            assert!(stage.fake.dismissed.is_cancelled(), "{tool}");
            assert_eq!(files(stage.vault.dir()), before, "{tool}");
            // A client that waits no longer may still want it.
            let waiting = Pending::list(&stage.vault, &Requester::Person).unwrap();
            assert_eq!(waiting.len(), usize::from(!leaves), "{tool}");
        }
    }
}

#[tokio::test]
async fn m5_case_72_a_dialog_that_nobody_answers_is_no_no_and_leaves_a_request() {
    stopped("boss", Person::LetsItPass, Code::ApprovalRequired).await;
    let stage = Stage::new("boss", Person::LetsItPass);
    let asks = json!({"name": "codex", "tier": "standard"});
    let refused = stage.call("upgrade_agent", asks).await.unwrap_err();
    assert!(refused.to_string().contains("in time"), "{refused}");
    assert_eq!(
        Pending::list(&stage.vault, &Requester::Person)
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn m5_a_yes_to_a_second_dialog_ends_the_request_that_the_first_left() {
    let mut stage = Stage::new("boss", Person::IsAway);
    let asks = json!({"name": "codex", "tier": "standard"});
    let call = stage.call("upgrade_agent", asks.clone());
    let Failure::Approval { code, .. } = call.await.unwrap_err() else {
        panic!("no request was left");
    };
    let site = Site::new(stage.vault.clone(), "boss".to_owned());
    let site = site.asking(Arc::new(Fake::new(Person::Yes)));
    stage.dispatch = Arc::new(Dispatch::new(site));
    stage.call("upgrade_agent", asks).await.unwrap();
    let state = stage.call("get_request", json!({"code": code})).await;
    assert_eq!(state.unwrap()["state"], "approved");
}

#[tokio::test]
async fn case_23_a_yes_for_a_client_that_is_gone_changes_nothing() {
    let stage = Stage::new("boss", Person::Yes);
    stage.gone.cancel();
    let before = files(stage.vault.dir());
    let call = stage.call("set_auth_method", json!({"method": "passphrase"}));
    assert_eq!(call.await.unwrap_err().code(), Code::Cancelled);
    assert_eq!(files(stage.vault.dir()), before);
}

#[tokio::test]
async fn a_request_that_waits_is_told_to_its_agent_alone() {
    let stage = Stage::new("boss", Person::IsAway);
    let call = stage.call(
        "upgrade_agent",
        json!({"name": "codex", "tier": "standard"}),
    );
    let Failure::Approval { code, command, .. } = call.await.unwrap_err() else {
        panic!("no request was left");
    };
    assert!(command.ends_with(&format!("approve {code}")), "{command}");
    let state = stage
        .call("get_request", json!({"code": code}))
        .await
        .unwrap();
    assert_eq!(state["state"], "waiting");
    let site = Site::new(stage.vault.clone(), "weak".to_owned());
    let other = Dispatch::new(site.asking(Arc::new(stage.fake.clone())));
    let call = Call::silent(CancellationToken::new(), CancellationToken::new());
    let arguments = json!({"code": code}).as_object().unwrap().clone();
    let tool = tools::find("get_request").unwrap();
    let failure = other.run(tool, arguments, &call).await.unwrap_err();
    assert_eq!(failure.code(), Code::NotFound);
}

#[tokio::test]
async fn an_agent_never_raises_itself_whoever_says_yes() {
    let stage = Stage::new("boss", Person::Yes);
    let set =
        json!({"name": "boss", "set": {"max_reads_per_hour": 0, "allowedExecutables": ["sh"]}});
    let failure = stage.call("edit_agent_profile", set).await.unwrap_err();
    assert_eq!(failure.code(), Code::Denied, "{failure}");
    assert_eq!(stage.asked(), 0);
}

#[tokio::test]
async fn case_19_what_a_client_says_of_itself_is_refused() {
    let stage = Stage::new("boss", Person::Yes);
    for extra in [
        json!({"method": "passphrase", "approved": true}),
        json!({"method": "passphrase", "risk": "low"}),
        json!({"method": "passphrase", "agent": "somebody-else"}),
    ] {
        let failure = stage.call("set_auth_method", extra).await.unwrap_err();
        assert_eq!(failure.code(), Code::InvalidArguments);
    }
    assert_eq!(stage.asked(), 0);
}

#[tokio::test]
async fn case_22_a_name_of_10_kb_is_refused() {
    let stage = Stage::new("boss", Person::Yes);
    let call = stage.call("get_agent", json!({"name": "x".repeat(10_000)}));
    assert_eq!(call.await.unwrap_err().code(), Code::InvalidArguments);
    let call = stage.call("get_agent", json!({"name": "co\u{202e}dex\u{1b}[2J"}));
    let failure = call.await.unwrap_err().to_string();
    assert!(
        failure.is_ascii() && !failure.contains('\u{1b}'),
        "{failure}"
    );
}

#[tokio::test]
async fn case_25_odd_arguments_get_a_typed_error_or_the_same_decision() {
    let stage = Stage::new("weak", Person::Yes);
    for method in [json!(null), json!(1), json!(["passphrase"]), json!("")] {
        let call = stage.call("set_auth_method", json!({"method": method}));
        assert_eq!(call.await.unwrap_err().code(), Code::InvalidArguments);
    }
    for method in ["passphrase", "PassPhrase"] {
        let call = stage.call("set_auth_method", json!({"method": method}));
        assert_eq!(call.await.unwrap_err().code(), Code::Denied);
    }
    assert!(tools::find("Set_Auth_Method").is_none());
    assert!(tools::find("openpass_set_auth_method").is_none());
}

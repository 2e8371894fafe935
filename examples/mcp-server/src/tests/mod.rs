//! Every tool through the real dispatch, with a person who is written down.

mod answers;
mod arguments;
mod waiting;
mod work;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, CancelledBy, Challenge, Evidence, Factor, FactorSet, Unavailable,
};
use openpass_mcp_guard::{Call, Client};
use openpass_testkit::{cheap_identity, files};
use openpass_vault::{Caller, Vault};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    dispatch::Dispatch,
    failure::{Code, Failure, Refused as _},
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
    let vault = Vault::init(&folder.path().join("vault"), cheap_identity()).unwrap();
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

/// A call of a client that hears nothing.
fn silent(cancelled: CancellationToken, gone: CancellationToken) -> Call {
    let mut client = Client::new();
    client.gone = gone;
    Call::silent(cancelled, client)
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
        let site = Site::new(Caller::claimed(vault.clone(), agent.to_owned()))
            .with_authenticator(Arc::new(fake.clone()));
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
        let call = silent(self.cancelled.clone(), self.gone.clone());
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

//! Every change of an agent's tier fits the prompts that have the least room,
//! whoever asks: nobody is sent from Touch ID to a terminal for a usual upgrade.
// It runs a pinentry, which Windows has none of.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a throw-away vault; a panic is how a test fails"
)]

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use futures_lite::future::block_on;
use openpass_auth::{
    AuthError, Authenticator, CancelledBy, Challenge, Detail, Evidence, Factor, FactorSet,
    Unavailable,
};
use openpass_auth_macos::dialog_text;
use openpass_auth_passphrase::{Question, TerminalPrompt};
use openpass_policy::{
    AgentRef, Channel, Guard, MemorySink, PolicyEngine, Principal, Refusal, Tier,
};
use openpass_vault::{Change, Vault};

/// The longest names that must fit.
const TARGET: &str = "the-agent-with-long-name";
const ASKS: &str = "an-agent-that-asks-a-lot";

/// What the profile says before; `tier` alone has the whole preset.
const PROFILES: [&str; 5] = [
    "{tier: read-only}",
    "{tier: standard}",
    "{tier: admin}",
    "{}",
    "{tier: safe}",
];

/// What the prompts would show, and what must be in it.
#[derive(Debug, Default)]
struct Seen {
    dialog: String,
    screens: Vec<Vec<String>>,
    fields: Vec<String>,
}

#[derive(Debug, Default)]
struct Looks(Mutex<Option<Result<Seen, Unavailable>>>);

#[async_trait]
impl Authenticator for Looks {
    fn name(&self) -> &'static str {
        "looks"
    }
    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }
    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let question = Question::from(challenge);
        let seen = dialog_text(challenge).and_then(|dialog| {
            let screens = TerminalPrompt::screens(&question, 24, 80)?;
            let widening = challenge
                .details()
                .iter()
                .filter_map(|detail| match detail {
                    Detail::Change(change) if change.widens && !change.in_summary => {
                        Some(change.field.to_string())
                    }
                    _ => None,
                });
            let fields = widening.collect();
            Ok(Seen {
                dialog,
                screens,
                fields,
            })
        });
        *self.0.lock().unwrap() = Some(seen);
        Err(AuthError::Cancelled(CancelledBy::Person))
    }
}

fn vault_with(profile: &str) -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let config = format!("agents:\n    {TARGET}: {profile}\n    {ASKS}: {{tier: admin}}\n");
    for (name, text) in [
        ("config.yaml", config.as_str()),
        ("identity.age", "age-encryption.org/v1\n"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let vault = Vault::open(folder.path()).unwrap();
    (folder, vault)
}

/// What is shown of a change to `tier`; `None` if nobody is asked for it.
fn asked(vault: &Vault, tier: Tier, principal: Principal) -> Option<Result<Seen, Unavailable>> {
    let reason = "the tests that run each night need it".to_owned();
    let mut request = vault.request().because(Some(reason));
    request.principal = principal;
    request.channel = Channel::Mcp;
    let agent = TARGET.to_owned();
    let proposal = vault
        .propose(request, &Change::SetTier { agent, tier })
        .ok()?;
    let looks = Arc::new(Looks::default());
    let engine = Arc::new(PolicyEngine::shipped().unwrap());
    let guard = Guard::new(engine, looks.clone(), Arc::new(MemorySink::new()));
    let refused = block_on(guard.authorize(proposal.to_authorize()));
    assert!(!matches!(refused, Err(Refusal::Denied(_))), "{refused:?}");
    looks.0.lock().unwrap().take()
}

#[test]
fn case_41_every_upgrade_fits_touch_id_and_case_42_a_screen_of_24_by_80() {
    assert_eq!((TARGET.len(), ASKS.len()), (24, 24));
    let agent = AgentRef::new(ASKS, Tier::Admin, true);
    let mut count = 0;
    for profile in PROFILES {
        let (_folder, vault) = vault_with(profile);
        for tier in [Tier::ReadOnly, Tier::Standard, Tier::Admin] {
            for principal in [Principal::User, Principal::Agent(agent.clone())] {
                let by_agent = principal != Principal::User;
                let Some(seen) = asked(&vault, tier, principal) else {
                    continue;
                };
                let place = format!("{profile} to {tier}, by an agent: {by_agent}");
                let Ok(seen) = seen else {
                    panic!("no room: {place}");
                };
                count += 1;
                fits(&seen, by_agent, &place);
            }
        }
    }
    // Upwards from each, and everything from no preset, by either.
    assert!(count >= 14, "{count}");
}

fn fits(seen: &Seen, by_agent: bool, place: &str) {
    let dialog = &seen.dialog;
    assert!(dialog.chars().count() <= 300, "{place}: {dialog}");
    let [screen] = seen.screens.as_slice() else {
        panic!("pages: {place}: {:#?}", seen.screens);
    };
    // The input line is one more.
    assert!(screen.len() < 24, "{place}: {screen:#?}");
    let screen = screen.join("\n");
    for field in &seen.fields {
        assert!(dialog.contains(field), "{place}: {field} in {dialog}");
        assert!(screen.contains(field), "{place}: {field} in {screen}");
    }
    let asks = format!("agent \"{ASKS}\"");
    assert_eq!(dialog.starts_with(&format!("let {asks} ")), by_agent);
    let flowing = screen.replace("\n      ", "");
    assert_eq!(
        flowing.matches(&format!("{asks} asks to ")).count(),
        if by_agent { 2 } else { 0 }
    );
}

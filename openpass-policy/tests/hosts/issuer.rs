//! Whose grant it is, and under which policies it was given.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, Script, Unavailable,
};
use openpass_policy::{
    AuditEvent, Denial, Grant, GrantError, Guard, Issuer, LogId, MemorySink, Outcome, PolicyEngine,
    Refusal,
};

use crate::flags::{ada, engine, flag, parts, set};

fn yes() -> Script {
    Script::new().yes(Factor::Passphrase)
}

fn granted(guard: &Guard) -> Grant {
    guard.authorize_blocking(set(ada(), flag("prod"))).unwrap()
}

fn redeemed(grant: Grant, issuer: &Issuer) -> Result<(), GrantError> {
    let redeemed = grant.redeem(issuer, &set(ada(), flag("prod")))?;
    redeemed.settle(Outcome::Done).unwrap();
    Ok(())
}

const NOBODY: &str = "forbid (principal, action, resource);";

#[test]
fn case_63_a_grant_of_a_second_guard_unlocks_nothing() {
    let log = Arc::new(MemorySink::new());
    // The store's own guard lets nobody do anything; the second one has no such policy.
    let own = Guard::new(engine(NOBODY), yes(), Arc::clone(&log));
    assert!(own.authorize_blocking(set(ada(), flag("prod"))).is_err());
    let same_log = Guard::new(engine(""), yes(), Arc::clone(&log));
    let other_log = Guard::new(engine(""), yes(), MemorySink::new());
    // Even with the very same policies it is another guard: who knows whom it asks?
    let same_policies = Guard::new(engine(""), yes(), Arc::clone(&log));
    for second in [same_log, other_log] {
        let used = redeemed(granted(&second), &own.issuer());
        assert_eq!(used, Err(GrantError::OtherIssuer));
    }
    let first = Guard::new(engine(""), yes(), log);
    let used = redeemed(granted(&same_policies), &first.issuer());
    assert_eq!(used, Err(GrantError::OtherIssuer));
    assert_eq!(redeemed(granted(&first), &first.issuer()), Ok(()));
}

#[test]
fn case_63_a_store_that_names_policies_and_log_takes_no_others() {
    let log = Arc::new(MemorySink::new());
    let digest = engine(NOBODY).digest();
    let issuer = Issuer::of(digest, openpass_policy::AuditSink::id(&log));
    let without = Guard::new(engine(""), yes(), Arc::clone(&log));
    assert_eq!(
        redeemed(granted(&without), &issuer),
        Err(GrantError::PoliciesChanged)
    );
    let elsewhere = Guard::new(engine(""), yes(), MemorySink::new());
    assert_eq!(
        redeemed(granted(&elsewhere), &issuer),
        Err(GrantError::OtherIssuer)
    );
    let with = Issuer::of(engine("").digest(), issuer_log(&log));
    let guard = Guard::new(engine(""), yes(), log);
    assert_eq!(redeemed(granted(&guard), &with), Ok(()));
}

fn issuer_log(log: &Arc<MemorySink>) -> LogId {
    openpass_policy::AuditSink::id(log)
}

#[test]
fn a_log_has_another_id_for_each_path_and_key_and_is_printed_short() {
    let logs = [
        LogId::of(&[b"a path", b"a key"]),
        LogId::of(&[b"a path", b"another key"]),
        LogId::of(&[b"a patha key"]),
        LogId::of(&[b"a path", b"a key", b""]),
    ];
    let printed: BTreeSet<String> = logs.iter().map(|log| format!("{log:?}")).collect();
    assert_eq!(printed.len(), logs.len(), "{printed:?}");
    for log in printed {
        let start = log.strip_prefix("LogId(").unwrap();
        let hex = start.strip_suffix("…)").unwrap();
        assert_eq!(hex.len(), 8, "{log}");
    }
}

#[test]
fn case_63_a_grant_under_policies_that_were_reloaded_since_is_refused() {
    let log = Arc::new(MemorySink::new());
    let guard = Guard::new(engine(""), yes(), Arc::clone(&log));
    let grant = granted(&guard);
    guard.reload(engine(NOBODY));
    assert_eq!(
        redeemed(grant, &guard.issuer()),
        Err(GrantError::PoliciesChanged)
    );
    let last = log.records().pop().unwrap().event;
    assert!(
        matches!(&last, AuditEvent::Outcome { outcome: Outcome::Failed { reason } }
            if reason.contains("policies have changed")),
        "{last:?}"
    );
}

#[test]
fn case_63_the_same_policies_loaded_anew_are_the_same() {
    let guard = Guard::new(engine(""), yes(), MemorySink::new());
    let grant = granted(&guard);
    guard.reload(engine(""));
    assert_eq!(redeemed(grant, &guard.issuer()), Ok(()));
}

#[test]
fn case_63_whatever_decides_is_in_the_digest() {
    let all = [
        parts(""),
        parts(NOBODY),
        parts("").person("Flags::Robot"),
        parts("").channel("web"),
        parts("").factors([Factor::Device]),
        parts("").host("namespace More { entity Thing; }"),
        PolicyEngine::builder(),
    ];
    let digests: Vec<String> = all
        .map(|it| it.build().unwrap().digest().to_string())
        .into();
    let different: std::collections::BTreeSet<&String> = digests.iter().collect();
    assert_eq!(different.len(), digests.len());
}

/// Says yes after it has put other policies in force, as if somebody did while the
/// prompt was up.
#[derive(Debug, Clone, Default)]
struct Reloads {
    guard: Arc<Mutex<Option<Arc<Guard>>>>,
    policies: &'static str,
}

#[async_trait]
impl Authenticator for Reloads {
    fn name(&self) -> &'static str {
        "reloads"
    }
    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }
    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let guard = self.guard.lock().unwrap().take().unwrap();
        guard.reload(engine(self.policies));
        Ok(Evidence::assertion(challenge, Factor::Passphrase))
    }
}

fn reloading(policies: &'static str) -> (Arc<Guard>, Result<Grant, Refusal>) {
    let reloads = Reloads {
        policies,
        ..Reloads::default()
    };
    let guard = Arc::new(Guard::new(engine(""), reloads.clone(), MemorySink::new()));
    *reloads.guard.lock().unwrap() = Some(Arc::clone(&guard));
    let granted = guard.authorize_blocking(set(ada(), flag("prod")));
    (guard, granted)
}

#[test]
fn case_63_a_reload_while_the_prompt_is_up_decides_under_the_new_policies() {
    let (_, refused) = reloading(NOBODY);
    assert!(
        matches!(refused, Err(Refusal::Denied(Denial::Forbidden { .. }))),
        "{refused:?}"
    );
    let harmless = r#"forbid (principal, action, resource in Flags::Region::"us");"#;
    let (guard, granted) = reloading(harmless);
    let grant = granted.unwrap();
    assert_eq!(redeemed(grant, &guard.issuer()), Ok(()));
}

//! A small host: the limits of accounts, each set by one person with an approval.

use std::{
    collections::BTreeMap,
    error::Error,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use openpass_auth::Authenticator;
use openpass_policy::{
    After, Before, Direction, Entity, Grant, Guard, MemorySink, Operation, PolicyEngine,
    StateDigest,
};

use crate::{hole::Hole, wrong::ErrorIsYes};

const SCHEMA: &str = r#"namespace Bank {
    entity Clerk;
    entity Account;
    action limit appliesTo { principal: [Clerk], resource: [Account], context: {} };
}"#;
const POLICY: &str =
    r#"@id("bank.all") permit (principal, action == Bank::Action::"limit", resource);"#;

/// Long enough for every answer but the late one.
const TIME_TO_ANSWER: Duration = Duration::from_secs(5);

pub(crate) type Limits = BTreeMap<String, u32>;
pub(crate) type Made = Result<(), Box<dyn Error>>;

/// The accounts. `log` and the note are there for every host; the rest is for holes.
pub(crate) struct Host {
    hole: Hole,
    limits: Mutex<Limits>,
    note: Mutex<String>,
    log: Arc<MemorySink>,
    approved: Mutex<bool>,
}

pub(crate) fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap()
}

impl Host {
    pub(crate) fn new(hole: Hole) -> Self {
        Self {
            hole,
            limits: Mutex::new([("rent".to_owned(), 100)].into()),
            note: Mutex::default(),
            log: Arc::default(),
            approved: Mutex::default(),
        }
    }

    pub(crate) fn look(&self) -> (Limits, String) {
        (open(&self.limits).clone(), open(&self.note).clone())
    }

    pub(crate) fn log(&self) -> String {
        format!("{:?}", self.log.records())
    }

    /// Another program sets a limit.
    pub(crate) fn edit(&self, account: &str, limit: u32) {
        open(&self.limits).insert(account.to_owned(), limit);
    }

    /// Takes a note, which asks nobody.
    pub(crate) fn note(&self, text: &str) {
        text.clone_into(&mut open(&self.note));
    }

    /// Sets a limit, if a person approves.
    pub(crate) fn set(&self, account: &str, limit: u32, ask: Arc<dyn Authenticator>) -> Made {
        if self.hole == Hole::ApprovedForAll && *open(&self.approved) {
            self.edit(account, limit);
            return Ok(());
        }
        let shown = open(&self.limits).clone();
        let early = (self.hole == Hole::ActsFirst).then(|| Early::of(self, account, limit));
        let ask: Arc<dyn Authenticator> = match self.hole {
            Hole::ErrorIsYes => Arc::new(ErrorIsYes(ask)),
            _ => ask,
        };
        let engine = PolicyEngine::builder().host(SCHEMA).person("Bank::Clerk");
        let engine = engine.policy(POLICY).build()?;
        let guard = Guard::new(engine, ask, Arc::clone(&self.log)).with_timeout(TIME_TO_ANSWER);
        let grant = guard.authorize_blocking(self.operation(&shown, account, limit))?;
        if let Some(early) = early {
            return early.stays(&guard, grant);
        }
        self.commit(&guard, grant, &shown, (account, limit))
    }

    fn commit(
        &self,
        guard: &Guard,
        mut grant: Grant,
        shown: &Limits,
        (account, limit): (&str, u32),
    ) -> Made {
        let mut limits = open(&self.limits);
        let now = match self.hole {
            Hole::OntoEdited => self.operation(shown, account, limit),
            _ => self.operation(&limits, account, limit),
        };
        grant.begin()?;
        let running = grant.redeem(&guard.issuer(), &now)?;
        let made = if self.hole == Hole::OtherThanAsked {
            limit * 10
        } else {
            limit
        };
        running.settle_with(|| {
            limits.insert(account.to_owned(), made);
            *open(&self.approved) = true;
            Ok(())
        })
    }

    /// The operation of setting a limit, where the limits are these.
    fn operation(&self, limits: &Limits, account: &str, limit: u32) -> Operation {
        let before = limits.get(account).copied().unwrap_or_default();
        let (before, after) = (before.to_string(), limit.to_string());
        let state = StateDigest::of(&[format!("{limits:?}").as_bytes(), after.as_bytes()]);
        let operation = Operation::new("Bank::limit")
            .by(Entity::new("Bank::Clerk", "ada"))
            .on(Entity::new("Bank::Account", account))
            .onto(state);
        match self.hole {
            Hole::Hides => {
                operation.changing("limit", Before(before), After("more"), Direction::Widens)
            }
            _ => operation.changing("limit", Before(before), After(after), Direction::Widens),
        }
    }
}

/// A limit that is set before anybody is asked, and put back on a no.
struct Early<'a> {
    host: &'a Host,
    account: &'a str,
    limit: u32,
    before: Limits,
    approved: bool,
}

impl<'a> Early<'a> {
    fn of(host: &'a Host, account: &'a str, limit: u32) -> Self {
        let before = open(&host.limits).clone();
        host.edit(account, limit);
        Self {
            host,
            account,
            limit,
            before,
            approved: false,
        }
    }

    fn is_there(&self) -> bool {
        open(&self.host.limits).get(self.account) == Some(&self.limit)
    }

    fn stays(mut self, guard: &Guard, mut grant: Grant) -> Made {
        if !self.is_there() {
            return Err("the limit changed meanwhile".into());
        }
        grant.begin()?;
        let shown = self.host.operation(&self.before, self.account, self.limit);
        let running = grant.redeem(&guard.issuer(), &shown)?;
        self.approved = true;
        running.settle_with(|| Ok(()))
    }
}

impl Drop for Early<'_> {
    fn drop(&mut self) {
        if self.approved || !self.is_there() {
            return;
        }
        let mut limits = open(&self.host.limits);
        match self.before.get(self.account) {
            Some(limit) => limits.insert(self.account.to_owned(), *limit),
            None => limits.remove(self.account),
        };
    }
}

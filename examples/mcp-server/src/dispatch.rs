//! From a call to its answer: the one place where the guard is asked, a
//! handler runs and a change is committed.

use std::{num::NonZeroU8, sync::Arc, time::Duration};

use openpass_auth::AuthError;
use openpass_policy::{
    AuditError, AuditEvent, AuditRecord, AuditSink, AuthFactor, FieldChange, Guard, Outcome,
    Refusal,
};
use openpass_vault::{GuardLog, Proposal, VaultError};
use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use tokio::{sync::Mutex, time::Instant};
use tracing::{info, warn};

use crate::{
    asking::Asks,
    call::Call,
    failure::Failure,
    requests,
    site::Site,
    tool::{Asked, Look, MakeOperation, Plan, Registration, to_value},
};

/// How often a person may answer wrongly: two more prompts after the first.
const TRIES: NonZeroU8 = match NonZeroU8::new(3) {
    Some(tries) => tries,
    None => NonZeroU8::MIN,
};
/// How long a call may wait for those before it, and for the vault.
const PATIENCE: Duration = Duration::from_secs(120);

/// Proof that the guard allowed a call to look. Only the dispatch makes one.
#[derive(Debug)]
#[non_exhaustive]
pub struct Allowed(());

/// A change that was made.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Changed {
    /// Always `done`.
    outcome: &'static str,
    /// What vouched for it: `biometry` or `passphrase`.
    factor: String,
    /// The operation's digest, as on the guard log.
    digest: String,
    /// Every field that changed.
    changes: Vec<Field>,
    /// The token that was issued, without its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<Issued>,
}

/// One field of a change.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Field {
    field: String,
    before: Option<String>,
    after: Option<String>,
    /// `widens`, `narrows` or `neutral`.
    direction: Value,
    /// What comes, where the values are lists or texts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    added: Vec<String>,
    /// What goes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    removed: Vec<String>,
}

/// A new token: where it is, not what it is.
#[derive(Debug, Serialize, JsonSchema)]
struct Issued {
    id: String,
    /// The file that holds it, below the vault.
    file: String,
}

impl From<&FieldChange> for Field {
    fn from(change: &FieldChange) -> Self {
        Self {
            field: change.field.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
            direction: serde_json::to_value(change.direction).unwrap_or_default(),
            added: change.difference.added().map(ToOwned::to_owned).collect(),
            removed: change.difference.removed().map(ToOwned::to_owned).collect(),
        }
    }
}

/// Runs calls, those that change one after the other.
#[derive(Debug)]
pub(crate) struct Dispatch {
    site: Arc<Site>,
    asks: Arc<dyn Asks>,
    turn: Mutex<()>,
}

impl Dispatch {
    pub(crate) fn new(site: Site, asks: Arc<dyn Asks>) -> Self {
        Self {
            site: Arc::new(site),
            asks,
            turn: Mutex::new(()),
        }
    }

    /// Runs one call of `tool`.
    pub(crate) async fn run(
        &self,
        tool: &Registration,
        arguments: JsonObject,
        call: &Call,
    ) -> Result<Value, Failure> {
        let outcome = match tool.plan(arguments) {
            Ok(Plan::Reads { operation, read }) => self.look(operation, read, call).await,
            Ok(Plan::Changes(asked)) => self.change(asked, call).await,
            Err(failure) => Err(failure),
        };
        match &outcome {
            Ok(_) => info!(tool = tool.name(), "answered"),
            Err(failure) => warn!(tool = tool.name(), code = ?failure.code(), "refused: {failure}"),
        }
        outcome
    }

    /// Waits until no change is being made.
    pub(crate) async fn idle(&self) {
        drop(self.turn.lock().await);
    }

    async fn look(
        &self,
        operation: MakeOperation,
        read: Look,
        call: &Call,
    ) -> Result<Value, Failure> {
        let site = Arc::clone(&self.site);
        let request = blocking(move || site.request(None)).await?;
        let operation = operation(request);
        let log = Arc::new(Looks(GuardLog::of(self.site.vault())));
        let (guard, deadline) = self.guard(log).await?;
        let grant = call
            .while_asking(deadline, guard.authorize(operation.clone()))
            .await??;
        let redeemed = grant.redeem(&operation).map_err(VaultError::Grant)?;
        let site = Arc::clone(&self.site);
        let answer = blocking(move || read(Allowed(()), &site)).await;
        let outcome = match &answer {
            Ok(_) => Outcome::Done,
            Err(failure) => Outcome::Failed {
                reason: failure.to_string(),
            },
        };
        redeemed
            .settle(outcome)
            .map_err(VaultError::OutcomeNotRecorded)?;
        answer
    }

    async fn change(&self, asked: Asked, call: &Call) -> Result<Value, Failure> {
        let queued = Instant::now();
        let deadline = queued.checked_add(PATIENCE).unwrap_or(queued);
        let _turn = call.unless_over(deadline, self.turn.lock()).await?;
        let (site, Asked { change, reason }) = (Arc::clone(&self.site), asked);
        let proposal = blocking(move || {
            let request = site.request(reason)?;
            let proposal = site.vault().propose(request, &change)?;
            site.vault().ready_for(proposal.change())?;
            Ok(proposal)
        })
        .await?;
        let log = Arc::new(GuardLog::of(self.site.vault()));
        let (guard, deadline) = self.guard(log).await?;
        let authorized = guard.authorize(proposal.operation().clone());
        let grant = match call.while_asking(deadline, authorized).await? {
            Err(Refusal::NotAuthenticated(AuthError::Unavailable(why))) => {
                call.still_wanted()?;
                let site = Arc::clone(&self.site);
                return blocking(move || requests::leave(&site, &proposal, &why)).await;
            }
            granted => granted?,
        };
        let factor = grant.factor();
        // INVARIANT (nobody waits, nothing changes): the last look before the
        // commit, which is not broken off once it has begun.
        call.still_wanted()?;
        let (site, proposal) = (Arc::clone(&self.site), Arc::new(proposal));
        let committed = Arc::clone(&proposal);
        blocking(move || Ok(site.vault().commit(grant, &committed)?)).await?;
        to_value(&changed(&proposal, factor))
    }

    /// The guard of one call, and when that call is over.
    async fn guard(&self, log: Arc<dyn AuditSink>) -> Result<(Guard, Instant), Failure> {
        let (site, asks) = (Arc::clone(&self.site), Arc::clone(&self.asks));
        blocking(move || {
            let settings = site.vault().settings();
            if let Some(problem) = &settings.problem {
                warn!("the guard's settings cannot be used, so the strictest hold: {problem}");
            }
            let authenticator = asks.authenticator(site.vault(), &settings)?;
            let timeout = settings.timeout;
            let guard = Guard::new(site.engine()?, authenticator, log)
                .with_tries(TRIES)
                .with_timeout(timeout);
            // Each try has its time, and a prompt may wait for another's end.
            let most = timeout
                .saturating_mul(u32::from(TRIES.get()))
                .saturating_add(PATIENCE);
            let now = Instant::now();
            Ok((guard, now.checked_add(most).unwrap_or(now)))
        })
        .await
    }
}

fn changed(proposal: &Proposal, factor: AuthFactor) -> Changed {
    let operation = proposal.operation();
    Changed {
        outcome: "done",
        factor: factor.as_str().to_owned(),
        digest: operation.digest().to_string(),
        changes: operation.changes().iter().map(Field::from).collect(),
        issued: proposal.issued().map(|token| Issued {
            id: token.id.clone(),
            file: token.file.clone(),
        }),
    }
}

/// Runs what reads or writes files where it holds nobody else up. A panic is
/// a failure.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::Internal(error.to_string()))?
}

/// The log for calls that look. What was allowed without anybody is left out:
/// an agent that looks ten thousand times must not push changes out of sight.
#[derive(Debug)]
struct Looks(GuardLog);

impl AuditSink for Looks {
    fn record(&self, record: &AuditRecord) -> Result<(), AuditError> {
        match &record.event {
            AuditEvent::Intent {
                factor: AuthFactor::None,
                ..
            } => Ok(()),
            _ => self.0.record(record),
        }
    }
}

//! From a call to its answer: the one place where the guard is asked, a
//! handler runs and a change is committed.

use std::{sync::Arc, time::Duration};

use openpass_auth::AuthError;
use openpass_policy::{AuthFactor, FieldChange, Refusal};
use openpass_vault::{Door, DoorError, Look, Proposal, TRIES};
use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use tokio::{sync::Mutex, time::Instant};
use tracing::{info, warn};

use crate::{
    call::Call,
    failure::Failure,
    requests,
    site::Site,
    tool::{Asked, Plan, Read, Registration, to_value},
};

/// How long a call may wait for those before it, and for the vault.
const PATIENCE: Duration = Duration::from_secs(120);

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
    turn: Mutex<()>,
}

impl Dispatch {
    pub(crate) fn new(site: Site) -> Self {
        Self {
            site: Arc::new(site),
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
            Ok(Plan::Reads { look, read }) => self.look(look, read, call).await,
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

    async fn look(&self, look: Look, read: Read, call: &Call) -> Result<Value, Failure> {
        let site = Arc::clone(&self.site);
        let door = blocking(move || site.to_look()).await?;
        let asked = call.while_asking(patience(&door), door.look(look)).await?;
        let looked = asked.map_err(told)?;
        let site = Arc::clone(&self.site);
        blocking(move || read(looked, &site)).await
    }

    async fn change(&self, asked: Asked, call: &Call) -> Result<Value, Failure> {
        let queued = Instant::now();
        let deadline = queued.checked_add(PATIENCE).unwrap_or(queued);
        let _turn = call.unless_over(deadline, self.turn.lock()).await?;
        let (site, Asked { change, reason }) = (Arc::clone(&self.site), asked);
        let (door, proposal) = blocking(move || {
            let door = site.to_change(&change, reason)?;
            let proposal = door.propose(&change).map_err(told)?;
            drop(door.admit(&proposal).map_err(told)?);
            Ok((Arc::new(door), Arc::new(proposal)))
        })
        .await?;
        let authorized = door.authorize(proposal.operation());
        let authorized = call.while_asking(patience(&door), authorized).await?;
        let grant = match authorized.map_err(told) {
            Err(Failure::Refused(Refusal::NotAuthenticated(AuthError::Unavailable(why)))) => {
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
        let (door, committed) = (Arc::clone(&door), Arc::clone(&proposal));
        blocking(move || Ok(door.commit(grant, &committed)?)).await?;
        to_value(&changed(&proposal, factor))
    }
}

/// When a call through `door` is over: each try has its time, and a prompt may
/// wait for another's end.
fn patience(door: &Door) -> Instant {
    let prompts = door
        .settings()
        .timeout
        .saturating_mul(u32::from(TRIES.get()));
    let now = Instant::now();
    now.checked_add(prompts.saturating_add(PATIENCE))
        .unwrap_or(now)
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

/// A failure, after stderr has been told where the guard log does not have a
/// refusal.
fn told(error: DoorError) -> Failure {
    let DoorError::Refused(refusal) = error else {
        return error.into();
    };
    let (refusal, unlogged) = refusal.split();
    if let Some(error) = unlogged {
        warn!("a refusal could not be put on the guard log: {error}; refused was: {refusal}");
    }
    refusal.into()
}

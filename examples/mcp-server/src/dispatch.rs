//! From a call to its answer: the one place where the guard is asked, a
//! handler runs and a change is committed.

use std::sync::Arc;

use openpass_mcp_guard::{Call, Refused as _, Stopped, blocking, queue::Queue};
use openpass_policy::Decision;
use openpass_vault::{Door, DoorError, Look, Proposal, TRIES};
use rmcp::model::JsonObject;
use serde_json::Value;
use tokio::time::Instant;
use tracing::{info, warn};

use crate::{
    changed::Changed,
    failure::Failure,
    requests,
    site::Site,
    tool::{Plan, Read, Registration, Requested, Said, to_value},
    tools,
};

const ASKING: &str = "waiting for a person's approval";

/// Runs calls: some reads at a time, and changes one after the other.
#[derive(Debug)]
pub(crate) struct Dispatch {
    site: Arc<Site>,
    queue: Queue,
}

impl Dispatch {
    pub(crate) fn new(site: Site) -> Self {
        Self {
            site: Arc::new(site),
            queue: Queue::default(),
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
            Ok(Plan::Reads { look, read }) => self.read(tool.name(), look, &read, call).await,
            Ok(Plan::Changes(asked)) => self.change(tool.name(), asked, call).await,
            Err(failure) => Err(failure),
        };
        match &outcome {
            Ok(_) => info!(tool = tool.name(), "answered"),
            Err(failure) => warn!(tool = tool.name(), code = %failure.code(), "refused: {failure}"),
        }
        outcome
    }

    /// The tools that are open to who asks.
    pub(crate) async fn open(&self) -> Result<Vec<&'static Registration>, Failure> {
        let _place = self.queue.read_unasked().await;
        let site = Arc::clone(&self.site);
        blocking(move || site.open(tools::ALL)).await
    }

    /// The moment at which a call through `door` is over: each try has its time.
    fn patience(&self, door: &Door) -> Instant {
        let tries = u32::from(TRIES.get());
        self.queue
            .patience(door.settings().timeout.saturating_mul(tries))
    }

    /// Waits until no change is being made.
    pub(crate) async fn idle(&self) {
        self.queue.idle().await;
    }

    /// Reads once, or as the tool asks for it again and again until there is
    /// something else to say.
    async fn read(
        &self,
        tool: &'static str,
        look: Look,
        read: &Read,
        call: &Call,
    ) -> Result<Value, Failure> {
        let again = || async {
            let said = self.look(tool, look, read, call).await?;
            Ok((said.answer, said.waits))
        };
        let first = again().await?;
        self.queue.poll(call, first, again).await
    }

    /// Reads once, for one call of `tool`.
    pub(crate) async fn look(
        &self,
        tool: &'static str,
        look: Look,
        read: &Read,
        call: &Call,
    ) -> Result<Said, Failure> {
        let place = self.queue.read(call).await?;
        let door = match self.look_unasked(tool, look, read).await? {
            Unasked::Said(said) => return Ok(said),
            Unasked::Decides(door) => door,
        };
        let operation = look.operation(door.request());
        let asked = if matches!(door.decide(&operation), Decision::RequireBiometry { .. }) {
            drop(place);
            call.while_telling(self.patience(&door), ASKING, door.look(look))
                .await?
        } else {
            door.look(look).await
        };
        let looked = asked.map_err(told)?;
        // It may have taken a person a while: what there is by now.
        let (site, read) = (Arc::clone(&self.site), Arc::clone(read));
        blocking(move || {
            // It may have been revoked while a person was asked.
            let now = site.now();
            now.opens(tool)?;
            read(looked, &now)
        })
        .await
    }

    /// Reads once, where policy allows it without asking anybody.
    pub(crate) async fn peek(
        &self,
        tool: &'static str,
        look: Look,
        read: &Read,
    ) -> Result<Option<Said>, Failure> {
        let _place = self.queue.read_unasked().await;
        match self.look_unasked(tool, look, read).await? {
            Unasked::Said(said) => Ok(Some(said)),
            Unasked::Decides(_) => Ok(None),
        }
    }

    /// Decides and reads at one moment of the vault, in one go.
    async fn look_unasked(
        &self,
        tool: &'static str,
        look: Look,
        read: &Read,
    ) -> Result<Unasked, Failure> {
        let (site, read) = (Arc::clone(&self.site), Arc::clone(read));
        blocking(move || {
            let door = site.to_look(tool)?;
            let Some(looked) = door.look_unasked(look) else {
                return Ok(Unasked::Decides(Box::new(door)));
            };
            read(looked, &site.at(&door)).map(Unasked::Said)
        })
        .await
    }

    async fn change(
        &self,
        tool: &'static str,
        asked: Requested,
        call: &Call,
    ) -> Result<Value, Failure> {
        let _turn = self.queue.change(call).await?;
        let (site, Requested { change, reason }) = (Arc::clone(&self.site), asked);
        let (door, proposal) = blocking(move || {
            let door = site.to_change(tool, &change, reason)?;
            let proposal = door.propose(&change).map_err(told)?;
            drop(door.admit(&proposal).map_err(told)?);
            Ok::<_, Failure>((Arc::new(door), Arc::new(proposal)))
        })
        .await?;
        let authorized = door.authorize(proposal.to_authorize());
        let authorized = call.while_telling(self.patience(&door), ASKING, authorized);
        let grant = match authorized
            .await
            .map_err(Failure::from)
            .and_then(|asked| asked.map_err(told))
        {
            Ok(grant) => grant,
            Err(failure) => {
                let opens = {
                    let site = Arc::clone(&self.site);
                    move || site.opens(tool)
                };
                return Err(unanswered(failure, (door, proposal), call, opens).await);
            }
        };
        let factor = grant.factor();
        // INVARIANT (nobody waits, nothing changes): the last look before the
        // commit, which is not broken off once it has begun.
        call.still_wanted()?;
        let site = Arc::clone(&self.site);
        blocking(move || {
            // It may have been revoked while the person was asked.
            site.opens(tool)?;
            door.commit(grant, &proposal)?;
            requests::settle(&site, &proposal);
            to_value(&Changed::of(&door, &proposal, factor))
        })
        .await
    }
}

/// The outcome of a look before anybody is asked.
enum Unasked {
    /// Policy allows it: what was read.
    Said(Said),
    /// Policy denies it, or wants somebody asked.
    Decides(Box<Door>),
}

/// Returns the failure that the client gets when nobody said yes. Where nobody
/// said no either, the request is left for a person to decide on later.
async fn unanswered(
    failure: Failure,
    (door, proposal): (Arc<Door>, Arc<Proposal>),
    call: &Call,
    opens: impl FnOnce() -> Result<(), Failure> + Send + 'static,
) -> Failure {
    let Some(why) = requests::why_later(&failure, call.is_called_off()) else {
        return failure;
    };
    let called_off = matches!(failure, Failure::Stopped(Stopped::Cancelled));
    if !called_off && call.still_wanted().is_err() {
        return Stopped::Cancelled.into();
    }
    let left = blocking(move || {
        // Nobody is asked later for a token that was revoked meanwhile.
        opens()?;
        Ok(requests::leave(&door, &proposal, why, failure))
    })
    .await;
    match left {
        // Nobody hears it: the request is for the person, and the next try.
        Ok(_) if called_off => Stopped::Cancelled.into(),
        Ok(failure) | Err(failure) => failure,
    }
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

//! Requests as resources, `openpass://requests/CODE`: an agent lists and reads
//! its own, and is told when a person has decided on one.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use openpass_mcp_guard::{Call, Client, Code, Refused as _};
use openpass_policy::Channel;
use openpass_vault::{Look, Pending};
use rmcp::{
    Peer, RoleServer,
    model::{Resource, ResourceUpdatedNotificationParam, SubscriptionFilter},
    service::SubscriptionContext,
};
use serde_json::{Value, json};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::sleep,
};
use tokio_util::sync::CancellationToken;

use crate::{
    dispatch::Dispatch,
    failure::Failure,
    tool::{Plan, Read, Said, to_value},
    tools,
};

/// The start of every resource's name.
const REQUESTS: &str = "openpass://requests/";
/// The tool that says the same: where it is not open to a client, nor are these.
const TOOL: &str = "get_request";
/// The pattern of the names.
pub(crate) const TEMPLATE: &str = "openpass://requests/{code}";
/// The form of what is read.
pub(crate) const JSON: &str = "application/json";
/// The largest number of requests that one connection is told of at a time.
const MOST: usize = 16;
/// The time between two looks at a request that a client subscribed to.
const AGAIN: Duration = Duration::from_millis(500);

/// The resources of one client.
#[derive(Debug, Clone)]
pub(crate) struct Resources {
    dispatch: Arc<Dispatch>,
    client: Client,
    places: Arc<Semaphore>,
    /// The token that ends each subscription, by the resource's name.
    open: Arc<Mutex<HashMap<String, CancellationToken>>>,
}

impl Resources {
    pub(crate) fn new(dispatch: Arc<Dispatch>, client: Client) -> Self {
        Self {
            dispatch,
            client,
            places: Arc::new(Semaphore::new(MOST)),
            open: Arc::default(),
        }
    }

    /// The agent's requests that wait.
    pub(crate) async fn list(&self, call: &Call) -> Result<Vec<Resource>, Failure> {
        let read: Read = Arc::new(|_, site| {
            let waiting = Pending::list(site.vault(), &site.asker()?)?;
            let mine = waiting
                .iter()
                .filter(|request| request.channel == Channel::Mcp);
            let codes: Vec<&String> = mine.map(|request| &request.code).collect();
            Ok(Said {
                answer: to_value(&codes)?,
                waits: None,
            })
        });
        let said = self.dispatch.look(TOOL, Look::List, &read, call).await?;
        let codes = said.answer.as_array().into_iter().flatten();
        let codes = codes.filter_map(Value::as_str);
        Ok(codes
            .map(|code| {
                Resource::new(format!("{REQUESTS}{code}"), code)
                    .with_title(format!("Request {code}"))
                    .with_description("A request that waits for a person, as get_request shows it.")
                    .with_mime_type(JSON)
            })
            .collect())
    }

    /// Returns the state of the request, as `get_request` says it.
    pub(crate) async fn read(&self, name: &str, call: &Call) -> Result<Value, Failure> {
        let (look, read) = state(name)?;
        Ok(self.dispatch.look(TOOL, look, &read, call).await?.answer)
    }

    /// Has the client told when a person has decided. One that is decided is
    /// told of at once.
    pub(crate) async fn subscribe(
        &self,
        name: String,
        call: &Call,
        peer: Peer<RoleServer>,
    ) -> Result<(), Failure> {
        drop(self.read(&name, call).await?);
        let Some((place, ended)) = self.begin(&name)? else {
            return Ok(());
        };
        let this = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                biased;
                () = ended.cancelled() => return,
                () = this.client.gone.cancelled() => {}
                () = decided(&this.dispatch, &name) => {
                    let update = ResourceUpdatedNotificationParam::new(name.clone());
                    // A client that cannot hear it is found gone by its input's end.
                    drop(peer.notify_resource_updated(update).await);
                }
            }
            this.open().remove(&name);
            drop(place);
        });
        Ok(())
    }

    /// Ends a subscription, if there is one.
    pub(crate) fn unsubscribe(&self, name: &str) {
        if let Some(ended) = self.open().remove(name) {
            ended.cancel();
        }
    }

    /// Returns the part of `requested` that a client can subscribe to.
    pub(crate) fn filter(requested: &SubscriptionFilter) -> SubscriptionFilter {
        let names = requested.resource_subscriptions.iter().flatten();
        let ours = names.filter(|name| name.starts_with(REQUESTS));
        SubscriptionFilter::builder()
            .resource_subscriptions(ours.take(MOST).cloned())
            .build()
    }

    /// Tells of each request that is listened to, until all are decided.
    pub(crate) async fn listen(
        &self,
        call: &Call,
        subscription: &SubscriptionContext,
    ) -> Result<(), Failure> {
        let mut watched = JoinSet::new();
        let names = subscription.accepted().resource_subscriptions.iter();
        for name in names.flatten().cloned() {
            let place = self.place()?;
            let dispatch = Arc::clone(&self.dispatch);
            watched.spawn(async move {
                decided(&dispatch, &name).await;
                drop(place);
                name
            });
        }
        loop {
            tokio::select! {
                biased;
                () = call.over() => return Ok(()),
                next = watched.join_next() => match next {
                    Some(Ok(name)) => {
                        drop(subscription.sink().notify_resource_updated(name).await);
                    }
                    Some(Err(error)) => return Err(Failure::broke(error)),
                    None => return Ok(()),
                },
            }
        }
    }

    fn begin(
        &self,
        name: &str,
    ) -> Result<Option<(OwnedSemaphorePermit, CancellationToken)>, Failure> {
        let mut open = self.open();
        if open.contains_key(name) {
            return Ok(None);
        }
        let place = self.place()?;
        let ended = CancellationToken::new();
        open.insert(name.to_owned(), ended.clone());
        Ok(Some((place, ended)))
    }

    fn place(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        place.map_err(|_| {
            Failure::Arguments(format!(
                "{MOST} requests are subscribed to already; unsubscribe from one first"
            ))
        })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, CancellationToken>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the look and the read for the request that the resource called
/// `name` stands for.
fn state(name: &str) -> Result<(Look, Read), Failure> {
    let unknown = || {
        let shown = openpass_auth::SafeText::quoted(name);
        Failure::NotFound(format!("there is no resource {shown}; see resources/list"))
    };
    let code = name.strip_prefix(REQUESTS);
    let code = code.filter(|code| Pending::is_code(code));
    let code = code.ok_or_else(unknown)?;
    // With a wait, it says whether there is something to wait for.
    let Value::Object(arguments) = json!({"code": code, "wait": 1}) else {
        return Err(unknown());
    };
    match tools::find(TOOL).map(|tool| tool.plan(arguments)) {
        Some(Ok(Plan::Reads { look, read })) => Ok((look, read)),
        _ => Err(unknown()),
    }
}

/// Waits until there is something else to say of the request called `name`
/// than that it waits. Nobody is asked.
async fn decided(dispatch: &Dispatch, name: &str) {
    let Ok((look, read)) = state(name) else {
        return;
    };
    loop {
        match dispatch.peek(TOOL, look, &read).await {
            Ok(Some(Said { waits: Some(_), .. })) => {}
            Err(failure) if failure.code() == Code::Busy => {}
            _ => return,
        }
        sleep(AGAIN).await;
    }
}

//! A server whose tools are behind a gate.

mod asked;
mod called;
mod handler;
mod tool_map;
mod unguarded;
mod who;

use core::fmt;
use std::sync::Arc;

use rmcp::{RoleServer, ServerHandler, service::RequestContext};
use tokio_util::sync::CancellationToken;

pub use self::{
    asked::Asked,
    tool_map::{ToolMap, ToolMapError},
    unguarded::Unguarded,
    who::Who,
};
use self::{called::Inner, unguarded::Through};
use crate::{Blocked, Client, Gate};

/// Any server of the SDK's, with a [`Gate`] in front of its tools.
///
/// A call of a tool is decided on by the gate's guard, as the operation that the
/// [`ToolMap`] makes of it. A refusal is the result of the call, which the model reads
/// ([`answer::refusal`](crate::answer::refusal)). A tool runs on a task of its own: a
/// panic is an answer, and the log says that nobody knows how it ended.
///
/// `tools/list` shows the tools of the map, each as long as the server describes it as it
/// did when the map was made. A call of any other tool is refused.
///
/// # What is let through
///
/// Prompts, resources, completions and what else changes nothing go to the server as they
/// come. Tasks, skills and methods of the server's own may change something, and no policy
/// is asked about them: they are refused, and not advertised, but where the host says
/// otherwise ([`letting_through`](Self::letting_through)).
///
/// # Who it guards against
///
/// The client, and the model behind it. The server is the host's own code: what its tools
/// do, and what it does without being called, is not looked at.
pub struct Guarded<S> {
    inner: Arc<Inner<S>>,
    through: Through,
    client: Client,
    #[cfg(feature = "wire")]
    flights: Option<crate::wire::Flights>,
}

impl<S: ServerHandler> Guarded<S> {
    /// Puts `gate` in front of the tools of `server` that are in `tools`.
    pub fn new(server: S, gate: impl Into<Arc<Gate>>, tools: ToolMap) -> Self {
        Self {
            inner: Arc::new(Inner {
                server,
                gate: gate.into(),
                tools,
                takes_tasks: false,
                when_blocked: None,
            }),
            through: Through::default(),
            client: Client::default(),
            #[cfg(feature = "wire")]
            flights: None,
        }
    }

    /// Lets these methods through to the server, with no policy asked about them.
    #[must_use]
    pub fn letting_through(mut self, methods: impl IntoIterator<Item = Unguarded>) -> Self {
        self.through.extend(methods);
        let takes_tasks = self.through.has(Unguarded::Tasks);
        // Nobody else has it before it serves.
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.takes_tasks = takes_tasks;
        }
        self
    }

    /// Lets the host see each call that the gate does not let through, and answer it: where
    /// nobody could be asked, it may leave a request for a person, and answer with the code
    /// of that request ([`Refused::request_code`](crate::Refused::request_code)). It is
    /// called on a thread where it may read and write files.
    #[must_use]
    pub fn when_blocked(
        mut self,
        answer: impl Fn(&Asked, Blocked) -> Blocked + Send + Sync + 'static,
    ) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.when_blocked = Some(Arc::new(answer));
        }
        self
    }

    /// Says when the client leaves. Without this, a call ends when its client calls it
    /// off, and not when the client's process is gone.
    #[must_use]
    pub fn for_client(mut self, client: Client) -> Self {
        self.client = client;
        self
    }

    /// Serves the client of `stdio`, and hears from there when it calls something off.
    ///
    /// ```no_run
    /// # use std::sync::Arc;
    /// # use openpass_mcp_guard::{Gate, Guarded, ToolMap, stdio::{LAST_WAIT, Stdio, StdioError}};
    /// # use tokio::time::timeout;
    /// # async fn serve<S: rmcp::ServerHandler>(
    /// #     server: S,
    /// #     gate: Arc<Gate>,
    /// #     tools: ToolMap,
    /// # ) -> Result<(), StdioError> {
    /// let stdio = Stdio::open()?;
    /// let server = Guarded::new(server, Arc::clone(&gate), tools).on(&stdio);
    /// // A tool that runs when the client leaves may end, and the log say how.
    /// let idle = async { drop(timeout(LAST_WAIT, gate.idle()).await) };
    /// stdio.serve(server, idle).await
    /// # }
    /// ```
    #[cfg(feature = "wire")]
    #[must_use]
    pub fn on(self, stdio: &crate::stdio::Stdio) -> Self {
        let client = stdio.client();
        self.for_requests(stdio.flights()).for_client(client)
    }

    /// Hears from `flights` when the client calls a request off: those of the
    /// [`Wire`](crate::wire::Wire) that the server is served on.
    #[cfg(feature = "wire")]
    #[must_use]
    pub fn for_requests(mut self, flights: crate::wire::Flights) -> Self {
        self.flights = Some(flights);
        self
    }

    fn cancelled(&self, context: &RequestContext<RoleServer>) -> CancellationToken {
        #[cfg(feature = "wire")]
        if let Some(flights) = &self.flights {
            return flights.cancelled(&context.id);
        }
        context.ct.clone()
    }
}

impl<S> fmt::Debug for Guarded<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded")
            .field("tools", &self.inner.tools)
            .field("gate", &self.inner.gate)
            .field("through", &self.through)
            .finish_non_exhaustive()
    }
}

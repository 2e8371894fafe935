//! The client's lines, in and out: what the SDK's own transport does not do.
//!
//! Every request has one answer, whatever it is: too deep, too long, no JSON,
//! under an id that is in flight. Nothing waits for a client that does not
//! read. At the end of the input, what was asked is answered first.

mod envelope;
mod flights;
mod input;
mod message;
mod output;
mod strict;

use std::io::{self, Read, Write};

use rmcp::{
    RoleServer,
    model::{
        ErrorCode, ErrorData, JsonRpcMessage, JsonRpcRequest, RequestId, ServerJsonRpcMessage,
    },
    service::{RxJsonRpcMessage, TxJsonRpcMessage},
    transport::Transport,
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use self::message::{Heard, heard};
pub use self::{
    envelope::id_of,
    flights::Flights,
    input::{Line, MAX_MESSAGE, Watched, lines_of},
    output::Output,
    strict::{Unreadable, value_of},
};

/// The largest number of requests in flight: the rest is read when some are
/// answered.
const MOST_IN_FLIGHT: usize = 1024;

/// The protocol on stdin and stdout.
#[derive(Debug)]
pub struct Wire {
    lines: mpsc::Receiver<Line>,
    output: Output,
    flights: Flights,
    /// An answer that was not put on its way yet.
    refusal: Option<Vec<u8>>,
    greeted: bool,
    over: bool,
    gone: CancellationToken,
    stopping: CancellationToken,
}

impl Wire {
    /// The wire to who holds the other ends of stdin and stdout. `gone` fires
    /// when that client leaves; when `stopping` fires, nothing more is read.
    ///
    /// # Errors
    ///
    /// That the system gives no threads.
    pub fn stdio(gone: &CancellationToken, stopping: &CancellationToken) -> io::Result<Self> {
        Self::over(io::stdin(), io::stdout(), gone, stopping)
    }

    /// The wire to who holds the other ends of `input` and `out`, as
    /// [`stdio`](Self::stdio).
    ///
    /// # Errors
    ///
    /// That the system gives no threads.
    pub fn over(
        input: impl Read + Watched + Send + 'static,
        out: impl Write + Send + 'static,
        gone: &CancellationToken,
        stopping: &CancellationToken,
    ) -> io::Result<Self> {
        Ok(Self {
            lines: lines_of(input, gone)?,
            output: Output::to(out, gone.clone())?,
            flights: Flights::default(),
            refusal: None,
            greeted: false,
            over: false,
            gone: gone.clone(),
            stopping: stopping.clone(),
        })
    }

    /// The client's requests that are not answered yet.
    #[must_use]
    pub fn flights(&self) -> Flights {
        self.flights.clone()
    }

    /// The lines that go to the client.
    #[must_use]
    pub fn output(&self) -> Output {
        self.output.clone()
    }

    /// Handles a line, and returns the message that the SDK gets of it. It does
    /// not wait, so that no line is lost when the SDK looks elsewhere.
    fn take(&mut self, line: &Line) -> Option<RxJsonRpcMessage<RoleServer>> {
        match heard(line) {
            Heard::Message(message) => self.pass(*message),
            Heard::Cancels(id) => {
                self.flights.cancel(&id);
                None
            }
            Heard::Refused(id, error) => {
                self.refuse(id, error);
                None
            }
            Heard::Nothing => None,
        }
    }

    fn pass(
        &mut self,
        message: RxJsonRpcMessage<RoleServer>,
    ) -> Option<RxJsonRpcMessage<RoleServer>> {
        match &message {
            JsonRpcMessage::Request(JsonRpcRequest { id, request, .. }) => {
                if !self.flights.begin(id) {
                    let words = "a request with this `id` is in flight; use another";
                    let error = ErrorData::new(ErrorCode::INVALID_REQUEST, words, None);
                    self.refuse(Some(id.clone()), error);
                    return None;
                }
                let greets = request.method() == "initialize";
                if greets && self.greeted {
                    self.flights.end(id);
                    let words = "`initialize` was answered already; send it once in a connection";
                    let error = ErrorData::new(ErrorCode::INVALID_REQUEST, words, None);
                    self.refuse(Some(id.clone()), error);
                    return None;
                }
                self.greeted |= greets;
                Some(message)
            }
            // To the SDK, anything but a request is a broken start.
            _ if !self.greeted => {
                debug!("a message before `initialize` was passed over");
                None
            }
            _ => Some(message),
        }
    }

    fn refuse(&mut self, id: Option<RequestId>, error: ErrorData) {
        debug!(
            code = error.code.0,
            "a message was refused: {}", error.message
        );
        self.refusal = serde_json::to_vec(&ServerJsonRpcMessage::error(error, id)).ok();
    }

    async fn next(&mut self) -> Option<Line> {
        tokio::select! {
            biased;
            () = self.stopping.cancelled() => None,
            line = async {
                self.flights.at_most(MOST_IN_FLIGHT.saturating_sub(1)).await;
                self.lines.recv().await
            } => line,
        }
    }
}

impl Transport<RoleServer> for Wire {
    type Error = io::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), io::Error>> + Send + 'static {
        let (output, flights) = (self.output(), self.flights());
        async move {
            let id = match &item {
                JsonRpcMessage::Response(response) => Some(response.id.clone()),
                JsonRpcMessage::Error(error) => error.id.clone(),
                _ => None,
            };
            let line = serde_json::to_vec(&item).map_err(io::Error::from);
            let wanted = id.as_ref().is_none_or(|id| flights.wants(id));
            let sent = match line {
                Ok(line) if wanted => match output.place().await {
                    Some(place) => {
                        place.put(line);
                        Ok(())
                    }
                    None => Err(io::ErrorKind::BrokenPipe.into()),
                },
                line => line.map(drop),
            };
            if let Some(id) = &id {
                flights.end(id);
            }
            sent
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            if self.refusal.is_some() {
                let place = self.output.place().await?;
                if let Some(refusal) = self.refusal.take() {
                    place.put(refusal);
                }
            }
            if self.over {
                self.flights.at_most(0).await;
                return None;
            }
            match self.next().await {
                Some(line) => {
                    if let Some(message) = self.take(&line) {
                        return Some(message);
                    }
                }
                None => {
                    self.gone.cancel();
                    self.over = true;
                }
            }
        }
    }

    async fn close(&mut self) -> Result<(), io::Error> {
        Ok(())
    }
}

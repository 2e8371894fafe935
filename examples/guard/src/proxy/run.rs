//! One session, from the server's start to its end.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc,
    time::{Instant, sleep_until},
};

use super::{
    child::{Child, ServerCommand},
    end::{End, ProxyError},
    event::Event,
    gatekeeper::Gatekeeper,
    lines::{Line, lines_of},
    outbox::Outbox,
    relay::Relay,
    settings::Settings,
    stderr,
};

/// The streams of the client, and where the server's stderr goes.
#[derive(Debug)]
#[non_exhaustive]
pub struct ClientStreams<R, W, E> {
    /// The stream that the client writes to.
    pub input: R,
    /// The stream that the client reads from.
    pub output: W,
    /// The stream for the server's words to people, which is never `output`.
    pub errors: E,
}

impl<R, W, E> ClientStreams<R, W, E> {
    /// These streams.
    pub const fn new(input: R, output: W, errors: E) -> Self {
        Self {
            input,
            output,
            errors,
        }
    }
}

/// Starts the server and relays between it and who holds the other ends of
/// stdin and stdout, until one of them leaves or `stop` is ready.
///
/// A read of stdin cannot be called off: end the runtime with
/// `Runtime::shutdown_background`, or the process.
///
/// # Errors
///
/// Why the session ended, unless the client left or `stop` was ready.
pub async fn on_stdio(
    command: &ServerCommand,
    settings: Settings,
    gate: Arc<dyn Gatekeeper>,
    stop: impl Future<Output = ()>,
) -> Result<(), ProxyError> {
    let (input, output) = (tokio::io::stdin(), tokio::io::stdout());
    let client = ClientStreams::new(input, output, tokio::io::stderr());
    relay(command, settings, gate, client, stop).await
}

/// Starts the server and relays between it and `client`, until one of them
/// leaves or `stop` is ready. The server and its process group have ended when
/// it returns. Dropping the future kills them.
///
/// # Errors
///
/// Why the session ended, unless the client left or `stop` was ready.
pub async fn relay<R, W, E>(
    command: &ServerCommand,
    settings: Settings,
    gate: Arc<dyn Gatekeeper>,
    client: ClientStreams<R, W, E>,
    stop: impl Future<Output = ()>,
) -> Result<(), ProxyError>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
    E: AsyncWrite + Send + Unpin + 'static,
{
    let (mut child, streams) = Child::start(command).map_err(ProxyError::Start)?;
    stderr::pass_on(streams.stderr, client.errors);
    let (events, heard) = mpsc::unbounded_channel();
    let mut session = Session {
        events: heard,
        // Longer messages are refused by their ids, so they are read.
        from_client: lines_of(client.input, settings.largest_answer),
        from_server: lines_of(streams.stdout, settings.largest_answer),
    };
    let outboxes = (Outbox::to(client.output), Outbox::to(streams.stdin));
    let mut relay = Relay::new(gate, settings, outboxes, events);
    let end = tokio::select! {
        () = stop => End::Stopped,
        end = session.run(&mut relay, &mut child) => end,
    };
    session.end(relay, child, &end).await;
    match end {
        End::ClientLeft | End::Stopped => Ok(()),
        End::Broken(error) => Err(error),
    }
}

/// The inputs of the relay: the reports of its tasks, and the lines of both sides.
struct Session {
    events: mpsc::UnboundedReceiver<Event>,
    from_client: mpsc::Receiver<Line>,
    from_server: mpsc::Receiver<Line>,
}

impl Session {
    async fn run(&mut self, relay: &mut Relay, child: &mut Child) -> End {
        let mut exited = core::pin::pin!(child.exited());
        let mut last_words: Option<Instant> = None;
        loop {
            if let Some(end) = relay.end.take() {
                return end;
            }
            relay.watch_client();
            // What is read may add to what waits, on either side.
            let flows = !relay.client.full();
            let answers = flows && !relay.server.full();
            let deadline = relay.deadline();
            tokio::select! {
                Some(event) = self.events.recv() => relay.event(event),
                line = self.from_client.recv(), if flows => match line {
                    Some(line) => relay.client_wrote(line),
                    None => return End::ClientLeft,
                },
                line = self.from_server.recv(), if answers => match line {
                    Some(line) => relay.server_wrote(line),
                    None => return End::Broken(ProxyError::ServerGone),
                },
                () = relay.client.gone() => return End::ClientLeft,
                () = &mut exited, if last_words.is_none() => {
                    last_words = relay.after(LAST_WORDS);
                }
                () = until(last_words) => return End::Broken(ProxyError::ServerGone),
                () = until(deadline) => relay.overdue(),
            }
        }
    }

    /// Ends every request, the server and the client's output.
    async fn end(mut self, mut relay: Relay, child: Child, end: &End) {
        let patience = relay.settings.stop_time;
        relay.end_all(end);
        let (client, server) = (relay.client, relay.server);
        // Who waits for the gatekeeper's word hears nothing any more.
        self.events.close();
        while let Ok(event) = self.events.try_recv() {
            event.unheard();
        }
        let ended = async {
            server.finish(patience).await;
            child.end(patience).await;
        };
        let mut ended = core::pin::pin!(ended);
        loop {
            tokio::select! {
                () = &mut ended => break,
                // A server that writes its last words is not held up.
                Some(_) = self.from_server.recv() => {}
            }
        }
        // Who reads nothing is not waited for.
        let patience = if end.answers() {
            patience
        } else {
            Duration::ZERO
        };
        client.finish(patience).await;
    }
}

/// The time in which what an ended server wrote is still read.
const LAST_WORDS: Duration = Duration::from_millis(500);

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => core::future::pending().await,
    }
}

//! The end of a session.

use std::io;

/// The reason why a session ended before the client ended it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyError {
    /// The server's program did not start.
    #[error("the server did not start: {0}; check the command after `--`")]
    Start(#[source] io::Error),
    /// The server did not answer `initialize` in time.
    #[error(
        "the server did not answer `initialize` in time; start it by hand and read what it says"
    )]
    Silent,
    /// The server refused `initialize`.
    #[error("the server refused to begin; start it by hand and read what it says")]
    ServerRefused,
    /// The server ended, or closed its streams.
    #[error("the server ended; start the proxy again, and read what the server wrote to stderr")]
    ServerGone,
    /// The server wrote too much that is no message of the protocol.
    #[error("the server wrote too many lines that are no messages of MCP; is it a stdio server?")]
    ServerGarbled,
    /// The server wrote a line that is longer than any that is taken.
    #[error("the server wrote a line that is too long to be taken")]
    ServerTooLong,
    /// The client wrote too much that is no message of the protocol.
    #[error("the client wrote too many lines that are no messages of MCP")]
    ClientGarbled,
    /// The client does not read what it is sent.
    #[error("the client does not read its answers")]
    ClientStalled,
}

/// The end of a session.
#[derive(Debug)]
pub(super) enum End {
    ClientLeft,
    Stopped,
    Broken(ProxyError),
}

impl End {
    /// The code of the refusal that open requests get, and its words.
    pub(super) fn told(&self) -> (&'static str, String) {
        match self {
            Self::ClientLeft => ("cancelled", "the client left".to_owned()),
            Self::Stopped => ("cancelled", "the proxy was told to end".to_owned()),
            Self::Broken(error) => (code(error), error.to_string()),
        }
    }

    /// Whether somebody may still read answers.
    pub(super) fn answers(&self) -> bool {
        !matches!(
            self,
            Self::ClientLeft | Self::Broken(ProxyError::ClientStalled)
        )
    }
}

fn code(error: &ProxyError) -> &'static str {
    match error {
        ProxyError::ServerGarbled => "server_garbled",
        ProxyError::ServerTooLong => "too_large",
        ProxyError::Silent => "timed_out",
        ProxyError::Start(_) | ProxyError::ServerRefused | ProxyError::ServerGone => "server_gone",
        ProxyError::ClientGarbled | ProxyError::ClientStalled => "cancelled",
    }
}

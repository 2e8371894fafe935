//! The reasons not to read a file descriptor.

/// A reason not to read a passphrase from a file descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassphraseFdError {
    /// Standard input, output or error.
    #[error("a passphrase is not read from file descriptors 0 to 2; use 3 or more")]
    Standard,
    /// The descriptor is not open, or cannot be read.
    #[error("the passphrase's file descriptor is not open for reading")]
    NotOpen,
    /// The descriptor is a terminal, a device, a folder or a socket.
    #[error("the passphrase's file descriptor is neither a pipe nor a file")]
    NeitherPipeNorFile,
    /// This system has no descriptors to hand over: on Windows a program inherits
    /// handles, and their numbers tell nobody what they are.
    #[error(
        "a passphrase is not read from a file descriptor on Windows, which has none to hand over; leave it out, and the passphrase is asked for on the console"
    )]
    NotSupported,
}

//! The reasons not to run a pinentry.

use openpass_auth::SafeText;

/// A reason not to run a program as pinentry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PinentryError {
    /// The program is named by a relative path.
    #[error("pinentry {path} is not an absolute path; name a path that begins with /")]
    NotAbsolute {
        /// The path that was given.
        path: SafeText,
    },
    /// The program cannot be found or looked at.
    #[error("pinentry {path} cannot be found; install it, or set another")]
    NotFound {
        /// The path that was looked for.
        path: SafeText,
    },
    /// The path leads to a folder, a device or the like, or nobody may execute the
    /// file.
    #[error("pinentry {path} is not a program; set another")]
    NotAProgram {
        /// The path, with links resolved.
        path: SafeText,
    },
    /// The program, or a folder above it, belongs to another user than root and this
    /// user. That user could exchange the program.
    #[error("{path} belongs to another user, who could replace the pinentry; set another")]
    NotOurs {
        /// The file or folder that belongs to the other user.
        path: SafeText,
    },
    /// The program, or a folder above it, can be written by others, who could exchange
    /// the program.
    #[error(
        "{path} can be written by others, who could replace the pinentry; run `chmod go-w` on it"
    )]
    Writable {
        /// The file or folder that others can write.
        path: SafeText,
    },
    /// This system has no pinentry that this crate runs: on Windows the console asks.
    #[error("pinentry {path} is not run on Windows; take the setting away, and ask on the console")]
    NotSupported {
        /// The path that was given.
        path: SafeText,
    },
}

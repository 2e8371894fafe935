//! The code that the tests of the examples share: a vault that the real product made, a
//! built program as a person at a terminal, a script or an agent without a terminal
//! runs it, and the result of the run.
//!
//! On Windows a program runs without a console, or on the one of the tests, which type
//! there.
//!
//! It is for the `[dev-dependencies]` of the examples alone. The libraries' tests do
//! without it: a library does not depend on an example, not even for its tests.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails, and the vaults are thrown away"
)]

#[cfg(windows)]
#[expect(dead_code, reason = "it is shared with the prompt's own tests")]
#[path = "../../../openpass-auth-passphrase/tests/console/stage.rs"]
mod console;
mod ended;
mod forge;
#[cfg(unix)]
mod heard;
mod identity;
#[cfg(target_os = "linux")]
mod no_arguments;
#[cfg(unix)]
mod person;
#[cfg(unix)]
mod pinentry;
#[cfg_attr(windows, path = "run_windows.rs")]
mod run;
mod sample;
#[cfg(unix)]
#[path = "../../../openpass-auth-passphrase/tests/pty/inherited.rs"]
mod signals;
mod typed;
mod vault;

pub use ended::Ended;
#[cfg(unix)]
pub use heard::read_what_is_there;
pub use identity::{cheap_identity, encrypted_to, sealed, sealed_at, sealed_text};
#[cfg(target_os = "linux")]
pub use no_arguments::with_no_arguments;
#[cfg(unix)]
pub use person::{LAST, Person, other_end};
#[cfg(unix)]
pub use pinentry::install_pinentry;
pub use run::Run;
#[cfg(unix)]
pub use run::become_the_program;
pub use sample::{CONFIG, with_codex_as_admin};
pub use typed::Typed;
pub use vault::{TestVault, changed, files, put, put_folder};

/// The passphrase of every vault here.
pub const RIGHT: &str = "correct horse battery staple";
/// The end of the prompt for the passphrase.
pub const ASKS: &str = "Passphrase: ";
/// The flags by which a script answers a question, from file descriptor 3.
pub const BY_FD_3: [&str; 6] = [
    "--yes",
    "--no-biometric",
    "--reason",
    "a test",
    "--passphrase-fd",
    "3",
];

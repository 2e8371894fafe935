//! The code that the tests of the examples share: a vault that the real product made, a
//! built program as a person at a terminal, a script or an agent without a terminal
//! runs it, and the result of the run.
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

mod ended;
mod forge;
mod heard;
mod identity;
mod person;
mod pinentry;
mod run;
mod sample;
#[path = "../../../openpass-auth-passphrase/tests/pty/inherited.rs"]
mod signals;
mod typed;
mod vault;

pub use ended::Ended;
pub use heard::read_what_is_there;
pub use identity::{cheap_identity, encrypted_to, sealed, sealed_at};
pub use person::{LAST, Person, other_end};
pub use pinentry::install_pinentry;
pub use run::{Run, become_the_program};
pub use sample::{CONFIG, with_codex_as_admin};
pub use typed::Typed;
pub use vault::{TestVault, changed, files, put};

/// The passphrase of every vault here.
pub const RIGHT: &str = "correct horse battery staple";
/// The end of the prompt for the passphrase.
pub const ASKS: &str = "Passphrase: ";

//! A real OpenPass vault directory, changed only by commits that take a grant.
//!
//! # What it does not do
//!
//! It neither decides nor asks: that is `openpass-policy`. It opens no entry.
//!
//! # How it fits
//!
//! ```text
//! Vault::propose(request, change) ─► Proposal ─► its Operation ─► Guard::authorize
//! Vault::commit(grant, proposal)  ─► config.yaml old or new, whole
//! ```
//!
//! # Guarantees
//!
//! Numbers are those of the invariants in `ARCHITECTURE.md`.
//!
//! - (1) [`Vault::commit`] is the one way to change a file, and takes a grant
//!   by value.
//! - (2) It commits only what the grant was bound to, onto that state, under
//!   the vault's lock.
//! - (12) The direction of a change is found on the effective profile; the
//!   table is in `docs/direction.md`.
#![forbid(unsafe_code)]

mod agents;
mod attempts;
mod change;
mod commit;
mod config;
mod enrolment;
mod error;
mod files;
mod guard_dir;
mod guard_log;
mod init;
mod locate;
mod settings;
mod vault;
pub mod yaml;

pub use agents::{Profile, UnknownTier, Value, parse_tier};
pub use attempts::AttemptFile;
pub use change::{Change, Proposal};
pub use config::Config;
pub use enrolment::EnrolmentFile;
pub use error::VaultError;
pub use guard_log::GuardLog;
pub use locate::Location;
pub use settings::Settings;
pub use vault::Vault;

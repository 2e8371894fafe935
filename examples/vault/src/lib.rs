//! A real OpenPass vault directory, changed only by commits that take a grant.
//!
//! # What it does not do
//!
//! It does not decide: that is `openpass-policy`. It opens no entry. It has no
//! words for people beside its errors: those are the hosts'.
//!
//! # How it fits
//!
//! ```text
//! Vault::settle()          ─► what was broken off is finished or put back
//! Door::to_change(…)       ─► who asks, which policies decide, which prompts there are
//! Door::propose(change)    ─► Proposal ─► its Operation
//! Door::authorize(…)       ─► the guard: policy, then a person where it takes one
//! Door::commit(grant, …)   ─► every file old or new, whole
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
//! - (17) Of an agent's profile counts the narrower of what was approved and
//!   what config.yaml says: [`Vault::effective`].
#![cfg_attr(not(windows), forbid(unsafe_code))]
// `system` has the calls of Windows that std has no safe form of.
#![cfg_attr(windows, deny(unsafe_code))]

mod agents;
mod approved;
mod approvers;
mod asker;
mod attempts;
mod caller;
mod change;
mod clock;
mod config;
mod dialog;
mod door;
mod drift;
mod durable;
mod enrolment;
mod error;
mod exit;
mod files;
mod guard_dir;
mod hash;
mod identity;
mod in_the_way;
mod init;
mod locate;
mod lock;
mod log;
mod moment;
mod names;
mod own_stack;
mod parsed;
mod pending;
mod policies;
mod product;
mod registry;
mod samples;
mod seal;
mod seen;
mod settings;
mod shell;
mod snapshot;
mod step;
mod store;
mod system;
mod system_log;
mod trust;
mod unenforced;
mod vault;
mod waiting;
mod watching;
mod work;
pub mod yaml;

pub use agents::{
    Digest, EffectiveProfile, FieldKind, InEffect, NotCounted, Profile, Value, profile_fields,
};
pub use asker::{Claimed, Process};
pub use attempts::AttemptFile;
pub use caller::Caller;
pub use change::{Change, FieldEdit, IssuedToken, Proposal, SealedIdentity, typed_values};
pub use clock::wall_time;
pub use config::Config;
pub use dialog::DialogPlace;
pub use door::{
    Biometry, Called, Door, DoorError, Left, Logged, Look, Looked, PassphraseFrom, Prompts,
    Requester, TRIES,
};
pub use drift::{Drift, DriftItem, Happened, NotInEffect};
pub use enrolment::EnrolmentFile;
pub use error::VaultError;
pub use exit::Exit;
pub use init::until_it_serves;
pub use locate::Location;
pub use log::{BadSignature, Flaw, GuardLog, Problem, Signatures, Since, Verification};
pub use openpass_policy_yaml::WhyNot;
pub use own_stack::with_known_stack;
pub use pending::{Pending, PendingState};
pub use policies::PolicyFile;
pub use product::{UnknownTier, known_keys, parse_auth_method, parse_tier, shown_value};
pub use registry::{Bearer, Token};
pub use seal::{Grade, Head, NotASeal, SealDigest, Sealed};
pub use seen::Seen;
pub use settings::{SealRule, SettingSource, Settings, SettingsInForce, UnenforcedYaml};
pub use shell::for_a_shell;
pub use snapshot::Snapshot;
#[doc(hidden)]
pub use step::Step;
pub use store::Settled;
pub use system_log::{Told, ToldElsewhere};
pub use vault::Vault;
pub use waiting::{CallAnswer, LeftCall, WaitingCall};
pub use watching::{Waits, Watched, reader_goes, watch};
pub use work::Work;

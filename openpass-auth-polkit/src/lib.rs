//! Has Linux' own system check its user: polkit's agent asks, in its own dialog.
//!
//! The dialog belongs to the desktop, and the password goes to the system alone: this
//! process never sees it. The factor is
//! [`SystemLogin`](openpass_auth::Factor::SystemLogin). On other systems the crate compiles
//! and answers [`Unavailable::NotSupported`](openpass_auth::Unavailable::NotSupported).
//!
//! # What it does not do
//!
//! It does not decide whether to ask (`openpass-policy`), and signs nothing: its yes is
//! an answer in this process. It installs nothing: [`PolicyFile`] writes what polkit has
//! to be told once, and root installs it (`docs/polkit.md`).
//!
//! # Example
//!
//! ```no_run
//! use std::{sync::Arc, time::Duration};
//! use openpass_auth::{Authenticator, Challenge, Contained, Factor, FactorSet, SafeText};
//! use openpass_auth_polkit::{ActionId, PolkitAuthenticator};
//!
//! let ask = PolkitAuthenticator::new(ActionId::new("com.example.app.guard")?);
//! let ask = Contained::new(Arc::new(ask));
//!
//! let what = SafeText::fill("remove agent {}", &[&SafeText::quoted("codex")]);
//! let accepts = FactorSet::only(Factor::SystemLogin);
//! let challenge = Challenge::new(what, accepts, Duration::from_secs(60));
//! let evidence = futures_lite::future::block_on(ask.authenticate(&challenge))?;
//! assert!(evidence.answers(&challenge));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it fits
//!
//! ```text
//! hosts ──► openpass-policy ──► openpass-auth ◄── openpass-auth-polkit
//!
//! PolkitAuthenticator ─► thread: system bus ─► polkitd ─► the desktop's agent
//!                                TerminalPrompt, where the dialog cannot show the question
//! ```
//!
//! # Guarantees
//!
//! Numbers are those of the invariants in `ARCHITECTURE.md`.
//!
//! - (3) Every error, garbled reply and late answer is a refusal.
//! - (4) polkit is first asked without a dialog. Where it says yes to that, or would
//!   remember a yes, nobody would be asked this question, and that is no evidence.
//! - (5) Nobody was asked is a reason of its own; a wrong password and a dismissed dialog
//!   are no reason to ask another way.
//! - (7) Dropping the future has polkit take the dialog down.
//! - (8) No secret comes here at all.
//! - (13) The dialog shows who asks for what and all that gives power, or the terminal
//!   does ([`PolkitAuthenticator::with_terminal`]); where neither can, nobody is asked.
//! - The bus is the one at `/run/dbus/system_bus_socket`, whatever the environment says. It
//!   and polkitd have to run as root or as their own users.
#![forbid(unsafe_code)]

mod action_id;
mod authenticator;
mod dialog_text;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;
mod policy_file;

pub use action_id::{ActionId, ActionIdError};
pub use authenticator::PolkitAuthenticator;
pub use dialog_text::dialog_text;
pub use policy_file::{PolicyFile, PolicyFileError};

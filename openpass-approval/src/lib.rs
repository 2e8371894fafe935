//! Approvals that others can verify.
//!
//! A person approves one operation, and a key that takes a person to use signs that:
//! what, where, once, by whom and when. The guard verifies it before it counts, and
//! anybody can verify it later, by public keys alone.
//!
//! # What it does not do
//!
//! It asks nobody (`openpass-auth` and its authenticators) and decides nothing
//! (`openpass-policy`). It keeps no keys: who the approvers are is the host's to know.
//!
//! # Example
//!
//! What a stranger does with a line of a log and a file of public keys:
//!
//! ```
//! # use openpass_approval::{Approvers, SeededKey, write_key_set};
//! # use openpass_auth::{Binding, Factor};
//! # let (scope, key) = ([7; 16], SeededKey::from_seed([1; 32]));
//! # let binding = Binding::new([2; 32], [3; 32]).within(scope);
//! # let assertion = key.sign(&binding, Factor::Passphrase, 1_795_802_400).unwrap();
//! # let approvers = Approvers::of(scope).enrolling(Factor::Passphrase);
//! # let approval = approvers.verify(&binding, Factor::Passphrase, &assertion)?;
//! # let keys = write_key_set(&[approval.approver().clone()]);
//! # let line = serde_json::to_string(&approval.record())?;
//! use openpass_approval::{Recorded, read_key_set};
//!
//! let approvers = read_key_set(keys.as_bytes())?;
//! let approval = Recorded::read(line.as_bytes())?.verify(&approvers)?;
//! assert_eq!(approval.statement().factor(), "passphrase");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it fits
//!
//! ```text
//! Challenge ─► Binding ─► ToSign, ToTouch ─► the person's key ─► Assertion
//!                 └──────► Approvers::verify ◄───────────────────────┘
//!                              └─► Approval ─► Recorded, on the log
//! ```
//!
//! # Guarantees
//!
//! - (20) The bytes that are verified are built from what was asked; nothing that the
//!   asking side wrote is read, but for its time.
//! - Each statement, key and signature has one way to be written; any other is refused.
//! - What comes from outside is bounded before anything else is done with it.
//!
//! `docs/approvals.md` has the formats to the byte.
#![forbid(unsafe_code)]

mod approval;
mod approver;
mod approvers;
mod hex;
mod jwk;
mod jws;
mod key;
mod seeded;
mod statement;
mod strict;
mod webauthn;

pub use approval::{Approval, RecordError, Recorded};
pub use approver::{Approver, ApproverError};
pub use approvers::{Approvers, AssertionError};
pub use jwk::{KeySetError, read_key_set, write_key_set};
pub use jws::{ToSign, signing_input};
pub use key::{KeyError, KeyId, PublicKey};
pub use seeded::SeededKey;
pub use statement::{Statement, StatementError, Verdict};
pub use webauthn::{RP_ID, ToTouch, TouchError, client_data};

pub(crate) use approval::Signature;

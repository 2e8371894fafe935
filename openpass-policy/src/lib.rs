//! Decides whether an operation may run, and asks a person to confirm their
//! presence if policy says so.
//!
//! # What it does not do
//!
//! It asks nobody itself: that is an [`Authenticator`] of `openpass-auth`. It
//! writes no file: that is the host's store, which takes a [`Grant`].
//!
//! # Example
//!
//! ```
#![doc = include_str!("../examples/embed.rs")]
//! ```
//!
//! # How it fits
//!
//! ```text
//! host builds an Operation ─► Guard::authorize(operation)
//!                               ├─ PolicyEngine: Allow / RequireBiometry / Deny
//!                               ├─ Authenticator: Touch ID, passphrase
//!                               ├─ PolicyEngine again, with the factor really given
//!                               ├─ AuditSink: what is about to happen
//!                               └─► Grant, or Refusal
//! host's store: commit(grant, change) ─► the change, or nothing
//! ```
//!
//! # Guarantees
//!
//! Numbers are those of the invariants in `ARCHITECTURE.md`.
//!
//! - (1) Only [`Guard`] makes a [`Grant`]; it cannot be forged, cloned or used
//!   twice.
//! - (2) A grant is bound to the [`OperationDigest`].
//! - (3) Any error is a refusal; a policy that cannot be evaluated denies.
//! - (5) Only the guard brings `confirm` and `waived` into a decision.
//! - (6) A denied operation never prompts; one prompt at a time in one place.
//! - (10) The intent is on the log before there is a grant.
//! - (12) The constructors of OpenPass's operations choose the action by the effect.
//! - (15) A [`Grant`] serves its own [`Issuer`] alone, under the policies in force; what
//!   is left out makes nothing easier.
//! - (19) What loads is what decides: a host's fragment that could not be carried out
//!   whole is refused ([`EngineBuilder`] declares one, [`Operation::new`] uses it).
//! - (20) A signature counts only if the guard has verified it, over the operation's
//!   digest and a fresh nonce (feature `approvals`); without that feature none counts.
//!
//! # Two readers
//!
//! - A host, which enforces policy, finds everything at the crate's root:
//!   [`Guard`], [`PolicyEngine`], [`Operation`], [`Grant`], [`AuditSink`]. That
//!   is all that there is with `default-features = false`. A policy that does
//!   not load still says every problem with file, line and column
//!   ([`PolicyLoadError`]).
//! - A person who writes policy, and a host that tells people about policy, find
//!   explanations, the matrix, tests of policy and drawn reports in the module
//!   `author`.
//!
//! # Features
//!
//! None of them changes a decision.
//!
//! - `approvals`: `Guard::with_approvers` verifies approvers' signatures, and the log keeps
//!   them for others to verify. It brings `openpass-approval`.
//! - `author`, a default: the module `author`.
//! - `tracing`: a span for each call of [`Guard::authorize`], and events in it, for a
//!   host that traces. They name the action and the operation's code, and no value.
//! - `verify`: proves statements about policies with an SMT solver, cvc5. It
//!   brings `author`.
#![forbid(unsafe_code)]

mod action;
mod approver;
mod audit;
#[cfg(feature = "author")]
pub mod author;
mod catalogue;
mod challenge;
mod decision;
mod engine;
mod entity;
mod error;
mod factor;
mod grant;
mod guard;
mod issuer;
mod operation;
mod policy_error;
mod repair;
mod settings;
mod trace;
#[cfg(feature = "verify")]
mod verify;
mod vocabulary;

#[cfg(doc)]
use openpass_auth::Authenticator;

pub use action::Action;
pub use approver::{ApproverKind, Authentication};
pub use audit::{
    AuditError, AuditEvent, AuditRecord, AuditSink, BoundedText, JsonLines, LoggedApproval,
    MemorySink, Outcome,
};
pub use catalogue::{Group, MisplacedConfigKey};
pub use decision::{Decision, Denial, PolicyId};
pub use engine::{EngineBuilder, PoliciesDigest, PolicyEngine, PolicyInfo, PolicySource};
pub use entity::{Entity, Value};
pub use error::{OperationError, OperationProblem, Part, Refusal};
pub use factor::AuthFactor;
pub use grant::{Grant, GrantError, Redeemed};
pub use guard::Guard;
#[cfg(feature = "approvals")]
pub use guard::SignedElsewhere;
pub use issuer::{Issuer, LogId};
pub use operation::{
    After, AgentRef, ApproverRef, AuthMethod, Before, ByWhom, Channel, ConfigKeyKind, ConfigValue,
    Difference, Direction, Effect, FieldChange, HostAction, NoWallTime, OnWhat, Operation,
    OperationDigest, Power, Powers, Principal, ROUTINE_KEYS, Request, Resource, Seals, Standing,
    StateDigest, Tier, TokenRef, WallTime,
};
pub use policy_error::{PolicyLoadError, PolicyProblem, ProblemKind};
pub use settings::{GuardSettings, SealGrade, StepUp, Unattended};
#[cfg(feature = "verify")]
pub use verify::{Counterexample, Proof, Statement, Verdict, Verification, VerifyError};
pub use vocabulary::UnknownWord;

//! OpenPass's own rules, in YAML, as Cedar policies for `openpass-policy`:
//! exactly as OpenPass reads them, or not at all.
//!
//! # What it does not do
//!
//! It decides nothing: that is [`PolicyEngine`](openpass_policy::PolicyEngine).
//! It reads and writes no file: that is the host's store. A host that guards
//! configuration alone does without it.
//!
//! # Example
//!
//! ```
//! use openpass_policy_yaml::{ImportOptions, YamlSource, import};
//!
//! let yaml = b"
//! version: '1.0'
//! rules:
//!   - name: dev is open
//!     conditions: {path: dev/**, action: get}
//!     action: allow
//! ";
//! let imported = import(&[YamlSource::new("dev.yaml", yaml)], ImportOptions::new())?;
//! assert!(imported.text.contains(r#"resource.path like "dev/*""#));
//! # Ok::<(), openpass_policy_yaml::ImportError>(())
//! ```
//!
//! # How it fits
//!
//! ```text
//! YAML files ─► import ─► Cedar text ─► the store, through the guard
//! DATA_SCHEMA ─────────► EngineBuilder::host ──────────► PolicyEngine
//! DataRequest ─────────► Operation ────────────────────► PolicyEngine
//! ```
//!
//! # Guarantees
//!
//! - What a rule means here is what it means in OpenPass. What OpenPass
//!   ignores or bends (a misspelt key, a null path, an octal number) is
//!   refused, with the line and what to write instead.
//! - What Cedar cannot say exactly is refused by the rule's name; on request
//!   it is replaced by a stricter rule.
//! - No input takes memory beyond a small multiple of
//!   [`YamlSource::MAX_BYTES`].
#![forbid(unsafe_code)]

mod clean;
mod compile;
mod import;
mod operation;
mod order;
mod origin;
mod problem;
mod quote;
mod read;
mod rules;

pub use clean::clean_path;
pub use compile::RulePolicy;
pub use import::{ImportOptions, Imported, YamlSource, import};
pub use operation::{DataAction, DataRequest, UnusableHome};
pub use origin::{Unenforced, WhyNot, unenforced};
pub use problem::{ImportError, Problem};

/// The schema fragment of data operations, for
/// `openpass_policy::EngineBuilder::host`.
pub const DATA_SCHEMA: &str = include_str!("../schema/data.cedarschema");

/// [`DATA_SCHEMA`] as a file, as the engine takes it.
#[must_use]
pub fn data_schema() -> openpass_policy::PolicySource {
    openpass_policy::PolicySource::new("data.cedarschema", DATA_SCHEMA)
}

/// The kinds of action that a rule can name.
pub const ACTIONS: [&str; 8] = [
    "read", "write", "delete", "run", "list", "get", "set", "find",
];

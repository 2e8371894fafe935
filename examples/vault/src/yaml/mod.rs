//! Edits a YAML file in place, or refuses.
//!
//! Whatever an edit does not touch stays byte for byte: comments, order,
//! unknown keys, line endings. What cannot be done so is refused with
//! [`YamlError`], and nothing is lost: the caller still has its text.
//!
//! ```
//! use openpass_vault::yaml::{Document, Edit, NewValue};
//!
//! let before = b"agents:\n  codex:\n    tier: standard  # asked for by Ann\n";
//! let document = Document::parse(before)?;
//! let tier = Edit::set(["agents", "codex", "tier"], NewValue::Text("read-only".into()));
//! assert_eq!(
//!     document.apply(&[tier])?,
//!     "agents:\n  codex:\n    tier: read-only  # asked for by Ann\n"
//! );
//! # Ok::<(), openpass_vault::yaml::YamlError>(())
//! ```
//!
//! # How it works
//!
//! Two parsers read each file: one gives the [`Tree`] of values, the other the
//! places of entries in the text. An edit replaces, adds or deletes text at
//! those places. The guard then reads the new text afresh and lets it out only
//! if it holds exactly the tree that the edit should lead to, and every line
//! outside the entry is as it was.
//!
//! # Limits
//!
//! - Merge keys (`<<`) and files of several documents are not read at all.
//! - An edit inside or through an anchor, an alias or a tag is refused, and so
//!   is one that puts a single value in the place of a mapping or a block list.
//! - In a block list the items that stay keep their lines; the comments inside
//!   the part that changes go with it.
//! - A comment of its own line above a removed entry stays.

mod agree;
mod build;
mod cst;
pub(crate) mod decode;
mod document;
mod edit;
mod error;
mod expected;
mod getters;
mod guard;
mod lines;
mod locate;
mod number;
mod plan;
mod read;
mod render;
mod resolve;
mod tree;

pub use document::{Document, MAX_BYTES};
pub use edit::{Edit, NewValue};
pub use error::{Obstacle, Position, YamlError};
pub use tree::{Content, Tree};

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
//! A file is read by two parsers, which must agree, into a [`Tree`] that keeps
//! how values are written; what is made of a value is decided when a kind is
//! expected, as the product decides it. A third parser gives the places of
//! entries in the text. An edit replaces, adds or deletes text at those places.
//! The guard then reads the new text afresh and lets it out only if it holds
//! exactly the tree that the edit should lead to, and every line outside the
//! entry is as it was. Several edits are planned on one text where none of them touches
//! the lines of another, and read back once.
//!
//! # Limits
//!
//! - Files of several documents are not read at all, nor are keys that are null,
//!   tagged or an alias, and files that two parsers read differently.
//! - An edit inside or through a merge key, an alias, a tag or an anchor that
//!   aliases use is refused, and so is an edit that puts a single value in the
//!   place of a mapping or a block list.
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
mod together;
mod tree;

pub use document::{Document, MAX_BYTES};
pub use edit::{Edit, NewValue};
pub use error::{Obstacle, Position, YamlError};
pub use tree::{Content, Tree};

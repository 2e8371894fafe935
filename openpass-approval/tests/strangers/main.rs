//! What strangers hand in: assertions, recorded approvals and keys that are not what
//! they say. Through the public API alone.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test"
)]

mod altered;
mod assertions;
mod bounds;
mod common;
mod encodings;
mod key_sets;
mod keys;
mod newcomers;
mod recorded;
mod refused;
mod security_keys;
mod vectors;

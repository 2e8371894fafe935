//! A daemon in front of releases: many people, and each is asked on a phone of
//! their own.
//!
//! `README.md` says how to run it. In the order of a request: [`http`] maps the
//! session to a person, [`store`] works out the operation, the guard asks by
//! [`push`], [`store`] takes the grant and writes.
#![forbid(unsafe_code)]

pub mod app;
pub mod http;
pub mod people;
pub mod phones;
pub mod problem;
pub mod push;
pub mod rules;
pub mod socket;
pub mod store;
pub mod wire;

/// Writes a line for the operator. Nobody may read it, so it cannot fail.
pub fn say(line: impl core::fmt::Display) {
    use std::io::Write as _;
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

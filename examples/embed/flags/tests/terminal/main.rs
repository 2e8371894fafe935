//! The built program, as its users run it: at a terminal, without one, two at once.
#![expect(clippy::unwrap_used, reason = "a test")]

mod changes;
mod rest;
mod team;

openpass_testkit::leave_the_terminal!();

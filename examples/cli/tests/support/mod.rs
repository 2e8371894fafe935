//! Runs the built `openpass` as a person at a terminal would, or a script, or
//! an agent that has no terminal at all.

mod ended;
mod heard;
mod openpass;
mod person;
#[path = "../../../../openpass-auth-passphrase/tests/pty/inherited.rs"]
mod signals;
pub(crate) mod vault;

pub(crate) use ended::Ended;
pub(crate) use openpass::Openpass;
pub(crate) use person::Person;
pub(crate) use vault::TestVault;

/// The passphrase of every vault in these tests.
pub(crate) const RIGHT: &str = "correct horse battery staple";
/// What the prompt ends with.
pub(crate) const ASKS: &str = "Passphrase: ";

/// The exit codes, as the command documents them.
pub(crate) mod code {
    pub(crate) const DONE: i32 = 0;
    pub(crate) const USAGE: i32 = 1;
    pub(crate) const NOT_FOUND: i32 = 2;
    pub(crate) const NO_VAULT: i32 = 3;
    pub(crate) const DENIED: i32 = 5;
    pub(crate) const BROKEN: i32 = 6;
    pub(crate) const NOT_AUTHENTICATED: i32 = 10;
    pub(crate) const NOBODY_TO_ASK: i32 = 11;
    pub(crate) const CONFLICT: i32 = 12;
    pub(crate) const WAITS: i32 = 13;
    pub(crate) const NOT_WRITTEN: i32 = 14;
    pub(crate) const TAKEN: i32 = 16;
}

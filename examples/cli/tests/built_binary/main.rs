//! The built `openpass` on a vault of the real product's making: what a person
//! at a terminal, a script and an agent with a shell see, and what is in the
//! vault afterwards.
// They sit at a terminal of Unix, or hand passphrases over by descriptor;
// `tests/windows` sits at a console.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "throw-away vaults; a panic is how a test fails; clippy sees helpers as no tests"
)]

mod age_plugin;
mod bad_input;
mod colour;
mod demo;
mod exchanged;
mod first_use;
mod flags;
mod hostile;
mod init;
mod kills;
mod location;
mod looking;
#[cfg(target_os = "linux")]
mod memory;
mod narrowing;
mod new_identity;
#[cfg(target_os = "linux")]
mod no_arguments;
mod no_stage;
mod nobody;
mod once;
#[cfg(target_os = "linux")]
mod one_state;
mod prompt;
mod record;
mod settings;
mod small_stack;
#[path = "../support/mod.rs"]
mod support;
mod upgrade;
#[cfg(target_os = "linux")]
mod user;
mod whole;

use support::{Openpass, Run, TestVault};

/// `agent upgrade codex --tier admin`, and what else is given.
fn raise_codex(vault: &TestVault, flags: &[&str]) -> Run {
    let arguments = [&["agent", "upgrade", "codex", "--tier", "admin"], flags].concat();
    Openpass::on(vault, &arguments)
}

/// A y/N.
const PROCEED: &str = "Proceed? [y/N] ";

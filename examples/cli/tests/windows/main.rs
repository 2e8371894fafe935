//! The built `openpass` on Windows: at a console, without one, and what it leaves behind.
#![cfg(windows)]
#![expect(
    clippy::disallowed_methods,
    dead_code,
    reason = "throw-away vaults; a panic is how a test fails; not every helper is used here"
)]

mod console;
mod files;
mod nobody;
#[path = "../support/mod.rs"]
mod support;

use support::{Openpass, Run, TestVault};

fn raise_codex(vault: &TestVault, flags: &[&str]) -> Run {
    let upgrade = ["agent", "upgrade", "codex", "--tier", "admin"];
    Openpass::on(vault, &[&upgrade, flags].concat())
}

/// A change that only takes power.
fn lower_claude(vault: &TestVault) -> Run {
    let upgrade = ["agent", "upgrade", "claude-code", "--tier", "read-only"];
    Openpass::on(vault, &[&upgrade[..], &["--yes"]].concat())
}

//! The owner's first sentence: an agent's power is raised by a finger, or not
//! at all. The built `openpass` and `openpass-mcp`, on the stand-in for
//! `LAContext`, by a script that says what the finger does.

#![allow(dead_code, reason = "the hosts' own tests use what these do not")]

mod finger;
mod mcp;
mod only;
mod passphrase;
mod scene;
#[path = "../../../../../examples/mcp-server/tests/process/server.rs"]
mod server;
#[path = "../../../../../examples/cli/tests/support/mod.rs"]
mod support;

/// That the ordinary programs have no stage is a test of theirs; that their
/// test would see one is this.
#[test]
fn these_programs_do_hold_the_variable_of_the_stage() {
    for program in [
        env!("CARGO_BIN_EXE_openpass"),
        env!("CARGO_BIN_EXE_openpass-mcp"),
    ] {
        let bytes = std::fs::read(program).unwrap();
        let variable = openpass_auth_macos_gnustep::VARIABLE.as_bytes();
        assert!(bytes.windows(variable.len()).any(|part| part == variable));
    }
}

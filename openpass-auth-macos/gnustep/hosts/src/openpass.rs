//! `openpass` on the stage.

use std::process::ExitCode;

fn main() -> ExitCode {
    openpass_auth_macos_gnustep::set_by_the_environment();
    openpass_cli::main()
}

//! A pinentry that shows nothing.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

/// From the folder of an example's package, in which cargo runs its tests.
const FAKE: &str = "../../openpass-auth-passphrase/tests/fixtures/pinentry-fake";

/// Puts the fake there, which does what the file `control` beside it says; its own first
/// lines say how.
pub fn install_pinentry(at: &Path) {
    // By a program of the system: a file that this process has open for writing while
    // another thread forks cannot be executed (ETXTBSY).
    let copied = Command::new("/bin/cp").arg(FAKE).arg(at).status();
    assert!(copied.unwrap().success());
    fs::set_permissions(at, fs::Permissions::from_mode(0o755)).unwrap();
}

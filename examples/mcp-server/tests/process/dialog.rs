//! A vault whose dialog is a fake pinentry.

use std::path::Path;

use openpass_testkit::install_pinentry;
use openpass_vault::{Change, Vault};

use crate::{owner, server::Server, write};

/// Has the vault ask with `program`.
pub(crate) fn set_pinentry(vault: &Vault, program: &Path) {
    let change = Change::SetGuard {
        key: "pinentry".to_owned(),
        value: Some(program.to_str().unwrap().to_owned()),
    };
    owner::makes(vault, &change);
}

/// A pinentry beside the vault that does what `control` says.
pub(crate) fn install(folder: &Path, control: &str) -> std::path::PathBuf {
    let program = folder.join("pinentry-fake");
    install_pinentry(&program);
    write(&folder.join("control"), control);
    program
}

/// Waits until the pinentry in `folder` asks.
pub(crate) fn asks(folder: &Path, server: &mut Server) {
    while !folder.join("asking").exists() {
        std::thread::yield_now();
        assert!(server.child.try_wait().unwrap().is_none());
    }
}

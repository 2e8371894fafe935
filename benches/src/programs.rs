//! The built programs.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// Builds the programs of `packages` in this benchmark's own profile and target folder.
/// Returns the folder that they are in. `OPENPASS_BIN` names a folder that has them
/// already.
#[must_use]
pub fn build(packages: &[&str]) -> PathBuf {
    if let Some(folder) = env::var_os("OPENPASS_BIN") {
        return folder.into();
    }
    // TARGET/PROFILE/deps/NAME
    let own = env::current_exe().unwrap();
    let folder = own.ancestors().nth(2).unwrap().to_owned();
    let mut cargo = cargo();
    cargo.args(["build", "--locked", "--quiet"]);
    if folder.file_name().is_some_and(|name| name == "release") {
        cargo.arg("--release");
    }
    cargo.arg("--target-dir").arg(folder.parent().unwrap());
    cargo.args(packages.iter().flat_map(|package| ["-p", package]));
    assert!(
        cargo.status().unwrap().success(),
        "the programs are not built"
    );
    folder
}

/// Returns the path of a program in `folder`.
#[must_use]
pub fn program(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension(env::consts::EXE_EXTENSION)
}

/// Returns the cargo that runs this benchmark.
#[must_use]
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

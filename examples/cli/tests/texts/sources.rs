//! The files of code whose texts a user can see.

use std::path::{Path, PathBuf};

/// What is shipped, under the headings of the page.
pub(crate) const PARTS: [(&str, &[&str]); 6] = [
    (
        "Prompts and proofs",
        &[
            "openpass-auth",
            "openpass-auth-passphrase",
            "openpass-auth-macos",
            "openpass-auth-fido2",
            "openpass-auth-polkit",
            "openpass-approval",
        ],
    ),
    ("Policy", &["openpass-policy", "openpass-policy-yaml"]),
    ("The vault", &["examples/vault"]),
    ("The command", &["examples/cli"]),
    (
        "The MCP server",
        &["openpass-mcp-guard", "examples/mcp-server"],
    ),
    ("Before any server, behind any hook", &["examples/guard"]),
];

pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap().to_owned()
}

/// Every file of Rust in the `src` of `package`, but tests; by name.
pub(crate) fn files(package: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![package.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            if name == "tests" || name.ends_with("_tests") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

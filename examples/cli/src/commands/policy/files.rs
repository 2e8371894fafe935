//! Reading policy files, each a plain file of a bounded length.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use openpass_auth::SafeText;
use openpass_policy::{PolicyEngine, PolicySource};

use crate::failure::Failure;

/// The most bytes that a file of tests may have.
const MAX_TESTS: usize = 1024 * 1024;

/// The engine with the `*.cedar` files of a folder.
pub(super) fn engine_of_folder(dir: &Path) -> Result<PolicyEngine, Failure> {
    engine_of_files(&in_folder(dir)?)
}

/// The `*.cedar` files of a folder, by their bare names.
pub(super) fn texts_of_folder(dir: &Path) -> Result<Vec<(String, String)>, Failure> {
    let files = in_folder(dir)?.into_iter().map(|path| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy().into_owned();
        Ok((name, text(&path, PolicySource::MAX_BYTES)?))
    });
    files.collect()
}

fn in_folder(dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: io::Error| unreadable(dir, &error);
    if !dir.symlink_metadata().map_err(failed)?.is_dir() {
        return Err(broken(dir, "it is not a folder, or it is a link to one"));
    }
    let mut files = Vec::new();
    for entry in dir.read_dir().map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "cedar")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The engine with these files.
pub(super) fn engine_of_files(files: &[PathBuf]) -> Result<PolicyEngine, Failure> {
    let sources = sources(files)?;
    // Imported rules are about entries, which the shipped schema does not have.
    Ok(PolicyEngine::builder()
        .host(openpass_policy_yaml::data_schema())
        .policies(&sources)
        .build()?)
}

/// The text of each of these files.
pub(super) fn sources(files: &[PathBuf]) -> Result<Vec<PolicySource>, Failure> {
    let source = |path: &PathBuf| {
        let bytes = bytes(path, PolicySource::MAX_BYTES)?;
        Ok(PolicySource::from_bytes(path.to_string_lossy(), bytes)?)
    };
    files.iter().map(source).collect()
}

/// The text of a file of tests.
pub(super) fn tests(path: &Path) -> Result<String, Failure> {
    text(path, MAX_TESTS)
}

fn text(path: &Path, limit: usize) -> Result<String, Failure> {
    let bytes = bytes(path, limit)?;
    let text = String::from_utf8(bytes).map_err(|_| broken(path, "it is not UTF-8 text"))?;
    // A byte order mark at the start is no part of the text.
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}

fn bytes(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| unreadable(path, &error);
    // Opening a pipe would wait for its other end.
    if !path.symlink_metadata().map_err(failed)?.is_file() {
        return Err(broken(path, "it is not a regular file"));
    }
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    file.take(most).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > limit {
        return Err(broken(path, &format!("it has more than {limit} bytes")));
    }
    Ok(bytes)
}

/// A file that is not there is the command line's fault.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    if error.kind() != io::ErrorKind::NotFound {
        return broken(path, &error.to_string());
    }
    let path = SafeText::escape(&path.to_string_lossy());
    Failure::File {
        is_missing: true,
        problem: format!("{path} does not exist; nothing was loaded"),
    }
}

pub(super) fn broken(path: &Path, why: &str) -> Failure {
    Failure::PolicyFile(format!(
        "{} cannot be used: {}; nothing was loaded",
        SafeText::escape(&path.to_string_lossy()),
        SafeText::composed(why)
    ))
}

//! The files of tests that a command line names.

use std::path::{Path, PathBuf};

use openpass_auth::SafeText;

use crate::{commands::policy::files, failure::Failure};

/// How many files of tests are run together.
const FILES: usize = 1_000;
/// How many names of files and folders are looked at.
const ENTRIES: usize = 100_000;
/// How deep folders may nest.
const DEPTH: usize = 16;

/// Every file that `paths` name: files as they are, and of folders, and of those in
/// them, `*.yaml` and `*.yml` by name. Links to folders and hidden names are passed
/// over.
pub(super) fn all(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let mut found = Found::default();
    for path in paths {
        let about = path.symlink_metadata();
        if about.map_err(|why| files::unreadable(path, &why))?.is_dir() {
            found.folder(path, 0)?;
        } else {
            found.add(path.clone())?;
        }
    }
    if found.files.is_empty() {
        let shown: Vec<String> = paths.iter().map(|path| shown(path)).collect();
        return Err(Failure::Usage(format!(
            "there is no file of tests in {}; the name of such a file ends with .yaml or .yml",
            shown.join(", ")
        )));
    }
    Ok(found.files)
}

fn shown(path: &Path) -> String {
    SafeText::quoted(&path.to_string_lossy()).to_string()
}

#[derive(Default)]
struct Found {
    files: Vec<PathBuf>,
    entries: usize,
}

impl Found {
    fn add(&mut self, path: PathBuf) -> Result<(), Failure> {
        if self.files.contains(&path) {
            return Ok(());
        }
        if self.files.len() >= FILES {
            return Err(too_much(&format!("more than {FILES} files of tests")));
        }
        self.files.push(path);
        Ok(())
    }

    fn folder(&mut self, dir: &Path, depth: usize) -> Result<(), Failure> {
        if depth > DEPTH {
            return Err(too_much(&format!("folders that nest deeper than {DEPTH}")));
        }
        let failed = |why: std::io::Error| files::unreadable(dir, &why);
        let mut inside = Vec::new();
        for entry in dir.read_dir().map_err(failed)? {
            self.entries = self.entries.saturating_add(1);
            if self.entries > ENTRIES {
                return Err(too_much(&format!("more than {ENTRIES} files and folders")));
            }
            let entry = entry.map_err(failed)?;
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if !is_hidden {
                inside.push((entry.path(), entry.file_type().map_err(failed)?));
            }
        }
        inside.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (path, kind) in inside {
            // The leading `./` is of the folder that nobody named.
            let path = path.strip_prefix(".").map(Path::to_owned).unwrap_or(path);
            if kind.is_dir() {
                self.folder(&path, depth.saturating_add(1))?;
            } else if is_of_tests(&path) && !path.is_dir() {
                self.add(path)?;
            }
        }
        Ok(())
    }
}

fn is_of_tests(path: &Path) -> bool {
    let extension = path.extension();
    extension.is_some_and(|it| it == "yaml" || it == "yml")
}

fn too_much(what: &str) -> Failure {
    Failure::Usage(format!(
        "the folders hold {what}, and nothing was tested; name fewer"
    ))
}

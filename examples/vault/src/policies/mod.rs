//! The vault's own policies, in `policies/`.

use std::{io, path::Path, sync::Arc};

use openpass_auth::SafeText;
use openpass_policy::{PolicyEngine, PolicyLoadError, PolicySource};
use openpass_policy_yaml::WhyNot;

use crate::{Vault, VaultError, durable, error::shown, files};

mod engines;
mod in_force;
mod kinds;
mod parts;

pub(crate) use engines::Engines;
pub(crate) use in_force::{
    ApprovedFiles, are_too_many, held_a_forbid, in_force, kept_strict, may_permit,
};
pub(crate) use kinds::{is_cedar, is_declaration, is_for_the_engine};
use kinds::{is_policy_file, is_yaml};
use parts::Parts;

/// The folder of the policies.
pub(crate) const FOLDER: &str = "policies";

/// One file of policies, whether or not it can be used.
#[derive(Debug)]
#[non_exhaustive]
pub struct PolicyFile {
    /// The file's bare name.
    pub name: String,
    /// The file's length in bytes, or the reason why it cannot be read.
    pub size: Result<u64, VaultError>,
    /// The reason why the file's rules are not enforced here, if it is the product's YAML
    /// and no policy in force was imported from just these bytes.
    pub unenforced: Option<WhyNot>,
}

/// The engine with `sources`, which may be about everything that any may be about: what is
/// accepted by it loads beside whatever comes later.
pub(crate) fn engine_with(sources: &[PolicySource]) -> Result<PolicyEngine, PolicyLoadError> {
    Parts::all(false).engine(sources)
}

impl PolicyFile {
    /// Whether it holds Cedar's policies.
    #[must_use]
    pub fn is_cedar(&self) -> bool {
        is_cedar(&self.name)
    }

    /// Whether it is a Cedar schema, which declares what policies may speak of. A file
    /// that is neither this nor [Cedar's policies](Self::is_cedar) is the product's YAML.
    #[must_use]
    pub fn is_declaration(&self) -> bool {
        is_declaration(&self.name)
    }

    /// Returns the file's name, safe to show.
    #[must_use]
    pub fn shown(&self) -> SafeText {
        SafeText::quoted(&self.name)
    }
}

/// The engine that decides, and why it has the shipped policies alone.
pub(crate) struct Chosen {
    pub(crate) engine: Arc<PolicyEngine>,
    /// The declarations that it was built with.
    pub(crate) declared: Vec<PolicySource>,
    pub(crate) broken: Option<VaultError>,
}

/// The text of the declaration `policies/NAME` among `sources`.
pub(crate) fn declaration<'s>(sources: &'s [PolicySource], name: &str) -> Option<&'s str> {
    sources
        .iter()
        .find(|source| is_declaration(&source.file) && in_force::bare(&source.file) == name)
        .map(|source| source.text.as_str())
}

impl Vault {
    /// The engine that decides for this vault: what is shipped, and every
    /// `policies/*.cedar` as far as it counts. A file that was changed outside
    /// the guard narrows at once, and makes nothing easier until a person has
    /// accepted it.
    ///
    /// # Errors
    ///
    /// The first file that cannot be used, or was approved and is gone. Never
    /// a part of the policies.
    pub fn engine(&self) -> Result<Arc<PolicyEngine>, VaultError> {
        Ok(self.chosen()?.engine)
    }

    /// The engine of the same policies with everything that any policy may speak of, such as
    /// entries, about which no door asks: for the tools of people who write policy.
    ///
    /// # Errors
    ///
    /// As [`engine`](Self::engine).
    pub fn engine_to_compare(&self) -> Result<Arc<PolicyEngine>, VaultError> {
        let own = self.policies_in_force()?;
        Ok(self.engines().to_compare(&own, self.takes_keys())?)
    }

    fn chosen(&self) -> Result<Chosen, VaultError> {
        let mut own = self.policies_in_force()?;
        let engine = self.engines().with(&own, self.takes_keys())?;
        own.retain(|source| is_declaration(&source.file));
        Ok(Chosen {
            engine,
            declared: own,
            broken: None,
        })
    }

    /// The declaration `policies/NAME` as far as it counts: what a person approved of it.
    /// `None` where there is none, or nobody approved any.
    ///
    /// # Errors
    ///
    /// That the policies cannot be used.
    pub fn declaration(&self, name: &str) -> Result<Option<String>, VaultError> {
        Ok(declaration(&self.policies_in_force()?, name).map(str::to_owned))
    }

    /// Whether the vault's policies can be used: an engine decides with them.
    ///
    /// # Errors
    ///
    /// As [`engine`](Self::engine).
    pub fn policies_load(&self) -> Result<(), VaultError> {
        let own = self.policies_in_force()?;
        // The shipped ones load: they are a part of the program.
        if own.is_empty() {
            return Ok(());
        }
        drop(self.engines().with(&own, self.takes_keys())?);
        Ok(())
    }

    /// The engine that decides; where the files do not load and `shipped_will_do`, the
    /// one of the shipped policies alone.
    ///
    /// INVARIANT (no file locks its owner out): what can end a state in which the
    /// policies do not load is decided by the shipped ones.
    pub(crate) fn engine_for(&self, shipped_will_do: bool) -> Result<Chosen, VaultError> {
        match self.chosen() {
            Err(error) if shipped_will_do => Ok(Chosen {
                engine: Arc::new(PolicyEngine::shipped()?),
                declared: Vec::new(),
                broken: Some(error),
            }),
            chosen => chosen,
        }
    }

    /// The policy files that there are, by name.
    ///
    /// # Errors
    ///
    /// That the folder cannot be read.
    pub fn policy_files(&self) -> Result<Vec<PolicyFile>, VaultError> {
        let names = self.policy_names()?;
        // INVARIANT (fail closed): with Cedar files that cannot be read, no
        // YAML file counts as imported.
        let in_force = match names.iter().any(|name| is_yaml(name)) {
            true => self.policies_in_force().unwrap_or_default(),
            false => Vec::new(),
        };
        let look = |name: String| {
            let bytes = self.read_own(&self.dir().join(FOLDER).join(&name));
            let unenforced = is_yaml(&name).then(|| {
                let bytes = bytes.as_ref().ok().and_then(Option::as_deref);
                Self::why_unenforced(&name, bytes, &in_force)
            });
            PolicyFile {
                size: bytes.map(|bytes| bytes.unwrap_or_default().len() as u64),
                unenforced: unenforced.flatten(),
                name,
            }
        };
        Ok(names.into_iter().map(look).collect())
    }

    /// Returns the name of the policy file that `named` means: that name, if it ends as a
    /// policy file's does; else the file that has the policy of that id, or the file whose
    /// name lacks only `.cedar`. A name that means none of these is returned as it is.
    ///
    /// A denial tells a policy's id. Its owner has to find the file by that, since the
    /// policy may deny every command that lists files.
    ///
    /// INVARIANT: a file's name means that file alone, whatever ids policies have, so that
    /// nobody who writes a policy chooses which other file its owner removes.
    ///
    /// # Errors
    ///
    /// `named` means two files.
    pub fn policy_file_of(&self, named: &str) -> Result<String, VaultError> {
        if is_policy_file(named) {
            return Ok(named.to_owned());
        }
        let by_id = self.file_with(named);
        let by_name = Some(format!("{named}.cedar"))
            .filter(|name| self.policy_names().is_ok_and(|all| all.contains(name)));
        match (by_id, by_name) {
            (Some(one), Some(other)) if one != other => Err(VaultError::SeveralPolicies {
                named: SafeText::quoted(named),
                one: SafeText::quoted(&one),
                other: SafeText::quoted(&other),
            }),
            (Some(file), _) | (None, Some(file)) => Ok(file),
            (None, None) => Ok(named.to_owned()),
        }
    }

    /// The file of a user's own in which the policy of this id is.
    fn file_with(&self, id: &str) -> Option<String> {
        let engine = self.engine().ok()?;
        let mut policies = engine.policies();
        let policy = policies.find(|it| !it.shipped && it.id.as_str() == id)?;
        let file = policy.file.strip_prefix("policies/")?;
        // What was approved of a file that was changed since.
        let file = file.strip_suffix(" (as approved)").unwrap_or(file);
        Some(file.to_owned())
    }

    /// Every file that an engine is built of, by name: policies, and what declares what
    /// they may speak of.
    pub(crate) fn policy_sources(&self) -> Result<Vec<PolicySource>, VaultError> {
        let mut sources = Vec::new();
        let names = self.policy_names()?;
        for name in names.iter().filter(|name| is_for_the_engine(name)) {
            let path = self.dir().join(FOLDER).join(name);
            let Some(bytes) = self.read_own(&path)? else {
                // Gone since, or never found under the name that is shown.
                if name.contains(char::REPLACEMENT_CHARACTER) {
                    return Err(broken(&path, "its name is no text; move it away by hand"));
                }
                continue;
            };
            let read = PolicySource::from_bytes(format!("{FOLDER}/{name}"), bytes);
            let read = read.map_err(|error| no_text(&path, &error))?;
            sources.push(source(&path, name, &read.text)?);
        }
        Ok(sources)
    }

    /// Lists the files in `policies/` that nobody reads, because of their name or because
    /// they are no text: they are not in force, whatever they say.
    ///
    /// # Errors
    ///
    /// That the folder cannot be read.
    pub fn policies_not_read(&self) -> Result<Vec<SafeText>, VaultError> {
        let folder = self.dir().join(FOLDER);
        if self.policy_names()?.is_empty() && !folder.is_dir() {
            return Ok(Vec::new());
        }
        let failed = |error| VaultError::unreadable(&folder, error);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let text = name.to_string_lossy();
            let is_read = is_policy_file(&text) && !is_finders(&folder, &text);
            let ours = text.starts_with(durable::UNFINISHED);
            if name.to_str().is_none() || (!is_read && !ours) {
                names.push(text.into_owned());
            }
        }
        names.sort();
        Ok(names.iter().map(|name| SafeText::quoted(name)).collect())
    }

    /// The names of everything that is a policy by its name, a folder too.
    pub(crate) fn policy_names(&self) -> Result<Vec<String>, VaultError> {
        match &self.reads {
            Some(reads) => reads.policies(|| self.names_now()),
            None => self.names_now(),
        }
    }

    fn names_now(&self) -> Result<Vec<String>, VaultError> {
        let folder = self.dir().join(FOLDER);
        let failed = |error| VaultError::unreadable(&folder, error);
        match folder.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
            Ok(found) if !found.is_dir() => {
                return Err(VaultError::NotAFolder {
                    path: shown(&folder),
                });
            }
            Ok(_) => {}
        }
        let entries = std::fs::read_dir(&folder).map_err(failed)?;
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(failed)?.file_name();
            let name = name.to_string_lossy().into_owned();
            if is_policy_file(&name)
                && !name.starts_with(durable::UNFINISHED)
                && !is_finders(&folder, &name)
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }
}

/// Whether macOS left it beside a file, to keep what the disk has no place for
/// (AppleDouble): by its name and by its first bytes, so that no policy is passed
/// over for its name alone.
fn is_finders(folder: &Path, name: &str) -> bool {
    const MAGIC: [u8; 4] = [0, 5, 0x16, 7];
    let starts = || files::read_own(&folder.join(name)).ok().flatten();
    name.starts_with("._") && starts().is_some_and(|bytes| bytes.starts_with(&MAGIC))
}

/// Returns a file's policies. A file without any text is refused, since it was cut off.
pub(crate) fn source(path: &Path, name: &str, text: &str) -> Result<PolicySource, VaultError> {
    if text.trim().is_empty() {
        return Err(broken(path, "line 1: there is no policy in it"));
    }
    Ok(PolicySource::new(format!("{FOLDER}/{name}"), text))
}

/// A file that is no UTF-8, and what to do.
fn no_text(path: &Path, error: &PolicyLoadError) -> VaultError {
    let problem = error.problems().first().map(|first| {
        let line = first.line.map(|line| format!("line {line}: "));
        let help = first.help.as_deref().unwrap_or("save it as UTF-8");
        format!("{}{}; {help}", line.unwrap_or_default(), first.message)
    });
    broken(path, &problem.unwrap_or_else(|| error.to_string()))
}

fn broken(path: &Path, problem: &str) -> VaultError {
    VaultError::BrokenPolicy {
        path: shown(path),
        problem: problem.to_owned(),
    }
}

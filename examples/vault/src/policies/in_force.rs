//! The policies that count: what a person approved, and of what was changed
//! outside the guard only what narrows.

use std::collections::BTreeMap;

use openpass_auth::SafeText;
use openpass_policy::PolicySource;

use super::{FOLDER, is_cedar, is_declaration};
use crate::{
    Vault, VaultError,
    approved::{Baseline, Fields, Held, ItemKind, Known, Part},
    trust,
};

/// The most files that one message names.
const NAMED: usize = 3;

/// The files that were approved, by their bare names, as far as they are known.
#[derive(Debug, Clone)]
pub(crate) enum ApprovedFiles {
    /// No genuine line speaks of this vault's policies.
    Unknown,
    /// Files that were approved, and whether their permits count: another
    /// vault's may forbid here, and permit nothing.
    Known {
        files: BTreeMap<String, Option<String>>,
        permit: bool,
    },
}

impl ApprovedFiles {
    /// The text that was approved under this name, as far as it is known.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self {
            Self::Unknown => None,
            Self::Known { files, .. } => files.get(name).map(|text| text.as_deref().unwrap_or("")),
        }
    }

    /// Whether this is what was approved under this name.
    pub(crate) fn has(&self, name: &str, text: &str) -> bool {
        self.text(name) == Some(text)
    }

    /// Whether what this text permits counts: it was approved, for this vault.
    pub(crate) fn permits(&self, name: &str, text: &str) -> bool {
        matches!(self, Self::Known { permit: true, .. }) && self.has(name, text)
    }

    /// Adds, replaces or removes one file, as a change through the guard does.
    pub(crate) fn with(mut self, name: &str, text: Option<&str>) -> Self {
        if let Self::Known { files, .. } = &mut self {
            match text {
                Some(text) => drop(files.insert(name.to_owned(), Some(text.to_owned()))),
                None => drop(files.remove(name)),
            }
        }
        self
    }
}

impl Vault {
    /// Every policy of the vault's own that counts.
    ///
    /// # Errors
    ///
    /// The first file that cannot be used, or the files that were approved and
    /// are gone. Never a part of the policies.
    pub(crate) fn policies_in_force(&self) -> Result<Vec<PolicySource>, VaultError> {
        let names = self.policy_names()?;
        trust::policies_of(self, &names)?;
        let present = self.policy_sources()?;
        if are_too_many(&present) {
            // INVARIANT: what is refused for its size is refused before any of
            // it is parsed, so that repair never waits for it.
            drop(super::engine_with(&present)?);
        }
        let approved = self.approved_policies(&self.baseline()?)?;
        let sources = in_force(&approved, &names, &present)?;
        let is_approved = |source: &PolicySource| approved.has(bare(&source.file), &source.text);
        if sources != present || !present.iter().all(is_approved) {
            // What was not accepted must load as if it were: what would be broken once it
            // is accepted is broken now.
            drop(self.engines().whole(&present, self.takes_keys())?);
        }
        Ok(sources)
    }

    /// The policies that were approved.
    ///
    /// # Errors
    ///
    /// That the log names them, and they cannot be had any more.
    pub(crate) fn approved_policies(
        &self,
        baseline: &Baseline<'_>,
    ) -> Result<ApprovedFiles, VaultError> {
        match baseline.of(ItemKind::Policies, &baseline.observed(ItemKind::Policies)) {
            Known::Part(part) => Ok(ApprovedFiles::Known {
                files: texts(part),
                permit: baseline.knows_this_vault(),
            }),
            Known::Nothing => Ok(ApprovedFiles::Unknown),
            Known::Lost(problem) => Err(VaultError::PoliciesLost { problem }),
        }
    }
}

/// Whether these files are refused for their number or size alone.
pub(crate) fn are_too_many(present: &[PolicySource]) -> bool {
    let bytes: usize = present.iter().map(|source| source.text.len()).sum();
    present.len() > PolicySource::MAX_FILES || bytes > PolicySource::MAX_TOTAL_BYTES
}

fn texts(part: Part) -> BTreeMap<String, Option<String>> {
    let text = |fields: &Fields| {
        fields
            .get("text")
            .and_then(Held::as_text)
            .map(str::to_owned)
    };
    let files = part.into_iter();
    files.map(|(name, fields)| (name, text(&fields))).collect()
}

/// Returns what counts of the Cedar files `present`, among the policy files
/// `names`.
///
/// INVARIANT (drift acts): nothing of a file makes anything easier that was
/// not approved, and a forbid that was approved holds whatever became of its
/// file.
pub(crate) fn in_force(
    approved: &ApprovedFiles,
    names: &[String],
    present: &[PolicySource],
) -> Result<Vec<PolicySource>, VaultError> {
    let ApprovedFiles::Known { files, permit } = approved else {
        return narrowed_all(present, |_| Ok(None));
    };
    let gone: Vec<&String> = files.keys().filter(|name| !names.contains(name)).collect();
    if !gone.is_empty() {
        return Err(VaultError::PoliciesGone {
            files: named(&gone),
        });
    }
    if *permit {
        return narrowed_all(present, |source| known(files, source));
    }
    // Each stands for itself: the forbids here, and those of the log's vault.
    narrowed_all(present, |source| {
        let known = known(files, source)?;
        if is_declaration(&source.file) {
            return Ok(known);
        }
        known
            .map(|known| forbids(&known))
            .transpose()
            .map(Option::flatten)
    })
}

/// The bare name of the policy file `policies/NAME`.
pub(super) fn bare(file: &str) -> &str {
    let name = file.strip_prefix(FOLDER);
    name.and_then(|it| it.strip_prefix('/')).unwrap_or(file)
}

/// The text that was approved under a file's name.
fn known(
    files: &BTreeMap<String, Option<String>>,
    source: &PolicySource,
) -> Result<Option<PolicySource>, VaultError> {
    match files.get(bare(&source.file)) {
        None => Ok(None),
        Some(Some(text)) => Ok(Some(PolicySource::new(source.file.clone(), text.clone()))),
        // It was another, and what it forbade is no longer known.
        Some(None) => Err(VaultError::PoliciesLost {
            problem: format!(
                "{} is not what was approved",
                SafeText::escape(&source.file)
            ),
        }),
    }
}

fn forbids(source: &PolicySource) -> Result<Option<PolicySource>, VaultError> {
    Ok(source.narrowed(None)?.into_iter().next())
}

fn narrowed_all(
    present: &[PolicySource],
    approved: impl Fn(&PolicySource) -> Result<Option<PolicySource>, VaultError>,
) -> Result<Vec<PolicySource>, VaultError> {
    let mut sources = Vec::new();
    for source in present {
        match approved(source)? {
            Some(known) if known.text == source.text => sources.push(source.clone()),
            // INVARIANT (drift acts): what is declared makes an action easier or harder to
            // permit, so nothing of it counts but what was approved.
            known if is_declaration(&source.file) => sources.extend(known),
            known => sources.extend(source.narrowed(known.as_ref())?),
        }
    }
    Ok(sources)
}

/// Whether a file may give power: Cedar with a permit, Cedar that cannot be
/// understood, or a declaration, which says in which group an action is.
pub(crate) fn may_permit(name: &str, text: Option<&Held>) -> bool {
    if is_declaration(name) {
        return true;
    }
    let Some(text) = text.and_then(Held::as_text) else {
        return is_cedar(name);
    };
    let source = PolicySource::new(name, text);
    is_cedar(name) && source.permits().unwrap_or(true)
}

/// Returns what an approved file keeps where nothing of it may make the guard
/// easier: its forbids, which hold whatever becomes of the file. `None` is
/// nothing.
pub(crate) fn kept_strict(name: &str, text: Option<&Held>) -> Option<Held> {
    // What was declared stays, for the forbids that speak of it.
    if is_declaration(name) || !may_permit(name, text) {
        return text.cloned();
    }
    let source = PolicySource::new(name, text?.as_text()?);
    let forbids = source.narrowed(None).ok()?.into_iter().next();
    forbids.map(|forbids| Held::Text(forbids.text))
}

/// Whether a file held a forbid; `None` where nobody can tell.
pub(crate) fn held_a_forbid(name: &str, text: Option<&Held>) -> Option<bool> {
    if !is_cedar(name) {
        return Some(false);
    }
    let source = PolicySource::new(name, text?.as_text()?);
    let forbids = source.narrowed(None).ok()?;
    Some(!forbids.is_empty())
}

fn named(names: &[&String]) -> String {
    let mut shown: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("{FOLDER}/{}", SafeText::escape(name)))
        .collect();
    if let Some(more) = names.len().checked_sub(NAMED).filter(|more| *more > 0) {
        shown.push(format!("{more} more"));
    }
    shown.join(", ")
}

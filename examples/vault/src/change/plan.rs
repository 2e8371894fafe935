//! The plan of a change: all that it comes to, before anybody is asked.

use core::fmt;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use openpass_approval::Approver;
use openpass_policy::{Effect, FieldChange, Operation, Request, StateDigest, author::MatrixDiff};

use super::IssuedToken;
use crate::{
    Profile, Settings, Vault,
    approved::{Baseline, ItemKind, Items, Next, Touch},
    hash,
};

/// A file's content before and after; `None` is no file. Below the vault.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct FileChange {
    pub(crate) name: String,
    pub(crate) before: Option<Vec<u8>>,
    pub(crate) after: Option<Vec<u8>>,
}

impl FileChange {
    pub(crate) fn hashes(&self) -> (Option<String>, Option<String>) {
        let hash = |content: &Option<Vec<u8>>| content.as_deref().map(hash::sha256_hex);
        (hash(&self.before), hash(&self.after))
    }
}

/// Files may hold secrets, so their content is not shown.
impl fmt::Debug for FileChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileChange")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The items and damaged lines of the log that an acceptance takes for good.
#[derive(Debug, Clone, Default)]
pub(crate) struct Accepts {
    pub(crate) items: Items,
    pub(crate) damaged_lines: u64,
    /// The kinds that are in no doubt any more.
    pub(crate) knows: BTreeSet<ItemKind>,
}

/// Builds the operation anew each time: there are no copies of one.
pub(crate) type MakeOperation = Arc<dyn Fn(Request, Effect) -> Operation + Send + Sync>;

/// The plan of a change: the fields and files that it changes, and the
/// operation that it is.
///
/// INVARIANT: `files` are in the order in which they are replaced. What takes
/// power comes first and what gives it last, so that a commit which is broken
/// off between two never leaves more power than the state before or after.
pub(crate) struct Plan {
    pub(crate) changes: Vec<FieldChange>,
    pub(crate) files: Vec<FileChange>,
    pub(crate) profiles: Option<(Profile, Profile)>,
    pub(crate) decisions: Option<MatrixDiff>,
    pub(crate) accepts: Option<Accepts>,
    /// The items that are approved beside what the files show.
    pub(crate) touches: Vec<Touch>,
    /// Whether what is approved stays as it is, whatever the files become.
    pub(crate) approves_nothing: bool,
    /// Whether every setting is approved at its default, whatever it was.
    pub(crate) resets_settings: bool,
    /// The approvers afterwards, where the change alters them.
    pub(crate) approvers: Option<Vec<Approver>>,
    pub(crate) issued: Option<IssuedToken>,
    /// The items that a repair cannot put back, each with the reason, if there
    /// are any.
    pub(crate) left: Option<String>,
    pub(crate) operation: MakeOperation,
}

impl Plan {
    pub(crate) fn new(
        changes: Vec<FieldChange>,
        files: Vec<FileChange>,
        operation: impl Fn(Request, Effect) -> Operation + Send + Sync + 'static,
    ) -> Self {
        Self {
            changes,
            files,
            profiles: None,
            decisions: None,
            accepts: None,
            touches: Vec::new(),
            approves_nothing: false,
            resets_settings: false,
            approvers: None,
            issued: None,
            left: None,
            operation: Arc::new(operation),
        }
    }
}

impl Vault {
    // INVARIANT: the digest covers the settings and policies under which the
    // change is decided, what was approved of them, the configuration that
    // says who asks, the identity that vouches, every file's bytes before and
    // after, and what is approved from then on, so a commit that works it out
    // again under the lock finds any change in between.
    pub(super) fn state_digest(
        &self,
        files: &[FileChange],
        baseline: &Baseline<'_>,
        next: &Next,
    ) -> StateDigest {
        let (_, settings) = Settings::read(self);
        let config = self.config_bytes().unwrap_or_default();
        let policies: BTreeMap<String, String> = self.watched_policies();
        let identity = self.identity_item();
        let mut parts: Vec<&[u8]> = vec![
            settings.as_deref().unwrap_or_default(),
            &config,
            identity.as_bytes(),
        ];
        // Who can approve is before and after what is shown, to the key.
        let approvers = baseline.state().approvers.digest();
        let approved = [baseline.digest(), next.approved.digest(), approvers];
        parts.extend(approved.iter().map(String::as_bytes));
        for (name, hash) in &policies {
            parts.extend([name.as_bytes(), hash.as_bytes()]);
        }
        for file in files {
            parts.push(file.name.as_bytes());
            for content in [&file.before, &file.after] {
                // No file is another thing than an empty one.
                parts.push(if content.is_some() {
                    b"a file"
                } else {
                    b"no file"
                });
                parts.push(content.as_deref().unwrap_or_default());
            }
        }
        StateDigest::of(&parts)
    }
}

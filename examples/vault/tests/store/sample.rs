//! A vault that the real product made, and a person who says yes.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use futures_lite::future::block_on;
use openpass_auth::{AuthError, Authenticator, Factor, Scripted};
use openpass_auth_passphrase::Passphrase;
use openpass_policy::{Grant, Guard, PolicyEngine, Refusal};
use openpass_vault::{Change, GuardLog, Proposal, SealedIdentity, Vault, VaultError};
use tempfile::TempDir;

const FIXTURES: &str = "tests/fixtures";

/// A copy of the sample vault, gone at the end of the test.
pub(crate) struct Sample {
    pub(crate) vault: Vault,
    folder: TempDir,
}

impl Sample {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let copy = |from: &str, to: &str| {
            fs::copy(Path::new(FIXTURES).join(from), dir.join(to)).unwrap();
        };
        fs::create_dir(dir.join("policies")).unwrap();
        fs::create_dir(dir.join("mcp-tokens")).unwrap();
        for name in ["config.yaml", "mcp-tokens.json"] {
            copy(name, name);
        }
        for name in ["policies/10-dev.yaml", "policies/20-prod.yaml"] {
            copy(name, name);
        }
        copy("sample.gitignore", ".gitignore");
        copy("identity.age", "identity.age");
        let owners = fs::Permissions::from_mode(0o600);
        fs::set_permissions(dir.join("identity.age"), owners).unwrap();
        let vault = Vault::open(dir).unwrap();
        Self { vault, folder }
    }

    /// The same vault, unlocked by Touch ID, so that the auth method can be
    /// changed where Touch ID cannot ask.
    pub(crate) fn unlocked_by_touch_id() -> Self {
        let sample = Self::new();
        let config = sample.read("config.yaml");
        let edited = config.replace("\nauthMethod: passphrase\n", "\nauthMethod: touchid\n");
        assert_ne!(edited, config);
        sample.write("config.yaml", &edited);
        sample
    }

    /// The same vault without YAML rules, which would stop every change under
    /// the strictest settings.
    pub(crate) fn without_rules() -> Self {
        let sample = Self::new();
        for name in ["policies/10-dev.yaml", "policies/20-prod.yaml"] {
            fs::remove_file(sample.dir().join(name)).unwrap();
        }
        sample
    }

    pub(crate) fn dir(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.dir().join(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.dir().join(name), text).unwrap();
    }

    pub(crate) fn propose(&self, change: &Change) -> Result<Proposal, VaultError> {
        self.vault.propose(self.vault.request(), change)
    }

    /// The change, by a person who is asked and says yes.
    pub(crate) fn make(&self, change: &Change) -> Result<Proposal, VaultError> {
        let proposal = self.propose(change)?;
        self.vault
            .commit(grant(&self.vault, &proposal), &proposal)?;
        Ok(proposal)
    }

    /// Every file outside guard/, and its content.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files(self.dir())
    }
}

/// Every file outside guard/, but for the empty lock.
pub(crate) fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    collect(dir, dir, &mut files);
    files
}

fn collect(root: &Path, dir: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_owned();
        if name.starts_with("guard") || name.ends_with(".lock") {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// The names of the files that differ.
pub(crate) fn differing(
    before: &BTreeMap<PathBuf, Vec<u8>>,
    after: &BTreeMap<PathBuf, Vec<u8>>,
) -> Vec<String> {
    let names = before.keys().chain(after.keys());
    let mut names: Vec<String> = names
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

pub(crate) fn engine() -> Arc<PolicyEngine> {
    Arc::new(PolicyEngine::shipped().unwrap())
}

/// What comes of asking `person`.
pub(crate) fn ask(
    vault: &Vault,
    proposal: &Proposal,
    engine: Arc<PolicyEngine>,
    person: Arc<dyn Authenticator>,
) -> Result<Grant, Refusal> {
    let guard = Guard::new(engine, person, Arc::new(GuardLog::of(vault)));
    block_on(guard.authorize(proposal.to_authorize()))
}

pub(crate) fn grant(vault: &Vault, proposal: &Proposal) -> Grant {
    ask(vault, proposal, engine(), Arc::new(knows_it(vault))).unwrap()
}

/// The public half of the key in every sample's identity.
pub(crate) const KEY: &str = "age18n829yr0l8kvqpew23d9f0xfld0vv94xv6jlyqnqg2mkwrcqygdsd99rxs";

/// The same key, wrapped by another passphrase.
pub(crate) fn rewrapped() -> Change {
    let bytes = fs::read(Path::new(FIXTURES).join("identity.rewrapped.age")).unwrap();
    let passphrase = Passphrase::new(b"a new passphrase of mine").unwrap();
    Change::RotatePassphrase {
        identity: SealedIdentity::opened(bytes, &passphrase).unwrap(),
    }
}

/// Somebody who knows the passphrase of the identity that is there.
pub(crate) fn knows_it(vault: &Vault) -> Scripted {
    opens(vault, KEY)
}

/// Somebody whose passphrase opens the identity that is there, and in it the
/// key whose public half is `recipient`.
pub(crate) fn opens(vault: &Vault, recipient: &str) -> Scripted {
    use sha2::{Digest as _, Sha256};
    let bytes = fs::read(vault.dir().join("identity.age")).unwrap();
    let hash: String = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Scripted::yes(Factor::Passphrase).with_reference(format!("{recipient} sha256:{hash}"))
}

/// Somebody who gives a wrong answer.
pub(crate) fn wrong() -> Arc<dyn Authenticator> {
    let factor = Factor::Passphrase;
    let script = vec![Err(AuthError::Rejected { factor })];
    Arc::new(Scripted::new(factor, script))
}

//! A vault whose files a target exchanges.

use std::{fs, path::Path, sync::Arc};

use async_trait::async_trait;
use futures_lite::future::block_on;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, Unavailable,
};
use openpass_policy::Guard;
use openpass_vault::{Change, GuardLog, Vault};

/// An identity, its public key and its hash.
const IDENTITY: &[u8] = include_bytes!("../../../examples/vault/tests/fixtures/identity.age");
const REFERENCE: &str = "age18n829yr0l8kvqpew23d9f0xfld0vv94xv6jlyqnqg2mkwrcqygdsd99rxs \
    sha256:aa9a5f3052be36911501397710621fa2bac8aa8a44be9c75d206dda9758c6cbc";

/// The configuration of a vault with one agent.
const CONFIG: &str = "agents:\n  codex:\n    tier: read-only\n";

/// A vault in a folder that is thrown away.
pub(crate) struct Place {
    dir: tempfile::TempDir,
    pub(crate) vault: Vault,
}

impl Place {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("identity.age"), IDENTITY).unwrap();
        fs::write(dir.path().join("config.yaml"), CONFIG).unwrap();
        fs::create_dir_all(dir.path().join("guard/pending")).unwrap();
        private(&dir.path().join("guard"));
        private(&dir.path().join("guard/pending"));
        let vault = Vault::open(dir.path()).unwrap();
        Self { dir, vault }
    }

    pub(crate) fn write(&self, file: &str, bytes: &[u8]) {
        fs::write(self.dir.path().join(file), bytes).unwrap();
    }

    pub(crate) fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.dir.path().join(file)).unwrap()
    }

    /// Makes `change`, with a person who says yes.
    pub(crate) fn make(&self, change: &Change) {
        let proposal = self.vault.propose(self.vault.request(), change).unwrap();
        let engine = self.vault.engine().unwrap();
        let guard = Guard::new(engine, Arc::new(Yes), Arc::new(GuardLog::of(&self.vault)));
        let grant = block_on(guard.authorize(proposal.to_authorize())).unwrap();
        self.vault.commit(grant, &proposal).unwrap();
    }
}

#[cfg(unix)]
fn private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
}

#[cfg(not(unix))]
fn private(_: &Path) {}

/// A person who gives the right passphrase.
#[derive(Debug)]
struct Yes;

#[async_trait]
impl Authenticator for Yes {
    fn name(&self) -> &'static str {
        "yes"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }

    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        Ok(Evidence::assertion(challenge, Factor::Passphrase).with_reference(REFERENCE))
    }
}

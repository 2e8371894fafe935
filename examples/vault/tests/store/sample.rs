//! A vault that the real product made, and a person who says yes.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use futures_lite::future::block_on;
use openpass_auth::{AuthError, Authenticator, Factor, Script};
use openpass_auth_passphrase::Passphrase;
use openpass_policy::{Grant, Guard, PolicyEngine, Refusal};
use openpass_testkit::TestVault;
pub(crate) use openpass_testkit::{changed as differing, files};
use openpass_vault::{Change, GuardLog, Proposal, SealedIdentity, Vault, VaultError};

/// Opens fast; the key in it is the one of [`KEY`].
const IDENTITY: &[u8] = include_bytes!("../fixtures/identity.age");
/// The same key, wrapped by another passphrase.
const REWRAPPED: &[u8] = include_bytes!("../fixtures/identity.rewrapped.age");

/// A copy of the sample vault, gone at the end of the test.
pub(crate) struct Sample {
    pub(crate) vault: Vault,
    folder: TestVault,
}

impl Sample {
    pub(crate) fn new() -> Self {
        let folder = TestVault::with_rules_and(IDENTITY);
        fs::create_dir(folder.path("mcp-tokens")).unwrap();
        let vault = Vault::open(folder.dir()).unwrap();
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

    /// Edits the entry of `agent` in config.yaml by hand.
    pub(crate) fn edit_agent(&self, agent: &str, from: &str, to: &str) {
        self.folder.edit_agent(agent, from, to);
    }

    pub(crate) fn dir(&self) -> &Path {
        self.folder.dir()
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

/// The engine under which the store takes grants now.
pub(crate) fn in_force(vault: &Vault) -> Arc<PolicyEngine> {
    vault.engine().unwrap_or_else(|_| engine())
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
    ask(vault, proposal, in_force(vault), Arc::new(knows_it(vault))).unwrap()
}

/// The public half of the key in every sample's identity.
pub(crate) const KEY: &str = "age18n829yr0l8kvqpew23d9f0xfld0vv94xv6jlyqnqg2mkwrcqygdsd99rxs";

/// The same key, wrapped by another passphrase.
pub(crate) fn rewrapped() -> Change {
    let passphrase = Passphrase::new(b"a new passphrase of mine").unwrap();
    Change::RotatePassphrase {
        identity: SealedIdentity::opened(REWRAPPED.to_vec(), &passphrase).unwrap(),
    }
}

/// Somebody who knows the passphrase of the identity that is there.
pub(crate) fn knows_it(vault: &Vault) -> Script {
    opens(vault, KEY)
}

/// Somebody whose passphrase opens the identity that is there, and in it the
/// key whose public half is `recipient`.
pub(crate) fn opens(vault: &Vault, recipient: &str) -> Script {
    use sha2::{Digest as _, Sha256};
    let bytes = fs::read(vault.dir().join("identity.age")).unwrap();
    let hash: String = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Script::new()
        .yes(Factor::Passphrase)
        .with_reference(format!("{recipient} sha256:{hash}"))
}

/// Somebody who gives a wrong answer.
pub(crate) fn wrong() -> Arc<dyn Authenticator> {
    let factor = Factor::Passphrase;
    let script = vec![Err(AuthError::Rejected { factor })];
    Arc::new(Script::answering(factor, script))
}

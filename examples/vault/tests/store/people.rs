//! People who answer for a vault: by its passphrase, or by a security key in software.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use futures_lite::future::block_on;
use openpass_approval::{Approver, PublicKey, RP_ID, ToTouch};
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, Unavailable,
};
use openpass_auth_passphrase::PassphraseAuthenticator;
use openpass_testkit::{RIGHT, TestVault, Typed};
use openpass_vault::{Change, Door, DoorError, Prompts, Requester, Vault};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use sha2::{Digest as _, Sha256};

/// A security key that its owner touches at once.
#[derive(Debug)]
pub(crate) struct Key {
    seed: u8,
    counter: AtomicU32,
}

impl Key {
    pub(crate) fn of(seed: u8) -> Arc<Self> {
        let counter = AtomicU32::new(0);
        Arc::new(Self { seed, counter })
    }

    fn secret(&self) -> SigningKey {
        SigningKey::from_slice(&[self.seed; 32]).unwrap()
    }

    pub(crate) fn public(&self) -> PublicKey {
        let point = self.secret().verifying_key().to_sec1_point(false);
        let half = |half: Option<&_>| {
            let half: &p256::FieldBytes = half.unwrap();
            half.as_slice().try_into().unwrap()
        };
        PublicKey::p256(&half(point.x()), &half(point.y())).unwrap()
    }

    pub(crate) fn approver(&self, label: &str) -> Approver {
        let credential = Some(vec![self.seed; 16]);
        let since = "2026-11-27T18:00:00Z";
        Approver::new(Factor::SecurityKey, self.public(), label, since, credential).unwrap()
    }

    pub(crate) fn added(&self, label: &str) -> Change {
        Change::AddApprover {
            approver: Box::new(self.approver(label)),
            stored: None,
        }
    }
}

#[async_trait]
impl Authenticator for Key {
    fn name(&self) -> &'static str {
        "a key in software"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::SecurityKey)
    }

    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        challenge.admits_signed(Factor::SecurityKey)?;
        let evidence = Evidence::assertion(challenge, Factor::SecurityKey);
        let Some(to_touch) = ToTouch::of(challenge, &self.public(), 1_795_802_400) else {
            return Ok(evidence);
        };
        let counter = self.counter.fetch_add(1, Ordering::SeqCst) + 1;
        let mut data = Sha256::digest(RP_ID).to_vec();
        data.push(0b101);
        data.extend(counter.to_be_bytes());
        let message = [data.as_slice(), &to_touch.client_data_hash()].concat();
        let signature: Signature = self.secret().sign(&message);
        let signature = signature.to_der().as_bytes().to_vec();
        Ok(evidence.signed(to_touch.touched(data, signature)))
    }
}

/// Who answers.
pub(crate) enum Who {
    Knows(&'static str),
    Has(Arc<Key>),
}

/// `change`, as the person at the command line makes it.
pub(crate) fn made(vault: &Vault, change: &Change, who: &Who) -> Result<(), DoorError> {
    let door = || {
        let prompts = Prompts::at_a_terminal();
        Door::to_change(vault, Requester::Person, prompts, change)
    };
    let person: Arc<dyn Authenticator> = match who {
        Who::Has(key) => Arc::<Key>::clone(key),
        Who::Knows(passphrase) => {
            let door = door()?;
            let verifier = door.verifier(door.propose(change)?.operation())?;
            Arc::new(PassphraseAuthenticator::new(
                Typed::passphrase(passphrase),
                verifier,
            ))
        }
    };
    let door = door()?.with_authenticator(person);
    let proposal = door.propose(change)?;
    let grant = block_on(door.authorize(proposal.to_authorize()))?;
    door.commit(grant, &proposal)
}

pub(crate) fn opened() -> (TestVault, Vault) {
    let folder = TestVault::new();
    let vault = Vault::open(folder.dir()).unwrap();
    (folder, vault)
}

pub(crate) const OWNER: Who = Who::Knows(RIGHT);

/// A change that takes a proof, however often it is made.
pub(crate) fn issue() -> Change {
    Change::IssueToken {
        agent: "codex".to_owned(),
        label: None,
        tools: vec!["*".to_owned()],
        lifetime: None,
    }
}

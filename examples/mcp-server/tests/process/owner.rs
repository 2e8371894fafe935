//! The owner of a vault, who makes a change of their own before a test begins.

use std::sync::Arc;

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, Unavailable,
};
use openpass_vault::{Change, Door, Prompts, Requester, Vault};

/// The owner of the vault, who says yes to what the test sets up.
#[derive(Debug)]
struct Owner;

#[async_trait]
impl Authenticator for Owner {
    fn name(&self) -> &'static str {
        "owner"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Biometry)
    }

    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        Ok(Evidence::assertion(challenge, Factor::Biometry))
    }
}

/// Makes `change`, at the owner's terminal.
pub(crate) fn makes(vault: &Vault, change: &Change) {
    let prompts = Prompts::at_a_terminal();
    let door = Door::to_change(vault, Requester::Person, prompts, change).unwrap();
    let door = door.with_authenticator(Arc::new(Owner));
    let proposal = door.propose(change).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let grant = runtime.block_on(door.authorize(proposal.to_authorize()));
    door.commit(grant.unwrap(), &proposal).unwrap();
}

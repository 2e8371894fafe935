//! The shortest host: a guard, and a store that works each change out twice.
use std::error::Error;

use openpass_auth::{Factor, Script};
use openpass_policy::{
    After, AgentRef, Before, Effect, FieldChange, Grant, Guard, GuardSettings, Issuer, MemorySink,
    Operation, Outcome, PolicyEngine, Request, StateDigest, Tier,
};

/// Yours: the state, which nothing but `commit` writes.
struct Store {
    tier: Tier,
}

impl Store {
    /// What it would be to put codex on a tier, from the state as it is now.
    fn change(&self, after: Tier) -> Operation {
        let request = Request::by_person("~/.openpass", GuardSettings::default());
        let (old, new) = (self.tier.to_string(), after.to_string());
        let state = StateDigest::of(&[old.as_bytes(), new.as_bytes()]);
        let shown = FieldChange::new(
            "tier",
            Before(Some(old)),
            After(Some(new)),
            self.tier.direction_to(after),
        );
        let codex = AgentRef::new("codex", self.tier, false);
        Operation::change_agent(request, codex, after, Effect::new(vec![shown], state))
    }

    /// Without a grant of the store's own guard for this very change, from the state
    /// as it is under the lock, nothing changes.
    fn commit(&mut self, grant: Grant, own: &Issuer, after: Tier) -> Result<(), Box<dyn Error>> {
        // … take your lock here …
        let running = grant.redeem(own, &self.change(after))?;
        self.tier = after;
        Ok(running.settle(Outcome::Done)?)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // Yours: BiometricAuthenticator, PassphraseAuthenticator, or both in FirstAvailable.
    let finger = Script::new().yes(Factor::Biometry);
    let guard = Guard::new(PolicyEngine::shipped()?, finger, MemorySink::new());

    let tier = Tier::ReadOnly;
    let mut store = Store { tier };
    let raise = store.change(Tier::Admin);
    let grant = guard.authorize_blocking(raise)?;
    store.commit(grant, &guard.issuer(), Tier::Admin)
}

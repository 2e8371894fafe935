//! The terms under which a change is made, and a check whether they still hold.

use std::time::Duration;

use openpass_policy::{Direction, Principal};

use crate::{Proposal, Settings, Vault, hash, log::terms::Terms};

impl Vault {
    /// The terms of `proposal`, whose grant is good for so long still.
    pub(super) fn terms(&self, proposal: &Proposal, good_for: Duration) -> Terms {
        let operation = proposal.operation();
        let has = |direction| {
            let mut changes = operation.changes().iter();
            changes.any(|change| change.direction == direction)
        };
        Terms {
            // INVARIANT: what is not known to take power counts as giving it.
            narrows: has(Direction::Narrows) && !has(Direction::Widens),
            asked_by: match &operation.request().principal {
                Principal::User => "the user".to_owned(),
                Principal::Agent(agent) => format!("agent {}", agent.name),
                // A vault has no others.
                Principal::Host(entity) => entity.id().to_owned(),
            },
            at: Some(self.now().into()),
            good_for,
            settings: self.settings_now(),
            policies: self.policies_now(),
        }
    }

    /// Whether `terms` still hold: the grant's time, the settings and the
    /// policies that it was given under.
    pub(super) fn still_holds(&self, terms: &Terms) -> bool {
        terms.are_in_time(self.now())
            && terms.settings == self.settings_now()
            && terms.policies == self.policies_now()
    }

    /// The guard's settings, as they count and as they are written.
    fn settings_now(&self) -> String {
        let counting = self.settings().values();
        let (_, written) = Settings::read(self);
        digest(&(counting, written))
    }

    fn policies_now(&self) -> String {
        digest(&self.watched_policies())
    }
}

fn digest(value: &impl serde::Serialize) -> String {
    // INVARIANT (fail closed): what cannot be digested is like nothing else.
    serde_json::to_vec(value).map_or_else(|error| error.to_string(), |it| hash::sha256_hex(&it))
}

//! The changes of a vault, and their plans.

use crate::{Error, Method, Settings, Tier};

/// A change that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Another tier for an agent.
    Tier {
        /// The agent's name.
        agent: String,
        /// The tier it gets.
        tier: Tier,
    },
    /// Another way to unlock the vault.
    Unlock(Method),
}

/// A change, worked out from one state of the vault. Nothing is written.
#[derive(Debug)]
pub struct Plan {
    /// The content of `settings.json`.
    pub before: Vec<u8>,
    /// The content of `settings.json` after the change.
    pub after: Vec<u8>,
    /// The change, in a few words.
    pub summary: String,
    /// The field that changes, with its value before and after.
    pub field: (&'static str, &'static str, &'static str),
    /// Whether the change gives power to somebody, or changes who gets in.
    pub raises: bool,
}

impl Plan {
    /// Works out `change` of the settings in `before`.
    ///
    /// # Errors
    ///
    /// That `before` holds no settings, has no such agent, or is that way already.
    pub fn new(before: Vec<u8>, change: &Change) -> Result<Self, Error> {
        let mut settings = Settings::read(&before)?;
        let (summary, field, raises) = match change {
            Change::Tier { agent, tier } => {
                let unknown = || Error::NoAgent(agent.clone());
                let profile = settings.agents.get_mut(agent).ok_or_else(unknown)?;
                let old = std::mem::replace(&mut profile.tier, *tier);
                let summary = format!("put agent {agent:?} from {old} to {tier}");
                let field = ("tier", old.as_str(), tier.as_str());
                (summary, field, *tier > old)
            }
            Change::Unlock(method) => {
                let old = std::mem::replace(&mut settings.unlock, *method);
                let summary = format!("unlock the vault by {method} and not by {old}");
                (summary, ("unlock", old.as_str(), method.as_str()), true)
            }
        };
        if field.1 == field.2 {
            return Err(Error::NothingToDo(field.0, field.1));
        }
        let after = settings.write()?;
        Ok(Self { before, after, summary, field, raises })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Agent;

    fn settings() -> Vec<u8> {
        let codex = Agent { tier: Tier::Standard };
        let settings = Settings {
            id: "00".repeat(16),
            unlock: Method::TouchId,
            agents: [("codex".to_owned(), codex)].into(),
            made: String::new(),
        };
        settings.write().unwrap()
    }

    fn to(tier: Tier) -> Change {
        Change::Tier { agent: "codex".to_owned(), tier }
    }

    #[test]
    fn a_plan_says_what_changes_and_whether_it_gives_power() {
        let up = Plan::new(settings(), &to(Tier::Admin)).unwrap();
        assert_eq!(up.field, ("tier", "standard", "admin"));
        assert!(up.raises);
        assert_eq!(up.summary, r#"put agent "codex" from standard to admin"#);
        let down = Plan::new(settings(), &to(Tier::ReadOnly)).unwrap();
        assert!(!down.raises);
        let after = Settings::read(&down.after).unwrap();
        assert_eq!(after.agents["codex"].tier, Tier::ReadOnly);
        let unlock = Plan::new(settings(), &Change::Unlock(Method::Passphrase)).unwrap();
        assert!(unlock.raises);
        assert_eq!(unlock.field, ("unlock", "touchid", "passphrase"));
    }

    #[test]
    fn what_changes_nothing_is_no_change() {
        let same = Plan::new(settings(), &to(Tier::Standard)).unwrap_err();
        assert_eq!(same.to_string(), "tier is standard already");
        let nobody = Change::Tier { agent: "eve".to_owned(), tier: Tier::Admin };
        assert!(matches!(Plan::new(settings(), &nobody), Err(Error::NoAgent(_))));
        assert!(matches!(Plan::new(b"{}".to_vec(), &nobody), Err(Error::Damaged(_))));
    }
}

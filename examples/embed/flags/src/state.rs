//! The content of the team's file, and its entities in policy.

use std::collections::{BTreeMap, BTreeSet};

use openpass_policy::Entity;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    /// Each environment, and the environment that it is within.
    pub(crate) environments: BTreeMap<String, Option<String>>,
    /// By environment, then by name.
    pub(crate) flags: BTreeMap<String, BTreeMap<String, Flag>>,
    pub(crate) people: BTreeMap<String, Person>,
    /// Each bot, and the person who owns it.
    pub(crate) bots: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Flag {
    pub(crate) percent: u8,
    /// The reason why the flag may not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) frozen: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) teams: BTreeSet<String>,
    /// The Argon2id record of the passphrase.
    pub(crate) passphrase: String,
}

impl State {
    /// A team of one, who is in every team.
    pub(crate) fn new(owner: &str, passphrase: String) -> Self {
        let teams = ["developers", "owners", "release"].map(str::to_owned);
        let person = Person {
            teams: teams.into(),
            passphrase,
        };
        let prod = || Some("prod".to_owned());
        let environments = [("dev", None), ("prod", None), ("prod-eu", prod())];
        Self {
            environments: environments.map(|(name, of)| (name.to_owned(), of)).into(),
            flags: BTreeMap::new(),
            people: [(owner.to_owned(), person)].into(),
            bots: BTreeMap::new(),
        }
    }

    /// The flag as it is. A flag that was never set is at 0 %.
    pub(crate) fn flag(&self, name: &str, environment: &str) -> Flag {
        let flags = self.flags.get(environment);
        flags
            .and_then(|flags| flags.get(name))
            .cloned()
            .unwrap_or_default()
    }

    pub(crate) fn put_flag(&mut self, name: &str, environment: &str, flag: Flag) {
        let flags = self.flags.entry(environment.to_owned()).or_default();
        flags.insert(name.to_owned(), flag);
    }

    /// The person who answers for `who`: a person themselves, a bot's owner.
    pub(crate) fn person_for(&self, who: &str) -> Result<(&str, &Person), Failure> {
        let name = self.bots.get(who).map_or(who, String::as_str);
        let found = self.people.get_key_value(name);
        let (name, person) = found.ok_or_else(|| Failure::Stranger(who.to_owned()))?;
        Ok((name, person))
    }

    /// The principal that asks, as policy sees it.
    pub(crate) fn principal(&self, who: &str) -> Result<Entity, Failure> {
        let (name, person) = self.person_for(who)?;
        let person = person_in(name, &person.teams);
        Ok(match self.bots.get(who) {
            Some(_) => Entity::new("Flags::Bot", who).with("owner", person),
            None => person,
        })
    }

    /// `flag` as policy sees it, with the environments that it is within.
    pub(crate) fn entity(&self, name: &str, environment: &str) -> Result<Entity, Failure> {
        let entity = Entity::new("Flags::Flag", name)
            .inside(self.environment(environment, self.environments.len())?);
        Ok(match self.flag(name, environment).frozen {
            Some(reason) => entity.tagged("frozen", reason),
            None => entity.untagged(),
        })
    }

    /// The environment as policy sees it. `most` is how many there can be above each
    /// other, unless they go in a circle.
    fn environment(&self, name: &str, most: usize) -> Result<Entity, Failure> {
        let known = || {
            self.environments
                .keys()
                .cloned()
                .collect::<Vec<_>>()
                .join(", ")
        };
        let parent = self.environments.get(name).filter(|_| most > 0);
        let parent = parent.ok_or_else(|| Failure::NoEnvironment(name.to_owned(), known()))?;
        let entity = Entity::new("Flags::Environment", name);
        Ok(match parent {
            Some(parent) => entity.inside(self.environment(parent, most.saturating_sub(1))?),
            None => entity.in_nothing_else(),
        })
    }
}

pub(crate) fn person_in(name: &str, teams: &BTreeSet<String>) -> Entity {
    let person = Entity::new("Flags::Person", name);
    if teams.is_empty() {
        return person.in_nothing_else();
    }
    let teams = teams.iter();
    teams.fold(person, |person, team| person.within("Flags::Team", team))
}

//! The changes that there are: the operation of each, and the file afterwards.

use std::collections::BTreeSet;

use openpass_policy::{
    After, Before, Direction, Entity, FieldChange, Operation, Principal, StateDigest,
};

use crate::{
    failure::Failure,
    state::{Flag, Person, State, person_in},
};

#[derive(Debug, Clone)]
pub(crate) enum Change {
    Set {
        flag: String,
        environment: String,
        percent: u8,
    },
    Freeze {
        flag: String,
        environment: String,
        reason: String,
    },
    Unfreeze {
        flag: String,
        environment: String,
    },
    AddPerson {
        name: String,
        teams: BTreeSet<String>,
        passphrase: String,
    },
    AddBot {
        name: String,
        owner: String,
    },
}

/// A change, worked out from one state of the file.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) operation: Operation,
    /// The text that the file is to hold.
    pub(crate) after: String,
}

impl Change {
    /// Works out this change by `who`, of the file that holds `before`.
    pub(crate) fn plan(&self, who: &str, before: &str) -> Result<Plan, Failure> {
        let state: State = serde_json::from_str(before)?;
        let mut next = state.clone();
        let operation = self.apply(&state, &mut next, state.principal(who)?.into())?;
        let after = serde_json::to_string_pretty(&next)?;
        let onto = StateDigest::of(&[before.as_bytes(), after.as_bytes()]);
        let operation = operation.onto(onto);
        Ok(Plan { operation, after })
    }

    fn apply(&self, state: &State, next: &mut State, who: Principal) -> Result<Operation, Failure> {
        match self {
            Self::Set {
                flag,
                environment,
                percent,
            } => {
                let mut value = state.flag(flag, environment);
                let (before, after) = (value.percent, *percent);
                value.percent = after;
                next.put_flag(flag, environment, value);
                Ok(Operation::new("Flags::set")
                    .by(who)
                    .on(state.entity(flag, environment)?)
                    .with("percentBefore", i64::from(before))
                    .with("percentAfter", i64::from(after))
                    .changing(
                        "percent",
                        Before(before.to_string()),
                        After(after.to_string()),
                        direction(before, after),
                    ))
            }
            Self::Freeze {
                flag,
                environment,
                reason,
            } => {
                let frozen = Some(reason.clone());
                froze(
                    state,
                    next,
                    (flag, environment),
                    frozen,
                    "Flags::freeze",
                    who,
                )
            }
            Self::Unfreeze { flag, environment } => froze(
                state,
                next,
                (flag, environment),
                None,
                "Flags::unfreeze",
                who,
            ),
            Self::AddPerson {
                name,
                teams,
                passphrase,
            } => {
                is_new(state, name)?;
                let (teams, passphrase) = (teams.clone(), passphrase.clone());
                let operation = added(who, person_in(name, &teams));
                next.people
                    .insert(name.clone(), Person { teams, passphrase });
                Ok(operation)
            }
            Self::AddBot { name, owner } => {
                is_new(state, name)?;
                let owned_by = state.principal(owner)?;
                next.bots.insert(name.clone(), owner.clone());
                let bot = Entity::new("Flags::Bot", name).with("owner", owned_by);
                Ok(added(who, bot).telling("owner", owner))
            }
        }
    }
}

fn froze(
    state: &State,
    next: &mut State,
    (flag, environment): (&str, &str),
    frozen: Option<String>,
    action: &'static str,
    who: Principal,
) -> Result<Operation, Failure> {
    let value = state.flag(flag, environment);
    let way = if frozen.is_some() {
        Direction::Narrows
    } else {
        Direction::Widens
    };
    let change = FieldChange::new("frozen", Before(value.frozen), After(frozen.clone()), way);
    let percent = value.percent;
    next.put_flag(flag, environment, Flag { percent, frozen });
    let entity = state.entity(flag, environment)?;
    Ok(Operation::new(action).by(who).on(entity).change(change))
}

fn added(who: Principal, whom: Entity) -> Operation {
    let nobody = Before(None);
    let change = FieldChange::new(
        whom.id(),
        nobody,
        After(Some("may come in".to_owned())),
        Direction::Widens,
    );
    Operation::new("Flags::add").by(who).on(whom).change(change)
}

/// Checks that nobody has the name: a newcomer would get what its owner may do.
fn is_new(state: &State, name: &str) -> Result<(), Failure> {
    if state.people.contains_key(name) || state.bots.contains_key(name) {
        return Err(Failure::Taken(name.to_owned()));
    }
    Ok(())
}

fn direction(before: u8, after: u8) -> Direction {
    match after.cmp(&before) {
        core::cmp::Ordering::Greater => Direction::Widens,
        core::cmp::Ordering::Equal => Direction::Neutral,
        core::cmp::Ordering::Less => Direction::Narrows,
    }
}

#[cfg(test)]
mod tests;

//! The number of failures in a row, their time, and the wait that follows.

use core::time::Duration;
use std::collections::BTreeMap;

use super::{Delays, Moment};

/// The failed answers that a vault remembers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a store that left a new field out would lift a limit"
)]
pub struct Attempts {
    /// Wrong answers in a row to what the person asked for.
    pub failures: Tally,
    /// Dialogs in a row for the person's own commands that came to nothing:
    /// declined, called off, or not answered.
    pub declines: Tally,
    /// Prompts in a row that came to nothing for each agent, by its name, since a
    /// person last acted.
    pub agents: BTreeMap<String, Tally>,
    /// Wrong answers in a row to what each agent asked for, by its name.
    pub failures_of_agents: BTreeMap<String, Tally>,
}

/// The number of failures in a row, and the time of the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a store that left a new field out would lift a limit"
)]
pub struct Tally {
    /// The number of failures since the last success. An attempt that is going
    /// on is one of them.
    pub count: u32,
    /// The time at which the wait began: that of the last failure, or the time at which
    /// the clock was found to have gone back. If it is missing, the wait begins now.
    pub last: Option<Moment>,
    /// The number of times that a success cleared the count. It tells an attempt that
    /// began before a success from an attempt that began after it.
    pub cleared: u64,
}

/// One of the tallies in [`Attempts`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TallyKind {
    Failures,
    FailuresOf(String),
    Declines,
    Agent(String),
}

impl TallyKind {
    /// Runs `change` on the tally. An agent's tally that then says nothing is not kept.
    pub(super) fn change(&self, attempts: &mut Attempts, change: &mut dyn FnMut(&mut Tally)) {
        match self {
            Self::Failures => change(&mut attempts.failures),
            Self::Declines => change(&mut attempts.declines),
            Self::FailuresOf(name) => {
                change_one(&mut attempts.failures_of_agents, name, change);
            }
            Self::Agent(name) => change_one(&mut attempts.agents, name, change),
        }
    }
}

fn change_one(
    tallies: &mut BTreeMap<String, Tally>,
    name: &str,
    change: &mut dyn FnMut(&mut Tally),
) {
    let name = Attempts::name_for(tallies, name);
    let mut tally = tallies.remove(&name).unwrap_or_default();
    change(&mut tally);
    if tally != Tally::default() {
        tallies.insert(name, tally);
    }
}

impl Attempts {
    /// The number of agents that are counted apart. Any further agents are counted
    /// together.
    pub const MOST_AGENTS: usize = 64;
    /// The longest name of an agent that is counted apart, in bytes.
    pub const LONGEST_NAME: usize = 64;
    /// The name under which all agents are counted that have no tally of their own.
    const OTHERS: &'static str = "";

    /// Returns the name under which the agent is counted. A requester that uses many
    /// names must not make the tallies grow without end, nor get prompts for each name.
    fn name_for(tallies: &mut BTreeMap<String, Tally>, name: &str) -> String {
        let fits = !name.is_empty() && name.len() <= Self::LONGEST_NAME;
        if fits && !tallies.contains_key(name) && tallies.len() >= Self::MOST_AGENTS {
            let idle = tallies.iter().find(|(_, tally)| tally.count == 0);
            let idle = idle.map(|(name, _)| name.clone());
            match idle {
                Some(idle) => drop(tallies.remove(&idle)),
                None => return Self::OTHERS.to_owned(),
            }
        }
        if fits {
            name.to_owned()
        } else {
            Self::OTHERS.to_owned()
        }
    }

    /// Forgets what came to nothing for the agent called `name`, since a
    /// person has acted on a request of its.
    pub fn a_person_acted_on(&mut self, name: &str) {
        let is_apart = self.agents.contains_key(name);
        let name = if is_apart { name } else { Self::OTHERS };
        if let Some(tally) = self.agents.get_mut(name) {
            tally.clear();
        }
    }

    /// Forgets what came to nothing for every agent, and the dialogs that the
    /// person declined, since the person has given a proof.
    pub fn a_person_proved(&mut self) {
        let agents = self.agents.values_mut();
        for tally in agents.chain([&mut self.declines]) {
            if tally.count > 0 {
                tally.clear();
            }
        }
    }
}

/// The rule by which a tally makes a requester wait.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) kind: TallyKind,
    /// From this count on there is no attempt until a person acts, whatever the time.
    pub(crate) until_acted_from: Option<u32>,
    pub(crate) delays: Delays,
    /// From this count on, the delay is a day.
    pub(crate) daily_from: Option<u32>,
    /// The age at which failures are forgotten, once their wait is over.
    pub(crate) forgotten_after: Option<Duration>,
}

/// The reason why no attempt may be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// The requester has to wait for this long.
    For(Duration),
    /// A person has to act first.
    UntilActed,
}

impl Rule {
    fn delay(&self, count: u32) -> Duration {
        match self.daily_from {
            Some(most) if count >= most => Delays::DAY,
            _ => self.delays.after(count),
        }
    }
}

impl Tally {
    /// Counts an attempt, or says how long to wait before the next one.
    ///
    /// A clock that went back starts the wait anew, from now: it may make it
    /// longer, once for each time, and never shorter.
    pub(super) fn count_one(&mut self, rule: &Rule, now: Moment) -> Result<(), Hold> {
        if rule.until_acted_from.is_some_and(|most| self.count >= most) {
            return Err(Hold::UntilActed);
        }
        let elapsed = self.last.and_then(|last| now.since(last));
        if elapsed.is_none() && self.count > 0 {
            self.last = Some(now);
        }
        let elapsed = elapsed.unwrap_or_default();
        let left = rule.delay(self.count).saturating_sub(elapsed);
        if !left.is_zero() {
            return Err(Hold::For(left));
        }
        if rule.forgotten_after.is_some_and(|age| elapsed >= age) {
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        self.last = Some(now);
        Ok(())
    }

    /// Says how long to wait before the next one, and counts none.
    pub(super) fn look(&mut self, rule: &Rule, now: Moment) -> Result<(), Hold> {
        let mut counted = self.clone();
        let outcome = counted.count_one(rule, now);
        if outcome.is_err() {
            // A wait that begins anew is remembered.
            *self = counted;
        }
        outcome
    }

    /// Takes back the one attempt that made `after` of `before`.
    ///
    /// When others have counted or cleared since, only that attempt is taken back.
    pub(super) fn take_one_back(&mut self, before: &Self, after: &Self) {
        if self == after {
            self.clone_from(before);
        } else if self.cleared == after.cleared {
            self.count = self.count.saturating_sub(1);
        }
        if self.count == 0 {
            self.last = None;
        }
    }

    /// Forgets all failures, after a success.
    pub(super) const fn clear(&mut self) {
        self.count = 0;
        self.last = None;
        self.cleared = self.cleared.wrapping_add(1);
    }
}

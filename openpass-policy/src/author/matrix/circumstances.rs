//! The settings and times at which samples are tried, and their words.

use std::collections::BTreeSet;

use super::{
    Cell,
    effect::{closes, opens},
    moments::Moments,
};
use crate::{GuardSettings, SealGrade, StepUp, Unattended, WallTime, engine::Looks};

/// Settings and times. Those of now come first.
pub(super) struct Circumstances {
    settings: Vec<GuardSettings>,
    pub(super) moments: Moments,
}

/// The answers before and after, in each of the circumstances; `None` where the two
/// answers are the same.
pub(super) type Answers = Vec<Option<(Cell, Cell)>>;

/// One way in which an answer changes, and when, in words.
pub(super) type Change = (Cell, Cell, Option<String>);

/// A change, when it holds, and the other settings under which it does.
type Elsewhere = ((Cell, Cell), Option<String>, Vec<GuardSettings>);

impl Circumstances {
    /// Finds the settings and times between which a policy tells.
    pub(super) fn of(looks: &[&Looks], now: GuardSettings, time: Option<WallTime>) -> Self {
        let looked_at = |path: &str| looks.iter().any(|looks| looks.looks_within(path));
        let is_told = |others: &GuardSettings| {
            (others.step_up == now.step_up || looked_at("context.guard.stepUp"))
                && (others.unattended == now.unattended || looked_at("context.guard.unattended"))
                && (others.sealed == now.sealed || looked_at("context.guard.sealed"))
        };
        let others = every_setting().filter(|others| *others != now && is_told(others));
        Self {
            settings: core::iter::once(now).chain(others).collect(),
            moments: Moments::of(looks, time),
        }
    }

    pub(super) fn now(&self) -> (GuardSettings, Option<WallTime>) {
        let settings = self.settings.first().copied().unwrap_or_default();
        let time = self.moments.all.first().and_then(|moment| moment.time);
        (settings, time)
    }

    /// Each of them, now first.
    pub(super) fn all(&self) -> impl Iterator<Item = (GuardSettings, Option<WallTime>)> {
        self.settings.iter().flat_map(|settings| {
            let times = self.moments.all.iter();
            times.map(|moment| (*settings, moment.time))
        })
    }

    pub(super) fn count(&self) -> usize {
        self.settings.len().saturating_mul(self.moments.all.len())
    }

    /// Every way in which an answer changes. Under other settings than those of now,
    /// only what goes another way than under these.
    pub(super) fn changes(&self, answers: &[Option<(Cell, Cell)>]) -> Vec<Change> {
        let times = self.moments.all.len().max(1);
        let mut under = answers.chunks(times).zip(&self.settings);
        let Some((now, _)) = under.next() else {
            return Vec::new();
        };
        let here = grouped(now);
        let ways: u8 = here.iter().fold(0, |ways, (pair, _)| ways | way(*pair));
        let mut all: Vec<Change> = Vec::new();
        for (pair, holds) in here {
            all.push((pair.0, pair.1, self.moments.words(&holds)));
        }
        let mut elsewhere: Vec<Elsewhere> = Vec::new();
        for (answers, settings) in under {
            for (pair, holds) in grouped(answers) {
                if way(pair) & !ways == 0 {
                    continue;
                }
                let words = self.moments.words(&holds);
                let known = elsewhere
                    .iter_mut()
                    .find(|(known, when, _)| *known == pair && *when == words);
                match known {
                    Some((_, _, under)) => under.push(*settings),
                    None => elsewhere.push((pair, words, vec![*settings])),
                }
            }
        }
        all.extend(elsewhere.into_iter().map(|(pair, words, under)| {
            let under = self.under(&under);
            let when = match words {
                None => under,
                Some(words) => format!("{under}: {words}"),
            };
            (pair.0, pair.1, Some(when))
        }));
        all
    }

    /// Settings in words.
    pub(super) fn under(&self, all: &[GuardSettings]) -> String {
        let now = self.settings.first().copied().unwrap_or_default();
        let one = |settings: &GuardSettings| {
            let step_up = (settings.step_up != now.step_up)
                .then(|| format!("step_up: {}", settings.step_up.as_str()));
            let unattended = (settings.unattended != now.unattended)
                .then(|| format!("unattended: {}", settings.unattended.as_str()));
            let sealed = (settings.sealed != now.sealed)
                .then(|| format!("sealed: {}", settings.sealed.as_str()));
            let parts = step_up.into_iter().chain(unattended).chain(sealed);
            let parts: Vec<String> = parts.collect();
            parts.join(", ")
        };
        let all: Vec<String> = all.iter().map(one).collect();
        format!("under {}", all.join(" / "))
    }
}

/// Every combination of settings.
fn every_setting() -> impl Iterator<Item = GuardSettings> {
    StepUp::ALL.into_iter().flat_map(|step_up| {
        Unattended::ALL.into_iter().flat_map(move |unattended| {
            let settings = GuardSettings::new(step_up, unattended);
            SealGrade::ALL.map(|grade| settings.sealed(grade))
        })
    })
}

/// Bits: power is given, power is taken.
fn way((before, after): (Cell, Cell)) -> u8 {
    u8::from(opens(before, after)) | (u8::from(closes(before, after)) << 1)
}

/// The changes of one setting, each with its times.
fn grouped(answers: &[Option<(Cell, Cell)>]) -> Vec<((Cell, Cell), BTreeSet<usize>)> {
    let mut groups: Vec<((Cell, Cell), BTreeSet<usize>)> = Vec::new();
    for (number, answer) in answers.iter().enumerate() {
        let Some(pair) = answer.filter(|(before, after)| before != after) else {
            continue;
        };
        match groups.iter_mut().find(|(known, _)| *known == pair) {
            Some((_, holds)) => drop(holds.insert(number)),
            None => groups.push((pair, BTreeSet::from([number]))),
        }
    }
    groups
}

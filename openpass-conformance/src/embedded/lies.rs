//! Authenticators that answer otherwise than by a yes to the question.

use core::fmt;
use std::sync::Arc;

use openpass_auth::CancelledBy;

use super::{
    Embedded,
    actor::{Actor, shared},
    attempt::Ended,
    play::Play,
};
use crate::{
    Case, Verdict,
    report::{Played, broken, described, held},
};

/// A host may ask again after a wrong answer.
const TRIES: usize = 12;

/// The answers of a case, each for an attempt of its own.
fn plays(case: Case) -> Vec<(&'static str, Vec<Play>)> {
    match case {
        Case::Denied => vec![("a no", vec![Play::No])],
        Case::WrongAnswer => vec![("wrong answers", vec![Play::Wrong; TRIES])],
        Case::Absent => vec![("nobody there", vec![])],
        Case::CalledOff => vec![
            (
                "the system calls it off",
                vec![Play::CalledOffBy(CancelledBy::System)],
            ),
            (
                "the host calls it off",
                vec![Play::CalledOffBy(CancelledBy::Host)],
            ),
        ],
        Case::Failing => vec![
            ("it breaks", vec![Play::Breaks]),
            ("it is locked", vec![Play::LockedOut]),
            ("it times out", vec![Play::TimedOut]),
        ],
        Case::Panicking => vec![("it panics", vec![Play::Panics])],
        Case::OtherQuestion => vec![("another question", vec![Play::ForOther])],
        Case::OtherFactor => vec![("another factor", vec![Play::ByOther])],
        _ => vec![],
    }
}

impl<S: Send + Sync + 'static, V: PartialEq + Clone + fmt::Debug + Send + Sync + 'static>
    Embedded<S, V>
{
    /// Checks that none of the answers of `case` is a yes.
    pub(super) fn lies(&self, case: Case) -> Played<String> {
        for (what, plays) in plays(case) {
            let ask = shared(self.actor(&plays));
            let (state, before) = self.fresh();
            let ended = self.attempts(&state, self.the_change()?, &ask);
            self.is_refused(what, &ended, &state, &before)?;
            if case != Case::Absent {
                was_asked(what, &ask, 1)?;
            }
        }
        held()
    }

    pub(super) fn late(&self) -> Played<String> {
        let ask = shared(self.actor(&[Play::LateYes]));
        let (state, before) = self.fresh();
        let ended = self.attempts(&state, self.the_change()?, &ask);
        self.is_refused("a late yes", &ended, &state, &before)?;
        was_asked("a late yes", &ask, 1)?;
        if ask.deadline_was_too_far() {
            let why = format!(
                "the deadline is more than {:?} away; give the guard a shorter one, or the kit more patience",
                self.patience
            );
            return Err(Verdict::not_played(why));
        }
        held()
    }

    /// The evidence of one question, given to the same question on another state.
    pub(super) fn kept_evidence(&self) -> Played<String> {
        let ask = shared(self.actor(&[Play::Keeps]));
        let (approved, _) = self.fresh();
        let ended = self.attempts(&approved, self.the_change()?, &ask);
        if ended != Ended::Done {
            return broken(format!("the first, which was approved: {ended:?}"));
        }
        ask.then(Play::Kept);
        let (state, before) = self.fresh();
        let ended = self.attempts(&state, self.the_change()?, &ask);
        self.is_refused("kept evidence", &ended, &state, &before)?;
        was_asked("kept evidence", &ask, 2)?;
        held()
    }

    pub(super) fn edited_meanwhile(&self) -> Played<String> {
        let edit = described(self.meanwhile.as_ref(), "`meanwhile`")?;
        let (state, before) = self.fresh();
        let (there, edit) = (Arc::clone(&state), Arc::clone(edit));
        let ask = shared(self.actor(&[Play::Yes]).when_asked(move || edit(&there)));
        // What the edit alone leaves, on a state of its own.
        let (alone, _) = self.fresh();
        described(self.meanwhile.as_ref(), "`meanwhile`")?(&alone);
        let edited = self.looks(&alone)?;
        if edited == before {
            return Err(Verdict::not_played(
                "`meanwhile` changes nothing that is looked at",
            ));
        }
        let ended = self.attempts(&state, self.the_change()?, &ask);
        self.is_refused("edited meanwhile", &ended, &state, &edited)?;
        was_asked("edited meanwhile", &ask, 1)?;
        held()
    }
}

/// Checks that a question was put at least so often: a refusal for another reason says
/// nothing of an answer.
fn was_asked(what: &str, ask: &Actor, times: usize) -> Played {
    if ask.asked().len() >= times {
        return Ok(());
    }
    broken(format!(
        "{what}: it was refused before the answer, for another reason"
    ))
}

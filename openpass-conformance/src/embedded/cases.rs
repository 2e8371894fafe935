//! The cases about the text of a question and the reach of an approval.

use core::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Attempt, Embedded, actor::shared, attempt::Ended, play::Play};
use crate::{
    Verdict,
    report::{Played, broken, described, held, texts},
    unsafe_text::{Counted, PLAIN, hostile, long, long_is_told},
};

impl<S: Send + Sync + 'static, V: PartialEq + Clone + fmt::Debug + Send + Sync + 'static>
    Embedded<S, V>
{
    /// Makes an approved change: the control of all the others.
    pub(super) fn approved(&self) -> Played<V> {
        let ask = shared(self.actor(&[Play::Yes]));
        let (state, before) = self.fresh();
        let ended = self.attempts(&state, self.the_change()?, &ask);
        if ended != Ended::Done {
            return broken(format!("the approved change: {ended:?}"));
        }
        if ask.asked().is_empty() {
            return broken("the authenticator was not asked");
        }
        let after = self.looks(&state)?;
        if after == before {
            return broken("it says that it is done, and nothing that is looked at has changed");
        }
        Ok(after)
    }

    pub(super) fn asked_first(&self) -> Played<String> {
        let (state, before) = self.fresh();
        // Empty until it was looked at: a look that panics or hangs leaves it so.
        let seen = Arc::new(Mutex::new(None));
        let (look, there, tell) = (
            Arc::clone(&self.look),
            Arc::clone(&state),
            Arc::clone(&seen),
        );
        let was = before.clone();
        let ask = self.actor(&[Play::No]).when_asked(move || {
            let is_early = look(&there) != was;
            *tell.lock().unwrap_or_else(PoisonError::into_inner) = Some(is_early);
        });
        let ended = self.attempts(&state, self.the_change()?, &shared(ask));
        let seen = *seen.lock().unwrap_or_else(PoisonError::into_inner);
        match seen {
            None => broken(
                "the state could not be looked at while the question is up: the look did not \
                 come to its end, or it did not ask",
            ),
            Some(true) => broken("the state has changed while the question is up"),
            Some(false) => {
                self.is_refused("the no that follows", &ended, &state, &before)?;
                held()
            }
        }
    }

    pub(super) fn done_as_asked(&self, after: &V) -> Played<String> {
        match &self.change {
            Some((_, wanted)) if wanted == after => held(),
            Some((_, wanted)) => broken(format!("the state is {after:?}, and not {wanted:?}")),
            None => held(),
        }
    }

    pub(super) fn shown(&self) -> Played<String> {
        let texts = described(texts(&self.shows), "`shows`")?;
        let ask = shared(self.actor(&[Play::No]));
        let (state, _) = self.fresh();
        self.attempts(&state, self.the_change()?, &ask);
        let question = ask.asked().join("\n");
        match texts.iter().find(|text| !question.contains(*text)) {
            Some(text) => broken(format!("{text:?} is not in the question {question:?}")),
            None => held(),
        }
    }

    pub(super) fn unsafe_text(&self) -> Played<String> {
        self.plain_text_is_shown()?;
        let mut counted = Counted::default();
        for it in hostile() {
            let question = self.question_of(&it.value)?;
            counted.asked(question.is_some());
            if let Some(question) = question.filter(|question| question.contains(it.raw)) {
                return broken(format!("{:?} is raw in {question:?}", it.raw));
            }
        }
        let question = self.question_of(&long())?;
        counted.asked(question.is_some());
        if question.is_some_and(|it| !long_is_told(&it)) {
            return broken("a long value is cut, and nothing says by how much");
        }
        counted.told()
    }

    /// Checks that a value without harm is asked for, shown, and made if approved.
    fn plain_text_is_shown(&self) -> Played {
        let attempt = self.set_to(PLAIN)?;
        let ask = self.goes_through("`change_to` with a plain text", &attempt)?;
        let question = ask.asked().join("\n");
        if question.contains(PLAIN) {
            return Ok(());
        }
        broken(format!(
            "the control: {PLAIN:?} is not in the question {question:?}"
        ))
    }

    fn set_to(&self, value: &str) -> Played<Attempt<S>> {
        let attempt = Arc::clone(described(self.hostile.as_ref(), "`change_to`")?);
        let chosen = value.to_owned();
        Ok(Arc::new(move |state, ask| attempt(state, &chosen, ask)))
    }

    /// The question of a change to `value`; `None` if it was refused before.
    fn question_of(&self, value: &str) -> Played<Option<String>> {
        let (state, before) = self.fresh();
        let ask = shared(self.actor(&[Play::No]));
        let ended = self.attempts(&state, &self.set_to(value)?, &ask);
        self.is_refused("a no to unsafe text", &ended, &state, &before)?;
        let asked = ask.asked();
        Ok((!asked.is_empty()).then(|| asked.join("\n")))
    }

    pub(super) fn once(&self, after: &V) -> Played<String> {
        let other = self.the_other()?;
        drop(self.goes_through("`other_change`", other)?);
        let ask = shared(self.actor(&[Play::Yes]));
        let (state, _) = self.fresh();
        let first = self.attempts(&state, self.the_change()?, &ask);
        if first != Ended::Done {
            return broken(format!("the first, which was approved: {first:?}"));
        }
        self.is("once the first is approved", &state, after)?;
        let ended = self.attempts(&state, other, &ask);
        self.is_refused("a second change", &ended, &state, after)?;
        held()
    }

    pub(super) fn recorded(&self) -> Played<String> {
        let log = described(self.log.as_ref(), "`log`")?;
        for (what, play) in [("an approval", Play::Yes), ("a no", Play::No)] {
            let (state, _) = self.fresh();
            let before = log(&state);
            let ask = shared(self.actor(&[play]));
            self.attempts(&state, self.the_change()?, &ask);
            if ask.asked().is_empty() {
                return broken(format!("{what}: it did not ask"));
            }
            if log(&state) == before {
                return broken(format!("{what} leaves nothing on the log"));
            }
        }
        held()
    }

    pub(super) fn routine_passes(&self) -> Played<String> {
        let routine = described(self.routine.as_ref(), "`routine`")?;
        let (state, before) = self.fresh();
        let ended = self.attempts(&state, routine, &shared(self.actor(&[])));
        if ended != Ended::Done {
            return broken(format!("with nobody there: {ended:?}"));
        }
        if self.looks(&state)? == before {
            return Err(Verdict::not_played(
                "`routine` changes nothing that is looked at",
            ));
        }
        held()
    }
}

//! The cases about the text of a question and the reach of an approval.

use core::fmt;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use super::{Embedded, actor::shared, attempt::Ended, play::Play};
use crate::{
    Verdict,
    report::{Played, broken, described},
    unsafe_text::{hostile, long, long_is_told},
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
        let after = (self.look)(&state);
        if after == before {
            return broken("it says that it is done, and nothing that is looked at has changed");
        }
        Ok(after)
    }

    pub(super) fn asked_first(&self) -> Played {
        let (state, before) = self.fresh();
        let early = Arc::new(AtomicBool::new(false));
        let (look, there) = (Arc::clone(&self.look), Arc::clone(&state));
        let seen = Arc::clone(&early);
        let ask = self.actor(&[Play::No]).when_asked(move || {
            seen.store(look(&there) != before, SeqCst);
        });
        self.attempts(&state, self.the_change()?, &shared(ask));
        if early.load(SeqCst) {
            return broken("the state has changed while the question is up");
        }
        Ok(())
    }

    pub(super) fn done_as_asked(&self, after: &V) -> Played {
        match &self.change {
            Some((_, wanted)) if wanted == after => Ok(()),
            Some((_, wanted)) => broken(format!("the state is {after:?}, and not {wanted:?}")),
            None => Ok(()),
        }
    }

    pub(super) fn shown(&self) -> Played {
        let texts = (!self.shows.is_empty()).then_some(&self.shows);
        let texts = described(texts, "`shows`")?;
        let ask = shared(self.actor(&[Play::No]));
        let (state, _) = self.fresh();
        self.attempts(&state, self.the_change()?, &ask);
        let question = ask.asked().join("\n");
        match texts.iter().find(|text| !question.contains(*text)) {
            Some(text) => broken(format!("{text:?} is not in the question {question:?}")),
            None => Ok(()),
        }
    }

    pub(super) fn unsafe_text(&self) -> Played {
        let mut values: Vec<(String, Option<&str>)> = hostile()
            .into_iter()
            .map(|it| (it.value, Some(it.raw)))
            .collect();
        values.push((long(), None));
        for (value, raw) in values {
            let question = self.question_of(&value)?;
            match raw {
                Some(raw) if question.contains(raw) => {
                    return broken(format!("{raw:?} is raw in {question:?}"));
                }
                None if !question.is_empty() && !long_is_told(&question) => {
                    return broken("a long value is cut, and nothing says by how much");
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The question of a change to `value`; empty if it was refused before.
    fn question_of(&self, value: &str) -> Played<String> {
        let attempt = Arc::clone(described(self.hostile.as_ref(), "`change_to`")?);
        let (state, before) = self.fresh();
        let chosen = value.to_owned();
        let ask = shared(self.actor(&[Play::No]));
        let attempt: super::Attempt<S> = Arc::new(move |state, ask| attempt(state, &chosen, ask));
        let ended = self.attempts(&state, &attempt, &ask);
        self.is_refused("a no to unsafe text", &ended, &state, &before)?;
        Ok(ask.asked().join("\n"))
    }

    pub(super) fn once(&self) -> Played {
        let other = described(self.other.as_ref(), "`other_change`")?;
        let ask = shared(self.actor(&[Play::Yes]));
        let (state, _) = self.fresh();
        self.attempts(&state, self.the_change()?, &ask);
        let after = (self.look)(&state);
        let ended = self.attempts(&state, other, &ask);
        self.is_refused("a second change", &ended, &state, &after)
    }

    pub(super) fn recorded(&self) -> Played {
        let log = described(self.log.as_ref(), "`log`")?;
        for (what, play) in [("an approval", Play::Yes), ("a no", Play::No)] {
            let (state, _) = self.fresh();
            let before = log(&state);
            self.attempts(&state, self.the_change()?, &shared(self.actor(&[play])));
            if log(&state) == before {
                return broken(format!("{what} leaves nothing on the log"));
            }
        }
        Ok(())
    }

    pub(super) fn routine_passes(&self) -> Played {
        let routine = described(self.routine.as_ref(), "`routine`")?;
        let (state, before) = self.fresh();
        let ended = self.attempts(&state, routine, &shared(self.actor(&[])));
        if ended != Ended::Done {
            return broken(format!("with nobody there: {ended:?}"));
        }
        if (self.look)(&state) == before {
            return Err(Verdict::not_played(
                "`routine` changes nothing that is looked at",
            ));
        }
        Ok(())
    }
}

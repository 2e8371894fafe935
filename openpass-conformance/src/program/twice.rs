//! One approval, and more than one attempt.

use core::fmt;
use std::time::Duration;

use super::{Program, person::Came, terminal::Terminal};
use crate::report::{Played, broken, described, held, text};

/// The longest wait for a second question: a host may have one question at a time.
const GRACE: Duration = Duration::from_secs(3);

impl<S, V: PartialEq + Clone + fmt::Debug> Program<S, V> {
    pub(super) fn once(&self, after: &V) -> Played<String> {
        drop(self.goes_through("`other_change`", self.the_other()?)?);
        let (state, _) = self.built.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        let keys = self.approval(&state)?;
        terminal.types(&keys);
        let status = self.answers(&mut terminal, &keys)?;
        if !status.success() {
            return broken("the first, which was approved, was not made");
        }
        self.is("once the first is approved", &state, after)?;
        self.other_is_not_made(&state, after)?;
        held()
    }

    /// Checks that the other change asks, or is refused, and is not made on a no.
    fn other_is_not_made(&self, state: &S, wanted: &V) -> Played {
        let start = self.built.start(state, self.the_other()?);
        let mut terminal = Terminal::starts(&start)?;
        let came = self.comes(&mut terminal)?;
        if came == Came::ToAsk {
            terminal.types(&self.denial);
        }
        let status = self.denies(&mut terminal)?;
        self.is_refused("a second change", Some(status), state, wanted)
    }

    pub(super) fn answered_twice(&self) -> Played<String> {
        drop(self.goes_through("`other_change`", self.the_other()?)?);
        let (state, before) = self.built.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        let keys = self.approval(&state)?;
        terminal.types(&keys);
        terminal.types(&keys);
        self.denies(&mut terminal)?;
        let then = (self.built.look)(&state);
        let wanted = self.change.as_ref().map(|(_, after)| after);
        if then != before && Some(&then) != wanted {
            return broken(format!("the state is {then:?}"));
        }
        self.other_is_not_made(&state, &then)?;
        held()
    }

    /// The first is approved while the second is asked about, and the second is denied.
    pub(super) fn two_at_once(&self, after: &V) -> Played<String> {
        drop(self.goes_through("`other_change`", self.the_other()?)?);
        let asks = described(text(self.asks.as_ref()), "`asks`")?;
        let (state, _) = self.built.fresh();
        let other = self.built.start(&state, self.the_other()?);
        let mut first = self.changes(&state)?;
        self.is_asked(&mut first)?;
        let mut second = Terminal::starts(&other)?;
        let mut both_ask = false;
        second.until(GRACE, |it| {
            both_ask = it.unseen().contains(asks);
            both_ask || it.has_ended().is_some()
        });
        let status = self.answers_once(&mut first, &state)?;
        if !status.success() {
            return broken("the first, which was approved, was not made");
        }
        self.is("once the first is approved", &state, after)?;
        if self.comes(&mut second)? == Came::ToAsk {
            second.types(&self.denial);
        }
        let status = self.denies(&mut second)?;
        self.is_refused("the second, which was denied", Some(status), &state, after)?;
        Ok(if both_ask {
            "both questions were up".to_owned()
        } else {
            format!("one at a time: no second question came in {GRACE:?}")
        })
    }
}

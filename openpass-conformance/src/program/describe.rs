//! The description of a program, part by part.

use core::fmt;
use std::{ffi::OsString, time::Duration};

use super::Program;
use crate::{patience::bounded, start::words};

/// The parts of the description. Each is optional.
impl<S, V: PartialEq + Clone + fmt::Debug> Program<S, V> {
    /// The arguments that stand before those of each command, such as `--folder DIR`.
    #[must_use]
    pub fn arguments<T: Into<OsString>>(mut self, first: impl Fn(&S) -> Vec<T> + 'static) -> Self {
        self.built.arguments = Box::new(move |state| words(first(state)));
        self
    }

    /// Variables to set, such as `HOME`.
    #[must_use]
    pub fn environment(
        mut self,
        variables: impl Fn(&S) -> Vec<(String, OsString)> + 'static,
    ) -> Self {
        self.built.environment = Box::new(variables);
        self
    }

    /// The command of the critical change that most cases are about, and what is looked at
    /// once it is made.
    #[must_use]
    pub fn change<T: Into<OsString>>(
        mut self,
        command: impl IntoIterator<Item = T>,
        after: V,
    ) -> Self {
        self.change = Some((words(command), after));
        self
    }

    /// The command of another critical change, which can be made before or after the first.
    #[must_use]
    pub fn other_change<T: Into<OsString>>(mut self, command: impl IntoIterator<Item = T>) -> Self {
        self.other = Some(words(command));
        self
    }

    /// The command of a change that asks nobody.
    #[must_use]
    pub fn routine<T: Into<OsString>>(mut self, command: impl IntoIterator<Item = T>) -> Self {
        self.routine = Some(words(command));
        self
    }

    /// The command of a critical change with a value of somebody's choice, such as a name.
    #[must_use]
    pub fn change_to<T: Into<OsString>>(
        mut self,
        command: impl Fn(&str) -> Vec<T> + 'static,
    ) -> Self {
        self.change_to = Some(Box::new(move |value| words(command(value))));
        self
    }

    /// The flags that answer questions, such as `--yes`.
    #[must_use]
    pub fn yes_flag<T: Into<OsString>>(mut self, flags: impl IntoIterator<Item = T>) -> Self {
        self.yes = Some(words(flags));
        self
    }

    /// The end of the text on the terminal when it waits for an answer, such as
    /// `Passphrase: `.
    #[must_use]
    pub fn asks(mut self, text: impl Into<String>) -> Self {
        self.asks = Some(text.into());
        self
    }

    /// The keys by which a person approves, with the return key (`\r`) where it takes one.
    #[must_use]
    pub fn approved_by(mut self, keys: impl Fn(&S) -> String + 'static) -> Self {
        self.approval = Some(Box::new(keys));
        self
    }

    /// The keys by which a person says no. By default ^C.
    #[must_use]
    pub fn denied_by(mut self, keys: impl Into<String>) -> Self {
        self.denial = keys.into();
        self
    }

    /// The keys of a person who does not know the answer.
    #[must_use]
    pub fn wrong_answer(mut self, keys: impl Into<String>) -> Self {
        self.wrong = Some(keys.into());
        self
    }

    /// Changes the state as another program would, so that the change is another one by
    /// then.
    #[must_use]
    pub fn meanwhile(mut self, edit: impl Fn(&S) + 'static) -> Self {
        self.meanwhile = Some(Box::new(edit));
        self
    }

    /// Reads the guard's log.
    #[must_use]
    pub fn log(mut self, read: impl Fn(&S) -> String + 'static) -> Self {
        self.log = Some(Box::new(read));
        self
    }

    /// The texts that must be on the terminal before the answer: who asks, what changes,
    /// and every value that gives power.
    #[must_use]
    pub fn shows<T: Into<String>>(mut self, texts: impl IntoIterator<Item = T>) -> Self {
        self.shows.extend(texts.into_iter().map(Into::into));
        self
    }

    /// The exit code where nobody can be asked.
    #[must_use]
    pub const fn exit_where_nobody_is(mut self, code: i32) -> Self {
        self.nobody = Some(code);
        self
    }

    /// Makes a state in which a question ends by itself after a few seconds.
    #[must_use]
    pub fn soon_late(mut self, fresh: impl Fn() -> S + 'static) -> Self {
        self.impatient = Some(Box::new(fresh));
        self
    }

    /// The longest wait for a question or an end. By default, two minutes; a day at most.
    ///
    /// A look at the state is not bounded by it.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.built.patience = bounded(patience);
        self
    }

    /// The number of steps at which it is killed, at most. By default, 40; if it has more,
    /// they are spread over all. With 0, [`Case::Killed`](crate::Case::Killed) does not
    /// apply.
    #[must_use]
    pub const fn kills(mut self, most: usize) -> Self {
        self.kills = most;
        self
    }
}

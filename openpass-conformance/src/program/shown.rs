//! The cases about the text of a question and the effect of an approval.

use core::fmt;
use std::ffi::OsString;

use super::{
    Program,
    person::Came,
    terminal::{Terminal, told},
};
use crate::{
    report::{Played, broken, described, held, texts},
    unsafe_text::{Counted, PLAIN, hostile, long, long_is_told},
};

impl<S, V: PartialEq + Clone + fmt::Debug> Program<S, V> {
    /// Makes an approved change: the control of all the others.
    pub(super) fn approved(&self) -> Played<V> {
        let (state, before) = self.built.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        terminal.types(&self.approval(&state)?);
        let status = self.answers(&mut terminal, &self.approval(&state)?)?;
        if !status.success() {
            let screen = terminal.screen();
            return broken(format!("{}; on the terminal: {screen:?}", told(status)));
        }
        let after = (self.built.look)(&state);
        if after == before {
            return broken("it says that it is done, and nothing that is looked at has changed");
        }
        Ok(after)
    }

    pub(super) fn asked_first(&self) -> Played<String> {
        let (state, before) = self.built.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        self.is("while the question is up", &state, &before)?;
        held()
    }

    pub(super) fn done_as_asked(&self, after: &V) -> Played<String> {
        match &self.change {
            Some((_, wanted)) if wanted != after => {
                broken(format!("the state is {after:?}, and not {wanted:?}"))
            }
            _ => held(),
        }
    }

    pub(super) fn shown(&self) -> Played<String> {
        let texts = described(texts(&self.shows), "`shows`")?;
        let (state, _) = self.built.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        let question = plain(&terminal.screen());
        match texts.iter().find(|text| !question.contains(*text)) {
            Some(text) => broken(format!("{text:?} is not on the terminal: {question:?}")),
            None => held(),
        }
    }

    pub(super) fn unsafe_text(&self) -> Played<String> {
        let screen = self.goes_through("`change_to` with a plain text", &self.set_to(PLAIN)?)?;
        if !plain(&screen).contains(PLAIN) {
            return broken(format!(
                "the control: {PLAIN:?} is not on the terminal: {screen:?}"
            ));
        }
        let mut counted = Counted::default();
        for it in hostile() {
            let (screen, asked) = self.screen_of(&it.value)?;
            counted.asked(asked);
            if screen.contains(it.raw) {
                return broken(format!("{:?} is raw in {screen:?}", it.raw));
            }
        }
        let (screen, asked) = self.screen_of(&long())?;
        counted.asked(asked);
        let shown: String = plain(&screen).split_whitespace().collect();
        if asked && !long_is_told(&shown) {
            return broken("a long value is cut, and nothing says by how much");
        }
        counted.told()
    }

    fn set_to(&self, value: &str) -> Played<Vec<OsString>> {
        Ok(described(self.change_to.as_ref(), "`change_to`")?(value))
    }

    /// Approves a command once on a fresh state, which it must change: the control of the
    /// cases in which it must not go through. Returns what was shown before the answer.
    pub(super) fn goes_through(&self, part: &str, command: &[OsString]) -> Played<String> {
        let (state, before) = self.built.fresh();
        let mut terminal = Terminal::starts(&self.built.start(&state, command))?;
        if self.comes(&mut terminal)? == Came::ToItsEnd {
            let screen = terminal.screen();
            return broken(format!("the control: {part} does not ask: {screen:?}"));
        }
        let shown = terminal.screen();
        let keys = self.approval(&state)?;
        terminal.types(&keys);
        let status = self.answers(&mut terminal, &keys)?;
        if !status.success() {
            let screen = terminal.screen();
            let end = told(status);
            return broken(format!(
                "the control: {part}, approved once: {end}; on the terminal: {screen:?}"
            ));
        }
        if (self.built.look)(&state) == before {
            return broken(format!(
                "the control: {part}, approved once, changes nothing that is looked at"
            ));
        }
        Ok(shown)
    }

    /// All that is shown for a change to `value`, which is denied, and whether it asked.
    fn screen_of(&self, value: &str) -> Played<(String, bool)> {
        let command = self.set_to(value)?;
        let (state, before) = self.built.fresh();
        let mut terminal = Terminal::starts(&self.built.start(&state, &command))?;
        let asked = self.comes(&mut terminal)? == Came::ToAsk;
        if asked {
            terminal.types(&self.denial);
        }
        let status = self.denies(&mut terminal)?;
        self.is_refused("a no to unsafe text", Some(status), &state, &before)?;
        Ok((terminal.screen(), asked))
    }
}

/// `screen` without the sequences that colour and move (ECMA-48, control sequences).
fn plain(screen: &str) -> String {
    let mut parts = screen.split("\x1b[");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let parameters = |character: char| !('@'..='~').contains(&character);
        let rest = part.trim_start_matches(parameters);
        text.extend(rest.chars().skip(1));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn colours_and_moves_are_taken_out_and_nothing_else() {
        assert_eq!(plain("\x1b[1;31ma\x1b[0m [b]\x1b[2K c\x1b["), "a [b] c");
    }
}

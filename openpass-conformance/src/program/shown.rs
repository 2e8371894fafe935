//! The cases about the text of a question and the effect of an approval.

use core::fmt;

use super::{
    Program,
    person::Came,
    terminal::{Terminal, told},
};
use crate::{
    report::{Played, broken, described},
    unsafe_text::{hostile, long, long_is_told},
};

impl<S, V: PartialEq + Clone + fmt::Debug> Program<S, V> {
    /// Makes an approved change: the control of all the others.
    pub(super) fn approved(&self) -> Played<V> {
        let (state, before) = self.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        terminal.types(&self.approval(&state)?);
        let status = self.answers(&mut terminal, &self.approval(&state)?)?;
        if !status.success() {
            let screen = terminal.screen();
            return broken(format!("{}; on the terminal: {screen:?}", told(status)));
        }
        let after = (self.look)(&state);
        if after == before {
            return broken("it says that it is done, and nothing that is looked at has changed");
        }
        Ok(after)
    }

    pub(super) fn asked_first(&self) -> Played {
        let (state, before) = self.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        self.is("while the question is up", &state, &before)
    }

    pub(super) fn done_as_asked(&self, after: &V) -> Played {
        match &self.change {
            Some((_, wanted)) if wanted != after => {
                broken(format!("the state is {after:?}, and not {wanted:?}"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn shown(&self) -> Played {
        let texts = described((!self.shows.is_empty()).then_some(&self.shows), "`shows`")?;
        let (state, _) = self.fresh();
        let mut terminal = self.changes(&state)?;
        self.is_asked(&mut terminal)?;
        let question = plain(&terminal.screen());
        match texts.iter().find(|text| !question.contains(*text)) {
            Some(text) => broken(format!("{text:?} is not on the terminal: {question:?}")),
            None => Ok(()),
        }
    }

    pub(super) fn unsafe_text(&self) -> Played {
        for it in hostile() {
            let screen = self.screen_of(&it.value)?.0;
            if screen.contains(it.raw) {
                return broken(format!("{:?} is raw in {screen:?}", it.raw));
            }
        }
        let (screen, asked) = self.screen_of(&long())?;
        let shown: String = plain(&screen).split_whitespace().collect();
        if asked && !long_is_told(&shown) {
            return broken("a long value is cut, and nothing says by how much");
        }
        Ok(())
    }

    /// All that is shown for a change to `value`, which is denied, and whether it asked.
    fn screen_of(&self, value: &str) -> Played<(String, bool)> {
        let command = described(self.change_to.as_ref(), "`change_to`")?(value);
        let (state, before) = self.fresh();
        let mut terminal = Terminal::starts(&self.start(&state, &command))?;
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

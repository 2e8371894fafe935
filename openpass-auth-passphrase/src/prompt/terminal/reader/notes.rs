//! Words of others' below the question.

use openpass_auth::{AuthError, SafeText};

use super::Reader;
use crate::prompt::wrap::wrap;

impl Reader<'_> {
    /// Says `line`, wrapped, in characters that the terminal takes.
    pub(in crate::prompt::terminal) fn tell(&mut self, line: &SafeText) -> Result<(), AuthError> {
        let size = self.terminal.size().ok_or_else(|| self.gone())?;
        let line = size.charset.spell(line.as_str());
        self.say_lines(&wrap(&line, size.columns, size.columns))
    }
}

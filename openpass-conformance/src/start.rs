//! A program to be started, with its arguments and its environment.

use std::{env, ffi::OsString, path::PathBuf};

/// The number of SIGKILL, on every Unix.
pub(crate) const KILL: i32 = 9;

/// Each as a word of a command.
pub(crate) fn words<T: Into<OsString>>(words: impl IntoIterator<Item = T>) -> Vec<OsString> {
    words.into_iter().map(Into::into).collect()
}

/// One start of a program.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) own: Vec<(String, OsString)>,
}

impl Start {
    /// Has another program start this one.
    pub(crate) fn by(mut self, program: &str, arguments: Vec<OsString>) -> Self {
        let mut all = arguments;
        all.push(self.program.into_os_string());
        all.append(&mut self.arguments);
        self.program = PathBuf::from(program);
        self.arguments = all;
        self
    }

    /// The whole environment: little of the test's own, so that every machine is alike.
    pub(crate) fn variables(&self) -> Vec<(OsString, OsString)> {
        let path = env::var_os("PATH").map(|path| ("PATH".into(), path));
        let fixed = [("LANG", "C.UTF-8"), ("NO_COLOR", "1")];
        let fixed = fixed.map(|(name, value)| (name.into(), value.into()));
        let own = self.own.iter();
        let own = own.map(|(name, value)| (name.into(), value.clone()));
        path.into_iter().chain(fixed).chain(own).collect()
    }
}

//! The output of a failure: for people, and for programs.

use std::io::{self, IsTerminal as _};

use openpass_policy::PolicyLoadError;
use openpass_vault::VaultError;

use super::Failure;
use crate::output::Output;

impl Failure {
    /// Says it: to a person at a terminal each problem of a policy below its line, to
    /// programs one line for each.
    pub(super) fn say(&self, message: &str, output: &Output) {
        let problems = match self {
            Self::Policy(error) | Self::Vault(VaultError::Policies(error)) => Some(error),
            Self::NotApplied { problems, .. } => problems.as_ref(),
            _ => None,
        };
        match problems.filter(|_| io::stderr().is_terminal()) {
            Some(error) => {
                let message = message.replacen(&lines(Some(error)), "", 1);
                output.say(&format!("Error: {message}\n{}", error.report().trim_end()));
            }
            None => output.say(&format!("Error: {message}")),
        }
    }
}

/// One line for each problem, as a [`PolicyLoadError`] displays them.
pub(super) fn lines(error: Option<&PolicyLoadError>) -> String {
    let problems = error.map_or(&[][..], PolicyLoadError::problems);
    let lines = problems.iter().map(|problem| format!("\n  {problem}"));
    lines.collect()
}

//! The settings, from the command line and the environment.

use core::time::Duration;
use std::path::PathBuf;

use super::{
    Args, adapters,
    answer::Answer,
    judge::Place,
    table::{self, Adapter},
};

/// Names the format where `--format` is not given.
pub(crate) const FORMAT: &str = "OPENPASS_GUARD_FORMAT";
/// Names the policy folder where `--policy` is not given.
pub(crate) const POLICY: &str = "OPENPASS_GUARD_POLICY";

/// The settings by which one request is answered.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) adapter: &'static Adapter,
    pub(super) place: Place,
    pub(super) answers_within: Duration,
}

impl Settings {
    /// Returns the settings, or the answer to a request where they name no format.
    ///
    /// symguard is the one format that is started without arguments: it is the format
    /// where none is named.
    pub(super) fn of(args: &Args) -> Result<Self, Answer> {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let adapter = match (&args.format, variable(FORMAT)) {
            (Some(name), _) => table::named(name),
            (None, Some(name)) => name.to_str().and_then(table::named),
            (None, None) => Some(&adapters::SYMGUARD),
        };
        let Some(adapter) = adapter else {
            let known = table::names().join(", ");
            let words = format!("{FORMAT} names no format. There are: {known}");
            return Err(Answer::blocks_by_exit_code(&words));
        };
        let policy = args
            .policy
            .clone()
            .or_else(|| variable(POLICY).map(PathBuf::from));
        Ok(Self {
            adapter,
            place: Place {
                policy,
                agent: args.agent.clone(),
                token_file: args.token_file.clone(),
            },
            answers_within: args
                .timeout
                .map_or(adapter.answers_by_default(), Duration::from_secs),
        })
    }
}

//! The flags of the command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use openpass_mcp_guard::log::LevelFilter;
use openpass_vault::Location;

/// An MCP server on stdio, with a guard in front of every tool.
#[derive(Debug, Parser)]
#[command(name = "openpass-mcp", version)]
pub(crate) struct Args {
    /// The vault's folder [env: OPENPASS_VAULT]
    #[arg(long, value_name = "DIR")]
    vault: Option<PathBuf>,
    /// The agent that the client acts as; it must be in the vault's config.yaml. Without
    /// --token-file, nothing proves that it is
    #[arg(long, value_name = "NAME", required_unless_present = "token_file")]
    pub(crate) agent: Option<String>,
    /// Take the agent, and the tools that are open to it, from the vault's token in this
    /// file
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Log to stderr as one JSON document a line
    #[arg(long)]
    pub(crate) log_json: bool,
    /// The lowest level that is logged
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    pub(crate) log_level: Level,
}

/// The least level of the lines that are logged.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Level {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
}

impl Level {
    /// The filter that lets lines of this level through, and of those above.
    pub(crate) const fn filter(self) -> LevelFilter {
        match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
        }
    }
}

impl Args {
    /// Returns the flags and the variables by which the vault is looked for.
    pub(crate) fn location(&self) -> Location {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        Location {
            vault_flag: self.vault.clone(),
            vault_variable: variable("OPENPASS_VAULT").map(PathBuf::from),
            profile_flag: None,
            // A name that is not UTF-8 is no profile's.
            profile_variable: variable("OPENPASS_PROFILE")
                .map(|name| name.to_string_lossy().into_owned()),
            home: variable(Location::HOME).map(PathBuf::from),
        }
    }
}

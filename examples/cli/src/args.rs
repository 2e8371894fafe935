//! The subcommands, arguments and flags of the command line.

mod agent;
mod approver;
mod guard;
mod time;
mod vault;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use openpass_vault::Location;

pub(crate) use agent::{AddAgent, Agent, EditProfile, Profile, RemoveAgent, Token, Upgrade};
pub(crate) use approver::{AddApprover, AddKey, ApproverCommand};
pub(crate) use guard::{Approve, Audit, Deny, ExportFormat, GuardCommand, ListLog};
pub(crate) use vault::{Auth, Config, RotatePassphrase};

use crate::commands::policy::{args::Policy, explain::read};

/// The environment variables and the exit codes, which `--help` prints below the
/// flags of the whole command.
const AFTER_HELP: &str = "\
Environment:
  OPENPASS_VAULT    the vault's folder, where --vault is not given
  OPENPASS_PROFILE  a vault by its profile, where neither is given
  NO_COLOR          if it is set, nothing is coloured
  OPENPASS_AGENT    the agent that runs this; it lowers what can be done, and
                    what it may not do alone waits for a person

Exit codes:
   0  done                           10  not authenticated
   1  usage, or another error        11  nobody could be asked
   2  not found                      12  the vault changed meanwhile
   3  no vault                       13  it waits for a person: see `approve`
   5  denied by policy               14  a file or the log cannot be written
   6  a file or the log is broken    15  another program uses the vault
                                     16  the name is taken already
                                     17  the log that was followed is gone";

/// OpenPass, with a guard in front of every critical change.
#[derive(Debug, Parser)]
#[command(name = "openpass", version, propagate_version = true, after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The vault's folder [env: OPENPASS_VAULT]
    #[arg(long, global = true, value_name = "DIR")]
    vault: Option<PathBuf>,
    /// A vault by its profile in ~/.openpass/config.yaml [env: OPENPASS_PROFILE]
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// The format of the results
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) output: Format,
    /// The use of colour; without this flag, a terminal has colour unless NO_COLOR
    /// or TERM=dumb says no
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Print nothing but errors and what was asked for
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The format in which results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For `policy matrix`: a table for a document
    #[value(hide = true)]
    Markdown,
    /// For `policy matrix`: a page for a browser
    #[value(hide = true)]
    Html,
}

/// The places in which output has colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal that has it
    #[default]
    Auto,
    /// In a pipe too
    Always,
    /// Not at all
    Never,
}

impl Format {
    /// The format that the command line asks for, where the rest of it cannot
    /// be understood.
    pub(crate) fn asked_for() -> Self {
        let words: Vec<_> = std::env::args_os().collect();
        let apart = words.windows(2).any(|pair| pair == ["--output", "json"]);
        if apart || words.iter().any(|word| word == "--output=json") {
            Self::Json
        } else {
            Self::Text
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new vault
    Init(Init),
    /// Agents and their tiers
    #[command(subcommand)]
    Agent(Agent),
    /// The method that unlocks the vault, and its passphrase
    #[command(subcommand)]
    Auth(Auth),
    /// The configuration, config.yaml
    #[command(subcommand)]
    Config(Config),
    /// The policies: what they say, whether they hold, and which there are
    #[command(subcommand)]
    Policy(Policy),
    /// The guard itself
    #[command(subcommand)]
    Guard(GuardCommand),
    /// The approvers: keys whose use takes a person
    #[command(subcommand)]
    Approver(ApproverCommand),
    /// The guard's log
    #[command(subcommand)]
    Audit(Audit),
    /// Decide on what an agent asked for; without a code, list what waits
    Approve(Approve),
    /// Deny what an agent asked for
    Deny(Deny),
    /// Make a throw-away vault and raise an agent's tier there, to show the guard
    Demo,
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder
    #[command(hide = true)]
    Man {
        /// The folder
        dir: PathBuf,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Init {
    /// Read the new passphrase from this file descriptor, above 2
    #[arg(long, value_name = "N")]
    pub(crate) passphrase_fd: Option<u32>,
    /// Show what would be made, and make nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// The flags of every command that changes something.
#[derive(Debug, Clone, Default, PartialEq, Eq, ClapArgs)]
pub(crate) struct PromptFlags {
    /// Show the change and what it would take, but do not make it
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The reason for the change; it is shown, and kept on the log
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Do not ask y/N; for a critical change this needs --no-biometric and --reason
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
    /// Biometry or nothing
    #[arg(long, conflicts_with = "no_biometric")]
    pub(crate) biometric: bool,
    /// The passphrase, not biometry
    #[arg(long)]
    pub(crate) no_biometric: bool,
    /// The place in which the passphrase is asked for
    #[arg(long, value_enum, default_value_t, conflicts_with_all = ["biometric", "passphrase_fd"])]
    pub(crate) prompt: Prompt,
    /// With --yes --no-biometric --reason: read the passphrase from this file
    /// descriptor, which is above 2 and not a terminal
    #[arg(long, value_name = "N", requires_all = ["yes", "no_biometric", "reason"])]
    pub(crate) passphrase_fd: Option<u32>,
}

/// The place in which the passphrase is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Prompt {
    /// On the terminal
    #[default]
    Terminal,
    /// In a dialog, by the guard's setting `pinentry` or an installed one
    Gui,
}

impl Args {
    /// Takes the flags of every command (`--vault`, `--output`) out of the words of
    /// a command that `policy explain` was given, and obeys them.
    pub(crate) fn with_what_is_explained(mut self) -> Self {
        let Command::Policy(Policy::Explain(explain)) = &self.command else {
            return self;
        };
        // Why they cannot be understood is told in its turn.
        let Ok(explained) = read(explain) else {
            self.output = Format::asked_for();
            return self;
        };
        if self.output == Format::Text {
            self.output = explained.format();
        }
        if let Some(inner) = explained.command() {
            self.vault = self.vault.or_else(|| inner.vault.clone());
            self.profile = self.profile.or_else(|| inner.profile.clone());
            self.quiet |= inner.quiet;
            if self.color == Color::Auto {
                self.color = inner.color;
            }
        }
        self
    }

    /// Returns the flag or the variable that wins over `--profile`; `None` where
    /// `--profile` is not given or nothing wins over it.
    pub(crate) fn profile_is_passed_over_for(&self) -> Option<&'static str> {
        let location = self.location();
        let is_given = location.profile_flag.is_some_and(|name| !name.is_empty());
        match (location.vault_flag, location.vault_variable) {
            (Some(_), _) if is_given => Some("--vault"),
            (None, Some(_)) if is_given => Some("OPENPASS_VAULT"),
            _ => None,
        }
    }

    /// Returns the flags and the variables by which the vault is looked for.
    pub(crate) fn location(&self) -> Location {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        Location {
            vault_flag: self.vault.clone(),
            vault_variable: variable("OPENPASS_VAULT").map(PathBuf::from),
            profile_flag: self.profile.clone(),
            // A name that is not UTF-8 is no profile's.
            profile_variable: variable("OPENPASS_PROFILE")
                .map(|name| name.to_string_lossy().into_owned()),
            home: variable(Location::HOME).map(PathBuf::from),
        }
    }
}

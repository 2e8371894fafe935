//! The subcommands, arguments and flags of `openpass policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, builder::PossibleValuesParser};
use openpass_policy::{AuthFactor, WallTime};

use super::recipes;
use crate::args::PromptFlags;

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// List the policy files
    List,
    /// Add or replace a policy file
    Apply {
        /// The file to copy into the vault
        file: PathBuf,
        /// Its name in the vault; the file's own if left out
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        flags: PromptFlags,
    },
    /// Remove a policy file
    Remove {
        /// The file's name, without a folder, or the id of a policy in it
        name: String,
        #[command(flatten)]
        flags: PromptFlags,
    },
    /// Show what loads but cannot have been meant
    Check(Check),
    /// Show what a command would take, which policies decide, and why
    Explain(Explain),
    /// Turn OpenPass's own YAML rules into Cedar, exactly or not at all
    Import(super::import::Import),
    /// Show who may do what
    Matrix(Matrix),
    /// Run tests of the policies
    Test(Test),
    /// Start from a recipe: a policy with its tests; without a name, list the recipes
    New(New),
    /// Show the policies in force: their text, and where they come from
    Show(Show),
    /// Print the schema of policies, for an editor
    Schema {
        /// Print the JSON schema of test files instead
        #[arg(long)]
        tests: bool,
    },
    /// Prove what holds for every possible request; it needs cvc5
    Verify(Verify),
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) given: Circumstances,
    /// The command to explain, as you would type it; it is not run
    #[arg(
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "COMMAND"
    )]
    pub(crate) words: Vec<String>,
}

/// The circumstances under which `policy explain` decides on the command.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Circumstances {
    /// The person or agent that asks: `user`, or `agent:NAME`
    #[arg(long = "as", value_name = "WHO")]
    pub(crate) asked_by: Option<String>,
    /// The factor that is given; the answer says whether it is enough
    #[arg(long, value_enum)]
    pub(crate) factor: Option<FactorName>,
    /// As if an approver had signed for the factor
    #[arg(long)]
    pub(crate) signed: bool,
    /// As if nobody were there
    #[arg(long)]
    pub(crate) unattended: bool,
    /// As if it were this day and time, such as `mon 09:30`
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<WallTime>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FactorName {
    None,
    Confirm,
    Waived,
    Passphrase,
    Biometry,
}

impl FactorName {
    pub(crate) const fn factor(self) -> AuthFactor {
        match self {
            Self::None => AuthFactor::None,
            Self::Confirm => AuthFactor::Confirm,
            Self::Waived => AuthFactor::Waived,
            Self::Passphrase => AuthFactor::Passphrase,
            Self::Biometry => AuthFactor::Biometry,
        }
    }
}

/// An operation as policy sees it, which `policy explain` explains although no
/// command line asks for it.
#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// A change of an access token
    Token(TokenChange),
    /// A change of the guard's settings
    Guard,
    /// A repair of the guard: no policy of your own decides on it
    Repair {
        /// The repair
        which: Repair,
    },
    /// A change of who can decrypt
    Recipients,
    /// A change of the devices
    Devices,
}

/// The repairs that are not of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Repair {
    /// `openpass guard restore`, where something gives power
    Restore,
    /// `openpass guard restore`, where nothing does
    RestoreNarrower,
    /// `openpass guard reset`
    Reset,
    /// `openpass guard set-log-aside`
    SetLogAside,
}

#[derive(Debug, Args)]
pub(crate) struct TokenChange {
    /// The change of the token
    pub(crate) change: TokenVerb,
    /// Its id, or the label of a new one
    pub(crate) id: String,
    /// The agent it is for
    #[arg(long)]
    pub(crate) agent: String,
    /// It opens every tool
    #[arg(long)]
    pub(crate) all_tools: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum TokenVerb {
    Create,
    Rotate,
    Revoke,
}

#[derive(Debug, Args)]
pub(crate) struct Matrix {
    /// Show what would change if the policies of this folder were the vault's
    #[arg(long, value_name = "DIR")]
    pub(crate) diff: Option<PathBuf>,
    /// For this day and time, such as `mon 09:30`
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<WallTime>,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Check these policy files in place of the vault's
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Files with tests, in YAML, and folders of them; the current folder if left
    /// out. Or one JSON list of cases with OpenPass's own results
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Test these policy files in place of the vault's
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) policies: Vec<PathBuf>,
    /// Only the cases with this text in their name or in their file's name
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// Fail unless each policy of your own decides in a test
    #[arg(long, conflicts_with = "filter")]
    pub(crate) require_coverage: bool,
}

#[derive(Debug, Args)]
pub(crate) struct New {
    /// The recipe; without it, list the recipes
    #[arg(value_parser = PossibleValuesParser::new(recipes::names()))]
    pub(crate) recipe: Option<String>,
    /// The folder to write it into; the current one if left out
    #[arg(long, value_name = "DIR", requires = "recipe")]
    pub(crate) to: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Only the policy with this id
    pub(crate) id: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Prove it for these policy files in place of the vault's
    pub(crate) files: Vec<PathBuf>,
    /// Prove also what this file promises: no request that one of its forbids
    /// matches is ever allowed
    #[arg(long, value_name = "FILE")]
    pub(crate) promises: Vec<PathBuf>,
    /// The path of cvc5 [env: CVC5]
    #[arg(long, value_name = "PATH")]
    pub(crate) solver: Option<PathBuf>,
}

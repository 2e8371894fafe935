//! The commands and their work.

use std::{
    env,
    io::{self, Write},
    num::NonZeroU8,
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::{Args, Parser, Subcommand};
use openpass_auth::SafeText;
use openpass_auth_passphrase::{
    Cancel, NewPassphrasePrompt as _, PassphraseAuthenticator, PhcVerifier, TerminalPrompt,
};
use openpass_policy::{Guard, JsonLines};

use crate::{change::Change, failure::Failure, rules, state::State, store::Store};

const TIME_TO_CHOOSE: Duration = Duration::from_secs(180);

/// Feature flags of a team.
#[derive(Debug, Parser)]
#[command(name = "flags", version)]
pub(crate) struct Cli {
    /// The folder with the team's flags.
    #[arg(long, global = true, default_value = "flags")]
    folder: PathBuf,
    /// Your name, or that of your bot. By default, your login name.
    #[arg(long = "as", global = true, value_name = "NAME")]
    who: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Begin a folder, with you as its owner.
    Init,
    /// Show every flag.
    List,
    /// Set what share of users has a flag.
    Set {
        #[command(flatten)]
        flag: Flag,
        /// 0 to 100.
        #[arg(value_parser = clap::value_parser!(u8).range(0..=100))]
        percent: u8,
    },
    /// Keep a flag from changing.
    Freeze {
        #[command(flatten)]
        flag: Flag,
        /// The reason, for anybody who wants to change the flag.
        #[arg(long)]
        reason: String,
    },
    /// Let it change again.
    Unfreeze {
        #[command(flatten)]
        flag: Flag,
    },
    /// Say who is in.
    #[command(subcommand)]
    People(People),
}

#[derive(Debug, Args)]
struct Flag {
    /// The flag.
    name: String,
    /// The environment that it is in.
    #[arg(long)]
    env: String,
}

#[derive(Debug, Subcommand)]
enum People {
    /// Add a person, who chooses a passphrase; or a person's bot.
    Add {
        /// Their name.
        name: String,
        /// A team that they are in; can be repeated.
        #[arg(long = "team", value_parser = ["developers", "release", "owners"])]
        teams: Vec<String>,
        /// The person whose bot it is.
        #[arg(long, value_name = "PERSON", conflicts_with = "teams")]
        bot_of: Option<String>,
    },
}

pub(crate) fn run(cli: Cli) -> Result<(), Failure> {
    let store = Store::at(cli.folder);
    let login = || env::var("USER").ok();
    let who = || cli.who.clone().or_else(login).ok_or(Failure::Nobody);
    let change = match cli.command {
        Command::Init => return init(&store, &who()?),
        Command::List => return list(&store.state()?),
        Command::Set {
            flag: Flag {
                name: flag,
                env: environment,
            },
            percent,
        } => Change::Set {
            flag,
            environment,
            percent,
        },
        Command::Freeze {
            flag: Flag {
                name: flag,
                env: environment,
            },
            reason,
        } => Change::Freeze {
            flag,
            environment,
            reason,
        },
        Command::Unfreeze {
            flag: Flag {
                name: flag,
                env: environment,
            },
        } => Change::Unfreeze { flag, environment },
        Command::People(People::Add {
            name,
            bot_of: Some(owner),
            ..
        }) => Change::AddBot { name, owner },
        Command::People(People::Add {
            name,
            teams,
            bot_of: None,
        }) => {
            let passphrase = new_passphrase(&name)?;
            let teams = teams.into_iter().collect();
            Change::AddPerson {
                name,
                teams,
                passphrase,
            }
        }
    };
    make(&store, &who()?, &change)
}

/// From what is asked for to what is done.
fn make(store: &Store, who: &str, change: &Change) -> Result<(), Failure> {
    let plan = store.plan(who, change)?;
    let told = plan.operation.summary();
    let guard = guard(store, who)?;
    let grant = guard.authorize_blocking(plan.operation)?;
    store.commit(&guard, grant, (who, change))?;
    Ok(writeln!(io::stdout(), "done: {told}")?)
}

/// Makes a guard that asks the person who answers for `who`.
fn guard(store: &Store, who: &str) -> Result<Guard, Failure> {
    let state = store.state()?;
    let (_, person) = state.person_for(who)?;
    let verifier = PhcVerifier::new(&person.passphrase)?;
    let ask = PassphraseAuthenticator::new(TerminalPrompt::new(), verifier);
    let tries = NonZeroU8::MIN.saturating_add(2);
    Ok(Guard::new(rules::engine()?, ask, JsonLines::open(store.log())?).with_tries(tries))
}

fn init(store: &Store, who: &str) -> Result<(), Failure> {
    if store.has_begun() {
        // Before somebody thinks of a passphrase.
        return Err(Failure::Begun(store.folder().to_owned()));
    }
    store.begin(&State::new(who, new_passphrase(who)?))?;
    Ok(writeln!(io::stdout(), "done: {who} owns the flags")?)
}

fn new_passphrase(name: &str) -> Result<String, Failure> {
    let purpose = SafeText::fill("for {}", &[&SafeText::quoted(name)]);
    let deadline = Instant::now() + TIME_TO_CHOOSE;
    let new = TerminalPrompt::new().ask_new(&purpose, deadline, &Cancel::new())?;
    Ok(PhcVerifier::record(&new)?)
}

fn list(state: &State) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    for (environment, flags) in &state.flags {
        for (name, flag) in flags {
            let frozen = flag.frozen.as_deref();
            let frozen = frozen.map_or_else(String::new, |why| format!("  frozen: {why:?}"));
            writeln!(out, "{environment}/{name}  {} %{frozen}", flag.percent)?;
        }
    }
    Ok(())
}

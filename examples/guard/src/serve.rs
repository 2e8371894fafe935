//! `openpass-guard proxy`: the guard in front of a server that nobody changes.

use std::{ffi::OsString, sync::Arc};

use clap::ValueEnum;
use openpass_mcp_guard::stdio::ToldToEnd;
use openpass_policy::Guard;

use crate::{
    failure::Failure,
    folder::{Asker, Folder, NAMESPACE, Server},
    gate::FolderGate,
    output,
    proxy::{ServerCommand, Settings, on_stdio},
};

/// The longest time for which the end waits for what is being put on the log.
const LAST_WAIT: std::time::Duration = std::time::Duration::from_secs(5);

/// The flags of `proxy`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    asker: Asker,
    /// The server's name: its tools are `NAME::Action::"TOOL"` in policies
    #[arg(long, value_name = "NAME", default_value = NAMESPACE)]
    server: String,
    /// The requests that the server may make of the client
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    allow: Vec<Asks>,
    /// The server's command, behind `--`
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// A kind of request that a server may make of its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Asks {
    /// Have the client's model write something
    Sampling,
    /// Have the client's user fill in a form; never open an address
    Elicitation,
    /// See which folders the client works in
    Roots,
}

/// Relays until the client or the server leaves.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let command = text(&args.command)?;
    let caller = args.asker.caller(args.folder.open()?, "default")?;
    if args.asker.token_file.is_none() {
        output::say("Nothing proves that the client is this agent; a --token-file does.");
    }
    let gate = FolderGate::new(caller, Server::named(&args.server), command);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let mut words = args.command.iter().cloned();
    let program = words.next().unwrap_or_default();
    let server = ServerCommand::new(program, words);
    let ended = runtime.block_on(async {
        let mut told = ToldToEnd::heard()?;
        let stop = async move { told.wait().await };
        let gate = Arc::new(gate);
        on_stdio(&server, settings(&args.allow), gate, stop)
            .await
            .map_err(|error| Failure::Proxy(error.to_string()))
    });
    // Calls that were dropped are put on the guard's log.
    let _written: bool = Guard::wait_for_records(LAST_WAIT);
    // What is still being read must not keep the process.
    runtime.shutdown_background();
    ended
}

fn settings(allow: &[Asks]) -> Settings {
    Settings {
        sampling: allow.contains(&Asks::Sampling),
        elicitation: allow.contains(&Asks::Elicitation),
        roots: allow.contains(&Asks::Roots),
        others: false,
        ..Settings::default()
    }
}

/// The command as a person can read and accept it.
fn text(command: &[OsString]) -> Result<Vec<String>, Failure> {
    let words = command.iter().map(|word| word.to_str().map(str::to_owned));
    words.collect::<Option<Vec<String>>>().ok_or_else(|| {
        Failure::Usage(
            "the server's command is not UTF-8, so nobody could read it; give it by another path"
                .to_owned(),
        )
    })
}

//! The process: start, serve until the client or the system says stop, end.

use std::{process::ExitCode, sync::Arc};

use clap::Parser as _;
use openpass_auth_passphrase::not_dumpable;
use openpass_mcp_guard::{
    log::Log,
    stdio::{LAST_WAIT, Stdio, StdioError},
};
use openpass_policy::Guard;
use openpass_vault::{Caller, Vault, with_known_stack};
use tokio::time::timeout;
use tracing::{error, info, warn};

use crate::{args::Args, dispatch::Dispatch, failure::Failure, server::Server, site::Site};

/// The number of threads that read and write files.
const FILE_THREADS: usize = 16;

/// The `openpass-mcp` command.
#[must_use]
pub fn main() -> ExitCode {
    with_known_stack(command)
}

fn command() -> ExitCode {
    let dumpable = not_dumpable();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Nothing can be said if neither stdout nor stderr takes it.
            drop(error.print());
            return ExitCode::from(u8::from(error.use_stderr()));
        }
    };
    let log = Log::start("openpass_mcp", args.log_level.filter(), args.log_json);
    if let Err(error) = dumpable {
        warn!("other programs of this user may read the server's memory: {error}");
    }
    let ended = start(&args);
    if let Err(problem) = &ended {
        error!("{problem}");
    }
    log.finish();
    ended.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

fn start(args: &Args) -> Result<(), String> {
    let site = open(args).map_err(|failure| failure.to_string())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(FILE_THREADS)
        .enable_all()
        .build()
        .map_err(|error| format!("the server cannot start: {error}"))?;
    let served = runtime.block_on(serve(site));
    // Calls that were dropped are put on the guard's log.
    if !Guard::wait_for_records(LAST_WAIT) {
        warn!("the guard's log is still being written; the next start settles it");
    }
    // What is still being read must not keep the process.
    runtime.shutdown_background();
    served.map_err(|error| error.to_string())
}

/// The vault and the agent, which must be in it. What was broken off is
/// settled. The log says that something was changed outside the guard, or that
/// nothing enforces some rules, and does not say what: the agent's own host reads
/// it, and policy may keep the agent from looking.
fn open(args: &Args) -> Result<Site, Failure> {
    let vault = Vault::open(&args.location().resolve()?)?;
    let site = identified(args, vault)?;
    let (vault, agent) = (site.vault(), site.agent_name());
    vault.config()?.agent(agent)?;
    for settled in vault.settle()? {
        warn!(digest = settled.digest, "settled: {}", settled.how);
    }
    // The person who reads the client's log may not be there: it is said again.
    if vault.drift_to_tell()?.is_some() {
        warn!("the vault was changed outside the guard; `openpass guard status` shows what");
    }
    if !vault.effective(agent)?.not_counted().is_empty() {
        warn!(
            "the agent's profile was changed outside the guard; what that gives it has no effect \
             until a person accepts it with `openpass guard accept`"
        );
    }
    if vault.unenforced_rules()?.is_some() {
        warn!("there are YAML rules that nothing enforces; `openpass policy list` names them");
    }
    Ok(site)
}

/// The site of the agent whose token was brought, or else of the agent that the command
/// line names.
fn identified(args: &Args, vault: Vault) -> Result<Site, Failure> {
    let Some(file) = &args.token_file else {
        let agent = args.agent.clone().unwrap_or_default();
        info!("nothing proves that the client is this agent; a --token-file does");
        return Ok(Site::new(Caller::claimed(vault, agent)));
    };
    let caller = Caller::proven(vault, file, args.agent.clone())?;
    info!(agent = caller.name(), "the agent is the one of the token");
    Ok(Site::new(caller))
}

async fn serve(site: Site) -> Result<(), StdioError> {
    let stdio = Stdio::open()?;
    info!(agent = site.agent_name(), "serving on stdio");
    let dispatch = Arc::new(Dispatch::new(site));
    let server = Server::new(Arc::clone(&dispatch), stdio.flights(), stdio.client());
    let idle = async {
        if timeout(LAST_WAIT, dispatch.idle()).await.is_err() {
            warn!("a change is still being written; the next start settles it");
        }
    };
    let ended = stdio.serve(server, idle).await;
    info!("stopped");
    ended
}

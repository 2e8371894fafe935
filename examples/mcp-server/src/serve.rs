//! The process: start, serve until the client or the system says stop, end.

use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::Parser as _;
use openpass_auth_passphrase::not_dumpable;
use openpass_policy::Guard;
use openpass_vault::{Bearer, Vault, with_known_stack};
use rmcp::ServiceExt as _;
use tokio::time::sleep;
use tracing::{error, info, warn};

use crate::{
    args::Args, call::Client, dispatch::Dispatch, failure::Failure, logging, server::Server,
    site::Site, told_to_end::ToldToEnd, wire::Wire,
};

/// The longest time for which the end waits for a change that is being written.
const LAST_WAIT: Duration = Duration::from_secs(5);
/// For how long reads that the client asked for before it left are begun still.
/// Those of a script's pipe take less; a longer queue is nobody's any more.
const LAST_READS: Duration = Duration::from_secs(5);
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
    let log = logging::start(args.log_level, args.log_json);
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
    served
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
        return Ok(Site::new(vault, agent));
    };
    let bearer = Bearer::read(file)?;
    let token = vault.token_of(&bearer)?;
    let agent = args.agent.clone();
    let site = Site::new(vault, agent.unwrap_or_else(|| token.agent().to_owned())).by(bearer);
    // That the token is of the agent that was named, too.
    drop(site.token()?);
    info!(token = token.id, "the agent is the one of this token");
    Ok(site)
}

async fn serve(site: Site) -> Result<(), String> {
    let no_signals = |error| format!("signals cannot be received: {error}");
    let mut told_to_end = ToldToEnd::heard().map_err(no_signals)?;
    info!(agent = site.agent_name(), "serving on stdio");
    let client = Client::default();
    let wire = Wire::stdio(&client.gone, &client.stopping)
        .map_err(|error| format!("stdin and stdout cannot be used: {error}"))?;
    let (flights, output) = (wire.flights(), wire.output());
    let dispatch = Arc::new(Dispatch::new(site));
    let server = Server::new(Arc::clone(&dispatch), flights, client.clone());
    let serving = async {
        match server.serve(wire).await {
            Ok(running) => running
                .waiting()
                .await
                .map(drop)
                .map_err(|error| error.to_string()),
            // A client that leaves before it has said hello is no error.
            Err(_) if client.gone.is_cancelled() => Ok(()),
            Err(error) => Err(format!("the client does not speak the protocol: {error}")),
        }
    };
    let stop = async {
        told_to_end.wait().await;
        client.stopping.cancel();
        // Dismisses every dialog; a change that is being written is finished.
        client.gone.cancel();
        core::future::pending::<()>().await;
    };
    let nobody_reads = async {
        client.gone.cancelled().await;
        output.stalled().await;
    };
    let (ended, reads) = tokio::select! {
        ended = serving => (ended, true),
        () = stop => (Ok(()), true),
        () = nobody_reads => (Ok(()), false),
        () = too_late(&client) => (Ok(()), true),
    };
    client.gone.cancel();
    if tokio::time::timeout(LAST_WAIT, dispatch.idle())
        .await
        .is_err()
    {
        warn!("a change is still being written; the next start settles it");
    }
    if reads {
        output.flushed().await;
    }
    info!("stopped");
    ended
}

/// Waits until the end has waited long enough: first for reads that were asked
/// for, then for those that run, while the rest is told that it is over.
async fn too_late(client: &Client) {
    client.gone.cancelled().await;
    tokio::select! {
        () = sleep(LAST_READS) => client.stopping.cancel(),
        () = client.stopping.cancelled() => {}
    }
    sleep(LAST_WAIT).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn m15_after_the_input_reads_are_begun_for_five_seconds_and_waited_for_five_more() {
        let client = Client::default();
        let mut end = Box::pin(too_late(&client));
        let soon = tokio::time::timeout(Duration::from_secs(3600), end.as_mut()).await;
        assert!(soon.is_err(), "a client that is there is waited for");
        client.gone.cancel();
        let soon = tokio::time::timeout(Duration::from_millis(4900), end.as_mut()).await;
        assert!(soon.is_err() && !client.stopping.is_cancelled());
        let soon = tokio::time::timeout(Duration::from_millis(200), end.as_mut()).await;
        assert!(soon.is_err() && client.stopping.is_cancelled());
        tokio::time::timeout(Duration::from_secs(5), end.as_mut())
            .await
            .unwrap();
    }
}

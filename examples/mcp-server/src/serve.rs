//! The process: start, serve until the client or the system says stop, end.

use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::Parser as _;
use openpass_auth_passphrase::not_dumpable;
use openpass_vault::Vault;
use rmcp::{ServiceExt as _, transport::async_rw::AsyncRwTransport};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::{
    args::Args, dispatch::Dispatch, failure::Failure, logging, server::Server, site::Site,
    watched::Watched,
};

/// How long one message of the client may be, in bytes.
const MAX_MESSAGE: usize = 1 << 20;
/// How long the end waits for a change that is being written.
const LAST_WAIT: Duration = Duration::from_secs(5);

/// The `openpass-mcp` command.
#[must_use]
pub fn main() -> ExitCode {
    let dumpable = not_dumpable();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Nothing can be said if neither stdout nor stderr takes it.
            drop(error.print());
            return ExitCode::from(u8::from(error.use_stderr()));
        }
    };
    logging::start(args.log_level, args.log_json);
    if let Err(error) = dumpable {
        warn!("other programs of this user may read the server's memory: {error}");
    }
    match start(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            error!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn start(args: &Args) -> Result<(), String> {
    let site = open(args).map_err(|failure| failure.to_string())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime can be started: {error}"))?;
    let served = runtime.block_on(serve(site));
    // A read of stdin that waits must not keep the process.
    runtime.shutdown_background();
    served
}

/// The vault and the agent, which must be in it. What was broken off is
/// settled; what was changed outside the guard, and which rules nothing
/// enforces, is said.
fn open(args: &Args) -> Result<Site, Failure> {
    let vault = Vault::open(&args.location().resolve()?)?;
    vault.config()?.agent(&args.agent)?;
    for settled in vault.settle()? {
        warn!(digest = settled.digest, "settled: {}", settled.how);
    }
    // The person who reads the client's log may not be there: it is said again.
    if let Some(said) = vault.drift_to_tell(false)? {
        warn!("{said}");
    }
    if let Some(rules) = vault.unenforced_rules()? {
        warn!("{rules}; `openpass policy import FILE.yaml… --apply` puts them in force");
    }
    Ok(Site::new(vault, args.agent.clone()))
}

async fn serve(site: Site) -> Result<(), String> {
    let no_signals = |error| format!("signals cannot be heard: {error}");
    let mut terminate = signal(SignalKind::terminate()).map_err(no_signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(no_signals)?;
    info!(agent = site.agent_name(), "serving on stdio");
    let gone = CancellationToken::new();
    let dispatch = Arc::new(Dispatch::new(site));
    let server = Server::new(Arc::clone(&dispatch), gone.clone());
    let (stdin, stdout) = rmcp::transport::stdio();
    let transport = AsyncRwTransport::new_server(Watched::new(stdin, gone.clone()), stdout)
        .with_max_line_length(MAX_MESSAGE);
    let serving = async {
        match server.serve(transport).await {
            Ok(running) => running
                .waiting()
                .await
                .map(drop)
                .map_err(|error| error.to_string()),
            // A client that leaves before it has said hello is no error.
            Err(_) if gone.is_cancelled() => Ok(()),
            Err(error) => Err(format!("the client does not speak the protocol: {error}")),
        }
    };
    let ended = tokio::select! {
        ended = serving => ended,
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    };
    // Dismisses every dialog; a change that is being written is finished.
    gone.cancel();
    if tokio::time::timeout(LAST_WAIT, dispatch.idle())
        .await
        .is_err()
    {
        warn!("a change is still being written; the next start settles it");
    }
    info!("stopped");
    ended
}

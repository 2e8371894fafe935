//! The daemon: `embed-daemon FOLDER [--timeout SECONDS] [--tries N]`.

use core::num::NonZeroU8;
use std::{env, error::Error, fs, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use embed_daemon::{
    app::App, http, people::People, phones::Phones, push::Push, rules, say, socket, store,
};
use openpass_policy::{Guard, JsonLines};
use tokio::{
    net::{TcpListener, UnixListener},
    signal::unix::{SignalKind, signal},
    sync::watch,
};

const USAGE: &str = "usage: embed-daemon FOLDER [--timeout SECONDS] [--tries N]";

struct Args {
    folder: PathBuf,
    timeout: Duration,
    tries: NonZeroU8,
}

fn args() -> Option<Args> {
    let mut words = env::args().skip(1);
    let folder = words.next().filter(|word| !word.starts_with('-'))?.into();
    let (mut timeout, mut tries) = (Duration::from_secs(60), NonZeroU8::MIN);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--timeout" => timeout = Duration::from_secs(words.next()?.parse().ok()?),
            "--tries" => tries = words.next()?.parse().ok()?,
            _ => return None,
        }
    }
    Some(Args {
        folder,
        timeout,
        tries,
    })
}

fn main() -> ExitCode {
    let Some(args) = args() else {
        say(USAGE);
        return ExitCode::from(2);
    };
    let ran = tokio::runtime::Runtime::new()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(run(args)));
    // Calls that were dropped are put on the log by threads of their own.
    let written = Guard::wait_for_records(Duration::from_secs(10));
    match ran {
        Ok(()) if written => ExitCode::SUCCESS,
        Ok(()) => {
            say("the log could not be written to its end; look at guard.log and the disk");
            ExitCode::FAILURE
        }
        Err(error) => {
            say(format_args!("the daemon cannot run: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let folder = args.folder;
    let people = Arc::new(People::read(&folder.join("people.json"))?);
    let phones = Arc::new(Phones::default());
    let engine = rules::engine(store::policies(&folder)?)?;
    let guard = Guard::new(
        engine,
        Push::new(Arc::clone(&phones)),
        JsonLines::open(folder.join("guard.log"))?,
    )
    .with_timeout(args.timeout)
    .with_tries(args.tries);
    let guard = Arc::new(guard);
    let store = Arc::new(store::Store::open(folder.clone(), Arc::clone(&guard))?);

    let path = folder.join("phones.sock");
    remove_old(&path)?;
    let listener = UnixListener::bind(&path)?;
    drop(tokio::spawn(socket::serve(
        listener,
        Arc::clone(&people),
        phones,
    )));

    let mut ends = [
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    ];
    let (stop, stopping) = watch::channel(false);
    let web = TcpListener::bind("127.0.0.1:0").await?;
    say(format_args!("listens on http://{}", web.local_addr()?));
    let app = App {
        people,
        guard,
        store,
        stopping,
    };
    axum::serve(web, http::routes(app))
        .with_graceful_shutdown(async move {
            let [term, int] = &mut ends;
            tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
            let _told = stop.send(true);
        })
        .await?;
    Ok(())
}

/// The socket of a daemon that was killed. One that runs has its folder to itself.
#[expect(
    clippy::disallowed_methods,
    reason = "it is the daemon's own socket, and no vault's file"
)]
fn remove_old(path: &std::path::Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

//! Logs go to stderr, and nowhere else. Nothing waits for who reads them.

mod spool;

use std::{io, time::Duration};

use openpass_auth::SafeText;
use tracing::{error, warn};
use tracing_subscriber::{Layer as _, filter::Targets, layer::SubscriberExt as _};

pub use tracing_subscriber::filter::LevelFilter;

use self::spool::Spool;

/// The longest time for which the end waits for a reader of the log to take the
/// next line.
const LAST_LINES: Duration = Duration::from_millis(200);

/// The log that was started.
#[derive(Debug)]
pub struct Log(Spool);

impl Log {
    /// Starts the process's log: of `target`, a crate's name, and of this crate from
    /// `level` on; of the rest, warnings. What the SDK says below a warning holds whole
    /// messages, so it is left out. With `json` a line is one JSON document. A panic is
    /// a line of the log too.
    ///
    /// Nothing waits for who reads stderr. Where too many lines wait the oldest are
    /// dropped, and counted.
    #[must_use]
    pub fn start(target: &'static str, level: LevelFilter, json: bool) -> Self {
        let which = Targets::new()
            .with_default(LevelFilter::WARN.min(level))
            .with_target("openpass_mcp_guard", level)
            .with_target(target, level);
        let spool = Spool::to(io::stderr());
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(spool.clone())
            .with_ansi(false);
        let lines = if json {
            lines.json().boxed()
        } else {
            lines.boxed()
        };
        let subscriber = tracing_subscriber::registry().with(lines.with_filter(which));
        // A second start in one process keeps the first one's logs.
        drop(tracing::subscriber::set_global_default(subscriber));
        // The default hook writes to stderr itself, and waits for its reader.
        std::panic::set_hook(Box::new(|panic| {
            error!("the server broke: {}", SafeText::escape(&panic.to_string()));
        }));
        Self(spool)
    }

    /// Writes what waits, as long as somebody reads it.
    pub fn finish(&self) {
        let dropped = self.0.dropped();
        if dropped > 0 {
            warn!(
                dropped,
                "lines of this log were dropped, since nobody read it"
            );
        }
        self.0.finish(LAST_LINES);
    }
}

//! Logs go to stderr, and nowhere else.

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer as _, filter::Targets, layer::SubscriberExt as _};

use crate::args::Level;

/// Starts logging. What the SDK says below a warning holds whole messages, so
/// it is left out.
pub(crate) fn start(level: Level, json: bool) {
    let level = match level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
    };
    let which = Targets::new()
        .with_default(LevelFilter::WARN.min(level))
        .with_target("openpass_mcp", level);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false);
    let lines = if json {
        lines.json().boxed()
    } else {
        lines.boxed()
    };
    let subscriber = tracing_subscriber::registry().with(lines.with_filter(which));
    // A second start in one process keeps the first one's logs.
    drop(tracing::subscriber::set_global_default(subscriber));
}

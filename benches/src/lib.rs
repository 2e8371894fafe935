//! Helpers of the benchmarks: work measured in turns within one run, ratios held to
//! [lines](lines::LINES), and the tables and plots of `docs/performance.md`.
//!
//! ```text
//! cargo bench -p openpass-benches                          the tables
//! cargo bench -p openpass-benches -- --lines               the lines alone, in fewer rounds
//! UPDATE_PERFORMANCE=1 cargo bench -p openpass-benches     and the page's tables and plots
//! ```
//!
//! Times differ from machine to machine and from hour to hour, so that only ratios within
//! one run are held to anything.
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark ends at what is wrong"
)]
#![expect(
    clippy::missing_panics_doc,
    reason = "they say so themselves: each ends the benchmark"
)]
#![cfg(unix)]

mod bench;
pub mod clock;
mod group;
pub mod lines;
mod machine;
mod page;
pub mod plot;
pub mod programs;
pub mod rules;
mod table;

pub use bench::Bench;
pub use group::{Group, Measured};
pub use table::{Table, duration, number};

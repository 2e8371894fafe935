//! Signals as a program at a person's terminal has them, however the tests are
//! started. `examples/testkit` takes this file in too.

use std::sync::{Arc, Once};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP},
    flag,
};

/// From now on no child of this process inherits an ignored signal.
///
/// nohup and background jobs ignore some, and a child goes on ignoring them;
/// what is caught is default again for a program that is executed
/// (POSIX.1-2024, exec). Caught here is as good as ignored: nobody looks.
pub(crate) fn default_in_children() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let ignored = ignored();
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP] {
            if ignored & (1 << (signal - 1)) != 0 {
                flag::register(signal, Arc::default()).unwrap();
            }
        }
    });
}

/// A bit for each signal that is ignored, as far as the system tells.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).unwrap())
}

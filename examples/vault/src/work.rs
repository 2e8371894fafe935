//! Counts of the work that was done anew, for a host's log and for tests.

use crate::Vault;

/// The number of times that a vault, with every clone of it, worked something out from
/// bytes that it had not seen before. A file that was read again and is the same counts for nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Work {
    /// The number of engines that were built from policies.
    pub engines: u64,
    /// The number of times that the guard log was gone through.
    pub walks: u64,
    /// The number of texts of config.yaml that were parsed.
    pub configs: u64,
}

impl Vault {
    /// Returns what was worked out so far.
    #[must_use]
    pub fn work(&self) -> Work {
        Work {
            engines: self.engines().count(),
            walks: self.walks().count(),
            configs: self.parsed().count(),
        }
    }
}

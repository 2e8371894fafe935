//! The asker: the process that started the host, and the processes that it runs below,
//! as the kernel has them while they live.
//!
//! The asker is a hint for the person who is asked, and decides nothing: code of the
//! same user can start a shell that is called anything. Nothing here waits or fails;
//! what cannot be read is "unknown", as all of it is where there is no `/proc`.

mod chain;
mod claimed;
mod proc;
mod process;
mod stat;

use std::sync::{Arc, OnceLock};

pub(crate) use chain::AskedBy;
pub use claimed::Claimed;
pub use process::Process;

/// The asker of one use of a vault, read when it is first wanted and the same from then
/// on: a look that policy allows by itself wants none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asking(Arc<OnceLock<AskedBy>>);

impl Asking {
    pub(crate) fn by(&self) -> &AskedBy {
        self.0.get_or_init(AskedBy::now)
    }
}

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

pub(crate) use chain::AskedBy;
pub use claimed::Claimed;
pub use process::Process;

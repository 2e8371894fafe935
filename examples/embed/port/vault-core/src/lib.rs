//! A vault's folder: its settings, its identity, and the one way by which they change.

mod change;
mod error;
pub mod identity;
mod settings;
mod store;

pub use change::{Change, Plan};
pub use error::Error;
pub use settings::{Agent, Method, Settings, Tier, UnknownWord};
pub use store::Store;

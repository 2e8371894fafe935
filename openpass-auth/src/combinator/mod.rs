//! Authenticators made of authenticators.

mod contained;
mod first_available;

pub use contained::Contained;
pub use first_available::FirstAvailable;

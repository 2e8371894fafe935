//! A stand-in for `LAContext` and for the Secure Enclave, to run the binding of
//! openpass-auth-macos.
//!
//! It checks what the binding sends and answers as a test tells it. It is no
//! evidence of how Apple's `LAContext` behaves, nor its Secure Enclave.

mod answer;
mod domain_state;
mod enclave;
mod fake;
mod process;
mod shim;
mod stage;

pub use fake::{contexts_alive, register};
pub use process::{VARIABLE, set_by_the_environment};
pub use shim::keep;
pub use stage::{Answers, Error, Key, Pinned, Script, Stage, StateApi, UNKNOWN_DOMAIN, set};

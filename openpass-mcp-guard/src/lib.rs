//! The guard in front of the tools of any MCP server.
#![forbid(unsafe_code)]

pub mod answer;
pub mod call;
mod code;
#[cfg(feature = "log")]
pub mod log;
pub mod queue;
#[cfg(feature = "wire")]
pub mod stdio;
mod stopped;
#[cfg(feature = "wire")]
pub mod wire;
mod words;

pub use self::{
    answer::Refused,
    call::{Call, Client},
    code::Code,
    stopped::{Stopped, blocking, contained},
    words::Words,
};

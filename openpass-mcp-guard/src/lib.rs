//! The guard in front of the tools of any MCP server.
#![forbid(unsafe_code)]

pub mod answer;
mod blocked;
pub mod call;
mod code;
mod gate;
mod guarded;
#[cfg(feature = "log")]
pub mod log;
pub mod queue;
#[cfg(feature = "wire")]
pub mod stdio;
mod stopped;
pub mod tool;
#[cfg(feature = "wire")]
pub mod wire;
mod words;

pub use self::{
    answer::Refused,
    blocked::{Blocked, HostRefusal},
    call::{Call, Client},
    code::Code,
    gate::{Gate, Granted, Guards},
    guarded::{Asked, Guarded, ToolMap, ToolMapError, Unguarded, Who},
    stopped::{Stopped, blocking, contained},
    words::Words,
};

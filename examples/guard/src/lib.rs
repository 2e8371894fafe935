//! The guard in front of any MCP server, and behind the hooks of coding agents.
#![forbid(unsafe_code)]

pub mod decide;
pub mod hooks;

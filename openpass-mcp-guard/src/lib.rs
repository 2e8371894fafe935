//! The guard in front of the tools of any MCP server.
#![forbid(unsafe_code)]

pub mod tool;

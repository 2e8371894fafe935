//! One file for each format. Every fact in them has its source beside it.

mod claude;
mod codex;
mod gemini;
mod hook;
mod symguard;

pub(super) use claude::{CLAUDE_PERMISSION_REQUEST, CLAUDE_PRE_TOOL_USE};
pub(super) use codex::{CODEX_PERMISSION_REQUEST, CODEX_PRE_TOOL_USE};
pub(super) use gemini::GEMINI_BEFORE_TOOL;
pub(super) use symguard::SYMGUARD;

//! What each system does in its own way: opening files as they are, for their owner
//! alone, and bringing them to the disk.

#[cfg(windows)]
mod acl;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use self::unix::*;
#[cfg(windows)]
pub(crate) use self::windows::*;

/// What a file of the vault is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// To be read.
    Read,
    /// To be written, where it is.
    Write,
    /// To be written, or locked; it is made if need be, for its owner alone.
    WriteOrMake,
    /// To be written behind its end; it is made if need be, for its owner alone.
    AppendOrMake,
}

/// What keeps a file from being its owner's alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotPrivate {
    /// What is the matter, behind the file's name.
    pub(crate) problem: String,
    /// The command against it, which the path follows, or what else to do.
    pub(crate) cure: &'static str,
}

//! Files, as each system has them: opened as they are, for their owner alone, and brought
//! to the disk.

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

/// The purpose for which a file of the vault is opened.
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

/// The reason why a file is not its owner's alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotPrivate {
    /// The reason, as it stands behind the file's name.
    pub(crate) problem: String,
    /// The command against it, which the path follows, or what else to do.
    pub(crate) cure: &'static str,
}

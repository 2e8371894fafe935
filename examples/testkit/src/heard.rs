//! The output that comes through the program's pipes.

use std::{
    fs::File,
    io::{ErrorKind, Read},
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};

/// A pipe that the program writes to, and what came through it.
pub(crate) struct Heard {
    pipe: Option<File>,
    bytes: Vec<u8>,
}

impl Heard {
    pub(crate) fn from(pipe: Option<OwnedFd>) -> Self {
        let pipe = pipe.map(File::from);
        if let Some(pipe) = &pipe {
            rustix::io::ioctl_fionbio(pipe, true).unwrap();
        }
        let bytes = Vec::new();
        Self { pipe, bytes }
    }

    pub(crate) fn listen(&mut self) {
        if let Some(pipe) = &mut self.pipe
            && read_what_is_there(pipe, &mut self.bytes).is_none()
        {
            self.pipe = None;
        }
    }

    pub(crate) const fn is_over(&self) -> bool {
        self.pipe.is_none()
    }

    pub(crate) fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.pipe.as_ref().map(AsFd::as_fd)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Reads what waits in `from`, which does not block. `None` at its end.
pub fn read_what_is_there(from: &mut impl Read, into: &mut Vec<u8>) -> Option<()> {
    let mut bytes = [0; 4096];
    loop {
        match from.read(&mut bytes) {
            Ok(count @ 1..) => into.extend_from_slice(bytes.get(..count).unwrap()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Some(()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return None,
        }
    }
}

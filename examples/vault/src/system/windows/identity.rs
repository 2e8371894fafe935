//! The identity of an open file.
#![expect(
    unsafe_code,
    reason = "std's own `MetadataExt::file_index` is not stable yet"
)]

use std::{fs::File, io, os::windows::io::AsRawHandle as _};

use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, GetFileInformationByHandle,
};

/// A file's number on its volume, and the volume's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) volume: u32,
    pub(crate) index: u64,
    /// The number of its names.
    pub(crate) names: u32,
}

/// Source: <https://learn.microsoft.com/windows/win32/api/fileapi/ns-fileapi-by_handle_file_information>.
pub(crate) fn of(file: &File) -> io::Result<Identity> {
    let mut found = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the handle is open for as long as it is borrowed, and `found` outlives the
    // call.
    let read = unsafe { GetFileInformationByHandle(file.as_raw_handle(), &raw mut found) };
    if read == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Identity {
        volume: found.dwVolumeSerialNumber,
        index: u64::from(found.nFileIndexHigh) << 32 | u64::from(found.nFileIndexLow),
        names: found.nNumberOfLinks,
    })
}

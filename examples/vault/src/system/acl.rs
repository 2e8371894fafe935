//! Access control lists of Windows: who may do what to a file or folder.
//!
//! Source: <https://learn.microsoft.com/windows/win32/secauthz/access-control-lists>.
#![expect(
    unsafe_code,
    reason = "no safe wrapper makes a file with an access control list, or reads one"
)]

use std::{
    fs::File,
    io,
    os::windows::{
        ffi::OsStrExt as _,
        io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle},
    },
    path::Path,
};

use windows_sys::Win32::{
    Foundation::{
        ERROR_SUCCESS, GENERIC_ALL, GENERIC_READ, GENERIC_WRITE, HANDLE, INVALID_HANDLE_VALUE,
        LocalFree,
    },
    Security::{
        ACCESS_ALLOWED_ACE, ACE_HEADER, ACL,
        Authorization::{
            ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW,
            GetSecurityInfo, SDDL_REVISION_1, SE_FILE_OBJECT,
        },
        DACL_SECURITY_INFORMATION, GetAce, GetTokenInformation, INHERIT_ONLY_ACE,
        OWNER_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID, SECURITY_ATTRIBUTES, TOKEN_QUERY,
        TOKEN_USER, TokenUser,
    },
    Storage::FileSystem::{
        CREATE_NEW, CreateDirectoryW, CreateFileW, DELETE, FILE_APPEND_DATA, FILE_ATTRIBUTE_NORMAL,
        FILE_DELETE_CHILD, FILE_READ_DATA, FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE,
        FILE_WRITE_DATA, WRITE_DAC, WRITE_OWNER,
    },
    System::{
        SystemServices::ACCESS_ALLOWED_ACE_TYPE,
        Threading::{GetCurrentProcess, OpenProcessToken},
    },
};

/// The rights to change a file, a folder's entries, or the list itself.
const CHANGES: u32 = FILE_WRITE_DATA
    | FILE_APPEND_DATA
    | FILE_DELETE_CHILD
    | DELETE
    | WRITE_DAC
    | WRITE_OWNER
    | GENERIC_WRITE
    | GENERIC_ALL;
/// The rights to read a file.
const READS: u32 = FILE_READ_DATA | GENERIC_READ | GENERIC_ALL;

/// The system itself and its administrators, who may do everything anyway.
const SYSTEM: [&str; 2] = ["S-1-5-18", "S-1-5-32-544"];
/// TrustedInstaller, which owns the system's own folders.
const INSTALLER: &str = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";

/// The owner of a file or folder, and the others with rights to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rights {
    /// The owner, as a SID (`S-1-5-21-…`).
    pub(crate) owner: String,
    /// Whether the owner is this user.
    pub(crate) is_ours: bool,
    /// The SIDs that may read it, but for this user, the system and its administrators.
    pub(crate) readers: Vec<String>,
    /// The SIDs that may change it, but for those.
    pub(crate) writers: Vec<String>,
}

impl Rights {
    /// Whether the owner is this user, the system or its administrators.
    pub(crate) fn is_trusted(&self) -> bool {
        self.is_ours || is_system(&self.owner)
    }
}

fn is_system(sid: &str) -> bool {
    SYSTEM.contains(&sid) || sid == INSTALLER
}

/// Reads the rights to an open file or folder.
pub(crate) fn of(file: &File) -> io::Result<Rights> {
    let (mut owner, mut dacl) = (core::ptr::null_mut(), core::ptr::null_mut());
    let mut descriptor = Local(core::ptr::null_mut());
    // SAFETY: the handle is open, and all that is written to outlives the call.
    let code = unsafe {
        GetSecurityInfo(
            file.as_raw_handle(),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
            &raw mut owner,
            core::ptr::null_mut(),
            &raw mut dacl,
            core::ptr::null_mut(),
            &raw mut descriptor.0,
        )
    };
    if code != ERROR_SUCCESS {
        return Err(of_code(code));
    }
    let ours = current_user()?;
    // SAFETY: `owner` points into `descriptor`, which is freed at the end.
    let owner = unsafe { text_of(owner) }?;
    let mut rights = Rights {
        is_ours: owner == ours,
        owner,
        readers: Vec::new(),
        writers: Vec::new(),
    };
    if dacl.is_null() {
        // No list at all lets everybody do everything.
        rights.readers.push("everybody".to_owned());
        rights.writers.push("everybody".to_owned());
        return Ok(rights);
    }
    // SAFETY: `dacl` points into `descriptor`, which is freed at the end.
    for (sid, mask) in unsafe { allowed(dacl) }? {
        if sid == ours || is_system(&sid) {
            continue;
        }
        if mask & READS != 0 {
            rights.readers.push(sid.clone());
        }
        if mask & CHANGES != 0 {
            rights.writers.push(sid);
        }
    }
    Ok(rights)
}

/// The SIDs that the list gives rights to, and the rights. Entries that deny only take
/// rights away, and are passed over.
///
/// # Safety
///
/// `list` is a valid list.
unsafe fn allowed(list: *const ACL) -> io::Result<Vec<(String, u32)>> {
    // SAFETY: the caller's.
    let count = unsafe { (*list).AceCount };
    let mut all = Vec::new();
    for index in 0..count {
        let mut entry = core::ptr::null_mut();
        // SAFETY: the list is valid, and the index below its count.
        done(unsafe { GetAce(list, index.into(), &raw mut entry) })?;
        // SAFETY: every entry begins with a header.
        let header = unsafe { *entry.cast::<ACE_HEADER>() };
        if u32::from(header.AceFlags) & INHERIT_ONLY_ACE != 0 {
            continue;
        }
        if u32::from(header.AceType) == ACCESS_ALLOWED_ACE_TYPE {
            let entry = entry.cast::<ACCESS_ALLOWED_ACE>();
            // SAFETY: the header says that it is one of these, whose SID begins at
            // `SidStart`.
            let (mask, sid) = unsafe { ((*entry).Mask, (&raw mut (*entry).SidStart).cast()) };
            // SAFETY: as above.
            all.push((unsafe { text_of(sid) }?, mask));
        } else if !matches!(u32::from(header.AceType), 1 | 6 | 10 | 12) {
            // INVARIANT (fail closed): an entry that is none of those which deny may
            // allow, with a condition for instance.
            all.push(("an entry of another kind".to_owned(), u32::MAX));
        }
    }
    Ok(all)
}

/// Makes a file that is not there yet, which this user alone may read and write.
pub(crate) fn create_file(path: &Path) -> io::Result<File> {
    let (name, descriptor) = (wide(path), Descriptor::new(&private_list()?)?);
    let attributes = descriptor.attributes();
    // SAFETY: the name ends with a null, and both outlive the call.
    let handle = unsafe {
        CreateFileW(
            name.as_ptr(),
            GENERIC_READ | GENERIC_WRITE,
            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
            &raw const attributes,
            CREATE_NEW,
            FILE_ATTRIBUTE_NORMAL,
            core::ptr::null_mut(),
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it was opened a moment ago, and nobody else knows it.
    Ok(File::from(unsafe { OwnedHandle::from_raw_handle(handle) }))
}

/// Makes a folder that this user alone may use, and what is made in it.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    let (name, descriptor) = (wide(path), Descriptor::new(&private_list()?)?);
    let attributes = descriptor.attributes();
    // SAFETY: the name ends with a null, and both outlive the call.
    done(unsafe { CreateDirectoryW(name.as_ptr(), &raw const attributes) })
}

/// Gives what is at `path` another list, as SDDL.
#[cfg(test)]
pub(crate) fn set(path: &Path, list: &str) -> io::Result<()> {
    use windows_sys::Win32::Security::SetFileSecurityW;
    let (name, descriptor) = (wide(path), Descriptor::new(list)?);
    // SAFETY: the name ends with a null, and both outlive the call.
    done(unsafe { SetFileSecurityW(name.as_ptr(), DACL_SECURITY_INFORMATION, descriptor.0.0) })
}

/// By which this user alone may do anything. Nothing is inherited.
fn private_list() -> io::Result<String> {
    Ok(format!("D:P(A;OICI;FA;;;{})", current_user()?))
}

/// A security descriptor, made of its text (SDDL).
struct Descriptor(Local);

impl Descriptor {
    fn new(text: &str) -> io::Result<Self> {
        let text: Vec<u16> = text.encode_utf16().chain([0]).collect();
        let mut descriptor = Local(core::ptr::null_mut());
        // SAFETY: the text ends with a null, and both outlive the call.
        done(unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor.0,
                core::ptr::null_mut(),
            )
        })?;
        Ok(Self(descriptor))
    }

    fn attributes(&self) -> SECURITY_ATTRIBUTES {
        SECURITY_ATTRIBUTES {
            nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
            lpSecurityDescriptor: self.0.0,
            bInheritHandle: 0,
        }
    }
}

/// The user that this process runs as, as a SID.
fn current_user() -> io::Result<String> {
    let mut token: HANDLE = core::ptr::null_mut();
    // SAFETY: the process's own pseudo handle is always valid, and `token` outlives the
    // call.
    done(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) })?;
    // SAFETY: it was opened a moment ago, and nobody else knows it.
    let token = unsafe { OwnedHandle::from_raw_handle(token) };
    // A SID has 68 bytes at the most; 8 bytes a part for its alignment.
    let mut user = [0_u64; 32];
    let mut length = 0;
    // SAFETY: there is as much room as is said, and all outlive the call.
    done(unsafe {
        GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            user.as_mut_ptr().cast(),
            size_of_val(&user) as u32,
            &raw mut length,
        )
    })?;
    // SAFETY: what was asked for begins with this structure, whose SID lies in `user`.
    unsafe { text_of((*user.as_ptr().cast::<TOKEN_USER>()).User.Sid) }
}

/// A SID as text.
///
/// # Safety
///
/// `sid` is a valid one.
unsafe fn text_of(sid: PSID) -> io::Result<String> {
    let mut text = core::ptr::null_mut();
    // SAFETY: the caller's, and `text` outlives the call.
    done(unsafe { ConvertSidToStringSidW(sid, &raw mut text) })?;
    let _freed = Local(text.cast());
    let mut units = Vec::new();
    for at in 0.. {
        // SAFETY: the text ends with a null, behind which nothing is read.
        match unsafe { *text.add(at) } {
            0 => break,
            unit => units.push(unit),
        }
    }
    Ok(String::from_utf16_lossy(&units))
}

/// Memory that LocalFree takes back.
struct Local(PSECURITY_DESCRIPTOR);

impl Drop for Local {
    fn drop(&mut self) {
        // SAFETY: it was given by a function whose memory is taken back so, or is null,
        // which is let be.
        unsafe { LocalFree(self.0) };
    }
}

fn wide(path: &Path) -> Vec<u16> {
    path.as_os_str().encode_wide().chain([0]).collect()
}

fn done(answer: i32) -> io::Result<()> {
    if answer == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

fn of_code(code: u32) -> io::Error {
    io::Error::from_raw_os_error(i32::try_from(code).unwrap_or(i32::MAX))
}

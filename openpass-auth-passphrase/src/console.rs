//! The calls to a Windows console that std has no safe form of.
//!
//! Source: <https://learn.microsoft.com/windows/console/console-functions>.
#![expect(
    unsafe_code,
    reason = "no safe wrapper reads a console's keys without waiting, or its mode"
)]

use std::{
    fs::File,
    io,
    os::windows::io::{AsHandle, AsRawHandle as _},
};

use windows_sys::{
    Win32::{
        Foundation::HANDLE,
        System::Console::{
            CONSOLE_SCREEN_BUFFER_INFO, FlushConsoleInputBuffer, GetConsoleMode,
            GetConsoleScreenBufferInfo, GetNumberOfConsoleInputEvents, INPUT_RECORD, KEY_EVENT,
            ReadConsoleInputW, SetConsoleCtrlHandler, SetConsoleMode, WriteConsoleW,
        },
        UI::Input::KeyboardAndMouse::VK_MENU,
    },
    core::BOOL,
};

/// A function that the system calls, on a thread of its own, when the program is to
/// end.
pub(crate) type Handler = unsafe extern "system" fn(u32) -> BOOL;

/// One press of a key that stands for a character.
pub(crate) struct Key {
    /// A unit of UTF-16.
    pub(crate) unit: u16,
    /// The number of times that the key was pressed: a key that is held down comes
    /// once.
    pub(crate) times: u16,
}

/// Opens the console's end of that name, `CONIN$` or `CONOUT$`, wherever the standard
/// handles go.
pub(crate) fn open(name: &str) -> io::Result<File> {
    #[expect(clippy::disallowed_methods, reason = "a device, and no file")]
    File::options().read(true).write(true).open(name)
}

/// The mode of either end.
pub(crate) fn mode(end: impl AsHandle) -> io::Result<u32> {
    let mut mode = 0;
    // SAFETY: the handle is open for as long as it is borrowed, and `mode` outlives
    // the call.
    done(unsafe { GetConsoleMode(raw(&end), &raw mut mode) })?;
    Ok(mode)
}

pub(crate) fn set_mode(end: &File, mode: u32) -> io::Result<()> {
    // SAFETY: the handle is open for as long as it is borrowed.
    done(unsafe { SetConsoleMode(raw(end), mode) })
}

/// Throws away what was typed and not read.
pub(crate) fn flush_input(input: &File) -> io::Result<()> {
    // SAFETY: the handle is open for as long as it is borrowed.
    done(unsafe { FlushConsoleInputBuffer(raw(input)) })
}

/// Returns the number of events that wait to be read.
pub(crate) fn waiting(input: &File) -> io::Result<u32> {
    let mut count = 0;
    // SAFETY: as in `mode`.
    done(unsafe { GetNumberOfConsoleInputEvents(raw(input), &raw mut count) })?;
    Ok(count)
}

/// Reads the next event, and waits for one if none is there. Returns `None` for an
/// event that types nothing: a key let go, a cursor key, the mouse.
pub(crate) fn next_key(input: &File) -> io::Result<Option<Key>> {
    let mut event = INPUT_RECORD::default();
    let mut count = 0;
    // SAFETY: there is room for one event, which is what is asked for, and both
    // outlive the call.
    done(unsafe { ReadConsoleInputW(raw(input), &raw mut event, 1, &raw mut count) })?;
    if count == 0 || u32::from(event.EventType) != KEY_EVENT {
        return Ok(None);
    }
    // SAFETY: the event's type says that the key is the field which was written.
    let key = unsafe { event.Event.KeyEvent };
    // SAFETY: both fields are of 16 bits or less at the same place, and
    // ReadConsoleInputW writes the wide one.
    let unit = unsafe { key.uChar.UnicodeChar };
    // A character by its number (Alt and the keypad) comes when Alt is let go.
    let typed = key.bKeyDown != 0 || key.wVirtualKeyCode == VK_MENU;
    Ok((typed && unit != 0).then_some(Key {
        unit,
        times: key.wRepeatCount.max(1),
    }))
}

/// Writes UTF-16, and says how many units of it.
pub(crate) fn write(output: &File, text: &[u16]) -> io::Result<usize> {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let mut written = 0;
    // SAFETY: `length` is not more than `text` has, and both outlive the call. The last
    // argument is reserved, and null.
    done(unsafe {
        WriteConsoleW(
            raw(output),
            text.as_ptr(),
            length,
            &raw mut written,
            core::ptr::null(),
        )
    })?;
    Ok(usize::try_from(written).unwrap_or(usize::MAX))
}

/// The rows and columns of what is seen of a console.
pub(crate) fn window(output: &File) -> io::Result<(u16, u16)> {
    let mut info = CONSOLE_SCREEN_BUFFER_INFO::default();
    // SAFETY: as in `mode`.
    done(unsafe { GetConsoleScreenBufferInfo(raw(output), &raw mut info) })?;
    let seen = info.srWindow;
    let length = |first: i16, last: i16| {
        let length = i32::from(last) - i32::from(first) + 1;
        u16::try_from(length).unwrap_or(0)
    };
    Ok((length(seen.Top, seen.Bottom), length(seen.Left, seen.Right)))
}

/// Has the system call `handler` before those that were given before.
pub(crate) fn handle(handler: Handler) -> io::Result<()> {
    // SAFETY: a function lives for ever.
    done(unsafe { SetConsoleCtrlHandler(Some(handler), 1) })
}

/// Takes `handler` away again.
pub(crate) fn handle_no_more(handler: Handler) -> io::Result<()> {
    // SAFETY: as in `handle`.
    done(unsafe { SetConsoleCtrlHandler(Some(handler), 0) })
}

fn raw(end: &impl AsHandle) -> HANDLE {
    end.as_handle().as_raw_handle()
}

fn done(answer: BOOL) -> io::Result<()> {
    if answer == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

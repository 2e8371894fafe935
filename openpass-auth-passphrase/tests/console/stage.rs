//! A console, and who types on it.
#![expect(
    unsafe_code,
    reason = "no safe wrapper types on a console or reads its screen"
)]

use std::{
    fs::File,
    os::windows::io::AsRawHandle as _,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use openpass_auth::{Challenge, Factor, FactorSet, SafeText};
use openpass_auth_passphrase::Question;
use windows_sys::Win32::System::Console::{
    AllocConsole, CONSOLE_SCREEN_BUFFER_INFO, COORD, FillConsoleOutputCharacterW,
    FlushConsoleInputBuffer, GetConsoleMode, GetConsoleScreenBufferInfo,
    GetNumberOfConsoleInputEvents, GetStdHandle, INPUT_RECORD, INPUT_RECORD_0, KEY_EVENT,
    KEY_EVENT_RECORD, KEY_EVENT_RECORD_0, ReadConsoleOutputCharacterW, STD_ERROR_HANDLE,
    STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetConsoleCursorPosition, SetConsoleMode, SetStdHandle,
    WriteConsoleInputW,
};

/// So many rows of the screen are looked at.
const ROWS: u32 = 200;

static TURN: Mutex<()> = Mutex::new(());

/// A console of this process.
pub(crate) struct Console {
    input: File,
    output: File,
    _turn: MutexGuard<'static, ()>,
}

impl Console {
    /// The process's console, made if it has none, with nothing on its screen and nothing
    /// typed.
    pub(crate) fn new() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        #[expect(clippy::disallowed_methods, reason = "a device, and no file")]
        let open = |name| File::options().read(true).write(true).open(name);
        if open("CONIN$").is_err() {
            make();
        }
        let console = Self {
            input: open("CONIN$").unwrap(),
            output: open("CONOUT$").unwrap(),
            _turn: turn,
        };
        console.clear();
        console
    }

    fn clear(&self) {
        let (output, mut written) = (self.output.as_raw_handle(), 0);
        let cells = u32::try_from(self.info().dwSize.X).unwrap() * ROWS;
        let start = COORD { X: 0, Y: 0 };
        // SAFETY: the handles are open, and `written` outlives the call.
        unsafe {
            let blank = b' '.into();
            FillConsoleOutputCharacterW(output, blank, cells, start, &raw mut written);
            SetConsoleCursorPosition(output, start);
            FlushConsoleInputBuffer(self.input.as_raw_handle());
        }
    }

    fn info(&self) -> CONSOLE_SCREEN_BUFFER_INFO {
        let mut info = CONSOLE_SCREEN_BUFFER_INFO::default();
        // SAFETY: the handle is open, and `info` outlives the call.
        let done =
            unsafe { GetConsoleScreenBufferInfo(self.output.as_raw_handle(), &raw mut info) };
        assert_ne!(done, 0);
        info
    }

    /// The modes of both ends.
    pub(crate) fn modes(&self) -> (u32, u32) {
        let mode = |end: &File| {
            let mut mode = 0;
            // SAFETY: the handle is open, and `mode` outlives the call.
            let read = unsafe { GetConsoleMode(end.as_raw_handle(), &raw mut mode) };
            assert_ne!(read, 0);
            mode
        };
        (mode(&self.input), mode(&self.output))
    }

    /// The input's handle, which is open for as long as this is.
    pub(crate) fn input(&self) -> usize {
        self.input.as_raw_handle() as usize
    }

    pub(crate) fn set_input_mode(&self, mode: u32) {
        // SAFETY: the handle is open.
        let set = unsafe { SetConsoleMode(self.input.as_raw_handle(), mode) };
        assert_ne!(set, 0);
    }

    /// Presses and lets go a key for each unit of `text`.
    pub(crate) fn press(&self, text: &str) {
        let events: Vec<INPUT_RECORD> = text
            .encode_utf16()
            .flat_map(|unit| [key(unit, true), key(unit, false)])
            .collect();
        let count = u32::try_from(events.len()).unwrap();
        let mut written = 0;
        // SAFETY: there are as many events as is said, and all outlive the call.
        let done = unsafe {
            let input = self.input.as_raw_handle();
            WriteConsoleInputW(input, events.as_ptr(), count, &raw mut written)
        };
        assert_eq!((done != 0, written), (true, count));
    }

    /// How many events nobody has read.
    pub(crate) fn unread(&self) -> u32 {
        let mut count = 0;
        // SAFETY: the handle is open, and `count` outlives the call.
        let done =
            unsafe { GetNumberOfConsoleInputEvents(self.input.as_raw_handle(), &raw mut count) };
        assert_ne!(done, 0);
        count
    }

    /// What stands in the first rows of the screen.
    pub(crate) fn screen(&self) -> String {
        let cells = u32::try_from(self.info().dwSize.X).unwrap() * ROWS;
        let mut units = vec![0_u16; usize::try_from(cells).unwrap()];
        let mut read = 0;
        let start = COORD { X: 0, Y: 0 };
        // SAFETY: there is as much room as is said, and all outlive the call.
        let done = unsafe {
            let output = self.output.as_raw_handle();
            ReadConsoleOutputCharacterW(output, units.as_mut_ptr(), cells, start, &raw mut read)
        };
        assert_ne!(done, 0);
        // It may have fewer rows.
        units.truncate(usize::try_from(read).unwrap());
        String::from_utf16_lossy(&units)
    }

    /// Waits until `words` stand on the screen.
    pub(crate) fn reads(&self, words: &str) {
        self.reads_times(words, 1);
    }

    /// Waits until `words` stand on the screen so many times.
    pub(crate) fn reads_times(&self, words: &str, times: usize) {
        let end = Instant::now() + Duration::from_secs(120);
        while self.screen().matches(words).count() < times {
            assert!(Instant::now() < end, "no {words:?} on {:?}", self.screen());
            std::thread::yield_now();
        }
    }
}

/// Makes a console. What the test runner says is not for it.
fn make() {
    let standard = [STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE];
    // SAFETY: they take numbers, and handles of this process alone.
    let kept = standard.map(|which| (which, unsafe { GetStdHandle(which) }));
    // SAFETY: it takes nothing.
    assert_ne!(unsafe { AllocConsole() }, 0, "no console can be made here");
    for (which, handle) in kept {
        // SAFETY: as above.
        unsafe { SetStdHandle(which, handle) };
    }
}

fn key(unit: u16, down: bool) -> INPUT_RECORD {
    INPUT_RECORD {
        EventType: u16::try_from(KEY_EVENT).unwrap(),
        Event: INPUT_RECORD_0 {
            KeyEvent: KEY_EVENT_RECORD {
                bKeyDown: down.into(),
                wRepeatCount: 1,
                wVirtualKeyCode: 0,
                wVirtualScanCode: 0,
                uChar: KEY_EVENT_RECORD_0 { UnicodeChar: unit },
                dwControlKeyState: 0,
            },
        },
    }
}

pub(crate) fn question(timeout: Duration) -> Question {
    let what = SafeText::literal("remove agent codex");
    let accepts = FactorSet::only(Factor::Passphrase);
    (&Challenge::new(what, accepts, timeout)).into()
}

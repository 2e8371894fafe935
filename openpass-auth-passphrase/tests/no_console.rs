//! A process of Windows that has no console.
#![cfg(windows)]
#![expect(unsafe_code, reason = "no safe wrapper lets a console go")]

use std::time::{Duration, Instant};

use openpass_auth::{AuthError, Challenge, Factor, FactorSet, SafeText, Unavailable};
use openpass_auth_passphrase::{Cancel, PassphrasePrompt as _, TerminalPrompt};
use windows_sys::Win32::System::Console::FreeConsole;

#[test]
fn without_a_console_nobody_is_asked() {
    // SAFETY: it takes nothing. It fails where there is none.
    unsafe { FreeConsole() };
    let prompt = TerminalPrompt::new();
    assert_eq!(prompt.available(), Err(Unavailable::NoTerminal));
    let what = SafeText::literal("test");
    let accepts = FactorSet::only(Factor::Passphrase);
    let minute = Duration::from_secs(60);
    let challenge = Challenge::new(what, accepts, minute);
    let begun = Instant::now();
    let answer = prompt.ask(&(&challenge).into(), &Cancel::new());
    assert!(matches!(
        answer,
        Err(AuthError::Unavailable(Unavailable::NoTerminal))
    ));
    assert!(begun.elapsed() < minute);
}

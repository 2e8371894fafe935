//! The answer that goes to the agent.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use openpass_auth::{SafeText, in_ascii};
use serde_json::Value;

/// The longest reason in bytes. Escaped as JSON it is at most twice as long, and the
/// answer around it has less than 300 bytes: together less than [`MAX_ANSWER`].
const MAX_REASON: usize = 1_600;
/// The longest answer. POSIX keeps a write of 4,096 bytes to a pipe together on Linux
/// (`PIPE_BUF`, pipe(7)).
pub(super) const MAX_ANSWER: usize = 4_096;
/// The exit code that the three agents take as a block.
const BLOCKS: u8 = 2;

/// The reason why a request is blocked: one line of visible ASCII, bounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason(String);

impl Reason {
    /// Makes a reason of `words` and of what a person can do, each cut visibly at its
    /// bound.
    pub(super) fn of(words: &str, for_the_person: Option<&str>) -> Self {
        let Some(person) = for_the_person else {
            return Self(never_empty(bounded(words, MAX_REASON)));
        };
        let words = bounded(words, MAX_REASON / 2 - 1);
        let person = bounded(person, MAX_REASON / 2);
        Self(never_empty(format!("{words} {person}").trim().to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// `text` in visible ASCII, of at most `bytes`.
fn bounded(text: &str, bytes: usize) -> String {
    let text = in_ascii(SafeText::composed(text).as_str());
    if text.len() <= bytes {
        return text;
    }
    let kept: String = text.chars().take(bytes.saturating_sub(40)).collect();
    let left = text.len().saturating_sub(kept.len());
    format!("{kept} ... (+{left} more characters)")
}

/// Codex runs the tool when the reason of a block is empty.
fn never_empty(reason: String) -> String {
    match reason.trim().is_empty() {
        true => String::from("blocked, without a reason"),
        false => reason,
    }
}

/// An answer, as an agent's process hears it: stdout, stderr and the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) exit: u8,
}

impl Answer {
    /// One line of JSON, exit code 0.
    pub(super) fn json(value: &Value) -> Self {
        Self {
            stdout: format!("{value}\n"),
            stderr: String::new(),
            exit: 0,
        }
    }

    /// Nothing on stdout, exit code 0.
    pub(super) const fn silence() -> Self {
        Self {
            stdout: String::new(),
            stderr: String::new(),
            exit: 0,
        }
    }

    /// Nothing on stdout, words on stderr, and the exit code that blocks.
    pub(super) fn blocks_by_exit_code(words: &str) -> Self {
        Self {
            stdout: String::new(),
            stderr: format!("openpass-guard: {}\n", Reason::of(words, None).as_str()),
            exit: BLOCKS,
        }
    }

    /// Writes it, stdout in one write.
    pub(super) fn write(&self) -> ExitCode {
        match self.on_stdout() {
            Ok(()) => {
                // Without stderr the exit code alone has to do.
                drop(io::stderr().write_all(self.stderr.as_bytes()));
                ExitCode::from(self.exit)
            }
            Err(error) => {
                let words = format!("the answer cannot be written: {error}");
                let words = Self::blocks_by_exit_code(&words).stderr;
                drop(io::stderr().write_all(words.as_bytes()));
                ExitCode::from(BLOCKS)
            }
        }
    }

    fn on_stdout(&self) -> io::Result<()> {
        let bytes = self.stdout.as_bytes();
        if bytes.is_empty() {
            return Ok(());
        }
        if bytes.len() > MAX_ANSWER {
            return Err(io::Error::other("it is too long"));
        }
        let mut stdout = io::stdout().lock();
        // Nothing is in stdout's buffer, and the answer is one line with its end: std
        // hands it to the system as it is, in one write.
        let written = stdout.write(bytes)?;
        stdout.flush()?;
        match written == bytes.len() {
            true => Ok(()),
            false => Err(io::Error::from(io::ErrorKind::WriteZero)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_REASON, Reason};

    #[test]
    fn a_reason_is_one_bounded_line_of_visible_ascii() {
        for words in [
            "",
            " ",
            "a\u{1b}[2J\nb\u{202e}c\u{0}",
            &"\u{1F600}\"\\".repeat(4_000),
        ] {
            for person in [None, Some(""), Some("\r\u{9b}x"), Some(&*"é".repeat(9_000))] {
                let reason = Reason::of(words, person);
                let text = reason.as_str();
                assert!(!text.trim().is_empty());
                assert!(text.len() <= MAX_REASON, "{}", text.len());
                assert!(text.bytes().all(|b| (0x20..0x7f).contains(&b)), "{text:?}");
            }
        }
    }

    #[test]
    fn a_reason_that_is_cut_says_so() {
        let reason = Reason::of(&"x".repeat(5_000), Some("approve it with: A"));
        assert!(
            reason
                .as_str()
                .contains("more characters) approve it with: A")
        );
    }
}

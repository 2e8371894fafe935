//! The lines that the client writes.

#[cfg_attr(unix, path = "hang_up/unix.rs")]
#[cfg_attr(windows, path = "hang_up/windows.rs")]
mod hang_up;

use std::io::{self, BufRead, BufReader, Read};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub use self::hang_up::Watched;

/// The largest size of one message, in bytes.
pub const MAX_MESSAGE: usize = 1 << 20;
/// The number of lines that are read ahead.
const AHEAD: usize = 16;

/// One line of the client, without its end.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a line is whole or it is not")]
pub enum Line {
    /// The line.
    Whole(Vec<u8>),
    /// The first part of a line that is longer than any that is taken.
    TooLong(Vec<u8>),
}

/// Reads lines on a thread of their own, which ends with the process. `gone`
/// fires when the client closes its end, read or not; on Windows, once it is read. A line
/// has at most 1 MiB.
///
/// # Errors
///
/// That the system gives no threads.
pub fn lines_of<R>(input: R, gone: &CancellationToken) -> io::Result<mpsc::Receiver<Line>>
where
    R: Read + Watched + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(AHEAD);
    hang_up::watch(&input, gone)?;
    named("input").spawn(move || {
        let mut input = BufReader::new(input);
        // An input that breaks is an input that ends.
        while let Ok(Some(line)) = next(&mut input) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    })?;
    Ok(receiver)
}

fn named(name: &str) -> std::thread::Builder {
    std::thread::Builder::new().name(name.to_owned())
}

/// The next line; a last one without an end is one too.
fn next(input: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let most = (MAX_MESSAGE as u64).saturating_add(1);
    input.by_ref().take(most).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > MAX_MESSAGE {
        input.skip_until(b'\n')?;
        return Ok(Some(Line::TooLong(line)));
    }
    Ok(Some(Line::Whole(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m12_lines_are_bounded_and_the_last_needs_no_end() {
        let mut bytes = b"a\n\n".to_vec();
        bytes.extend(vec![b'x'; MAX_MESSAGE]);
        bytes.push(b'\n');
        bytes.extend(vec![b'y'; 3 * MAX_MESSAGE]);
        bytes.extend(b"\nlast");
        let mut input = bytes.as_slice();
        let mut lengths = Vec::new();
        while let Some(line) = next(&mut input).unwrap() {
            lengths.push(match line {
                Line::Whole(line) => (line.len(), true),
                Line::TooLong(line) => (line.len(), false),
            });
        }
        let whole = |length| (length, true);
        let expected = [
            whole(1),
            whole(0),
            whole(MAX_MESSAGE),
            (MAX_MESSAGE + 1, false),
            whole(4),
        ];
        assert_eq!(lengths, expected);
    }
}

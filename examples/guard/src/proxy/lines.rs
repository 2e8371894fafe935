//! Lines of bounded length.

use std::io;

use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader},
    sync::mpsc,
};

/// The number of lines that are read ahead.
const AHEAD: usize = 4;
const BUFFER: usize = 64 << 10;

/// One line, without its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Whole(Vec<u8>),
    /// A line that is longer than any that is taken. Nothing of it is kept.
    TooLong,
}

/// Reads lines of at most `most` bytes until the input ends or breaks.
pub(super) fn lines_of<R>(input: R, most: usize) -> mpsc::Receiver<Line>
where
    R: AsyncRead + Send + Unpin + 'static,
{
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        let mut input = BufReader::with_capacity(BUFFER, input);
        // An input that breaks is an input that ends.
        while let Ok(Some(line)) = next(&mut input, most).await {
            let too_long = line == Line::TooLong;
            if sender.send(line).await.is_err() {
                return;
            }
            if too_long && skip(&mut input).await.is_err() {
                return;
            }
        }
    });
    receiver
}

/// The next line; a last one without an end is one too.
async fn next<R: AsyncBufRead + Unpin>(input: &mut R, most: usize) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut bounded = (&mut *input).take(limit);
    bounded.read_until(b'\n', &mut line).await?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > most {
        return Ok(Some(Line::TooLong));
    }
    Ok(Some(Line::Whole(line)))
}

/// Reads to the end of the line, and keeps nothing.
async fn skip<R: AsyncBufRead + Unpin>(input: &mut R) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf().await?;
        if buffer.is_empty() {
            return Ok(());
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(buffer.len(), |at| at.saturating_add(1));
        input.consume(length);
        if end.is_some() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_bounded_and_the_last_needs_no_end() {
        let input: &'static [u8] = b"a\n\n12345\n123456\n1234567890123\nlast";
        let mut lines = lines_of(input, 5);
        let mut heard = Vec::new();
        while let Some(line) = lines.recv().await {
            heard.push(line);
        }
        let whole = |text: &[u8]| Line::Whole(text.to_vec());
        let expected = [
            whole(b"a"),
            whole(b""),
            whole(b"12345"),
            Line::TooLong,
            Line::TooLong,
            whole(b"last"),
        ];
        assert_eq!(heard, expected);
    }
}

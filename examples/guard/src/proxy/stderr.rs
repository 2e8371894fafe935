//! Passes on the lines that the server writes to stderr, bounded and without signs
//! that a terminal would obey.

use openpass_auth::SafeText;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    sync::mpsc,
};

/// The longest part of a line that is passed on at once, in bytes.
const MOST_BYTES: u64 = 4096;
/// The number of lines that wait to be written.
const AHEAD: usize = 256;

/// Passes lines on until `from` ends. What `to` does not take in time is left
/// out, and counted.
pub(super) fn pass_on<R, W>(from: R, to: W)
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::spawn(write(receiver, to));
    tokio::spawn(read(from, sender));
}

async fn read<R: AsyncRead + Unpin>(from: R, sender: mpsc::Sender<String>) {
    let mut from = BufReader::new(from);
    let (mut line, mut left_out) = (Vec::new(), 0_u64);
    loop {
        line.clear();
        let mut part = (&mut from).take(MOST_BYTES);
        match part.read_until(b'\n', &mut line).await {
            Ok(length) if length > 0 => {}
            // An input that breaks is an input that ends.
            _ => return,
        }
        let text = String::from_utf8_lossy(line.trim_ascii_end());
        let mut words = format!("server: {}\n", SafeText::escape(&text));
        if left_out > 0 {
            words = format!("server: ({left_out} lines left out)\n{words}");
        }
        left_out = match sender.try_send(words) {
            Ok(()) => 0,
            Err(_) => left_out.saturating_add(1),
        };
    }
}

async fn write<W: AsyncWrite + Unpin>(mut lines: mpsc::Receiver<String>, mut to: W) {
    while let Some(line) = lines.recv().await {
        if to.write_all(line.as_bytes()).await.is_err() || to.flush().await.is_err() {
            return;
        }
    }
}

//! The phones' socket.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc,
};

use crate::{
    people::People,
    phones::Phones,
    say,
    wire::{FromPhone, MOST, ToPhone, nonce},
};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// Takes phones for as long as the daemon runs.
pub async fn serve(listener: UnixListener, people: Arc<People>, phones: Arc<Phones>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let (people, phones) = (Arc::clone(&people), Arc::clone(&phones));
        drop(tokio::spawn(async move {
            if let Err(error) = talk(stream, &people, &phones).await {
                say(format_args!("a phone was refused: {error}"));
            }
        }));
    }
}

async fn talk(stream: UnixStream, people: &People, phones: &Phones) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let Some(name) = greet(&mut read, &mut write, people).await? else {
        send(
            &mut write,
            &ToPhone::Refused("this key is not the person's".to_owned()),
        )
        .await?;
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "its key is not the person's",
        ));
    };
    let connection = NEXT.fetch_add(1, Ordering::Relaxed);
    let (lines, mut outgoing) = mpsc::unbounded_channel();
    let answers = lines.downgrade();
    send(&mut write, &ToPhone::Welcome).await?;
    phones.connect(&name, connection, lines);
    say(format_args!("the phone of {name} is connected"));
    // A task of its own, since half a line that was read is lost with its future.
    let (heard, mut incoming) = mpsc::channel(1);
    let reading = tokio::spawn(async move {
        loop {
            let line = next(&mut read).await;
            let is_last = !matches!(line, Ok(Some(_)));
            if heard.send(line).await.is_err() || is_last {
                break;
            }
        }
    });
    let ended = loop {
        tokio::select! {
            line = outgoing.recv() => match line {
                Some(line) => if let Err(error) = send(&mut write, &line).await { break Err(error) },
                // Another connection of the same person has taken over.
                None => break Ok(()),
            },
            line = incoming.recv() => match line.unwrap_or(Ok(None)) {
                Ok(Some(FromPhone::Answer(answer))) => {
                    let key = people.key_of(&name);
                    let taken = key.ok_or("nobody of that name").and_then(|key| phones.answer(&name, key, &answer));
                    if let (Err(why), Some(lines)) = (taken, answers.upgrade()) {
                        let _told = lines.send(ToPhone::Refused(why.to_owned()));
                    }
                }
                Ok(Some(_)) => break Err(io::Error::other("it said hello twice")),
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            },
        }
    };
    reading.abort();
    phones.disconnect(&name, connection);
    say(format_args!("the phone of {name} is gone"));
    ended
}

/// Returns the name of the person whose phone this is, once that is proved over a nonce
/// of this connection.
async fn greet(
    read: &mut BufReader<OwnedReadHalf>,
    write: &mut OwnedWriteHalf,
    people: &People,
) -> io::Result<Option<String>> {
    let Some(FromPhone::Hello(name)) = next(read).await? else {
        return Ok(None);
    };
    let nonce = nonce().map_err(io::Error::other)?;
    send(write, &ToPhone::Prove(nonce.clone())).await?;
    let Some(FromPhone::Proof(proof)) = next(read).await? else {
        return Ok(None);
    };
    let key = people.key_of(&name);
    Ok(key
        .is_some_and(|key| key.proves(&name, &nonce, &proof))
        .then_some(name))
}

async fn send(write: &mut OwnedWriteHalf, line: &ToPhone) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    write.write_all(&text).await
}

async fn next(read: &mut BufReader<OwnedReadHalf>) -> io::Result<Option<FromPhone>> {
    let mut line = Vec::new();
    read.take(MOST as u64).read_until(b'\n', &mut line).await?;
    if line.is_empty() {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&line)?))
}

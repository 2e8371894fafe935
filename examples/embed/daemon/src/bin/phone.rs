//! A person's phone: `embed-phone SOCKET NAME KEYFILE`. It shows each question, and
//! takes `y` or `n` and Enter.

use std::{
    env,
    error::Error,
    fs,
    io::{self, BufRead as _, BufReader, Write as _},
    os::unix::net::UnixStream,
    process::ExitCode,
    sync::mpsc,
    thread,
};

use embed_daemon::{
    say,
    wire::{FromPhone, Key, Question, ToPhone},
};

enum Event {
    Heard(ToPhone),
    Typed(String),
    HungUp,
}

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let [socket, name, key] = words.as_slice() else {
        say("usage: embed-phone SOCKET NAME KEYFILE");
        return ExitCode::from(2);
    };
    match run(socket, name, key) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("the phone cannot go on: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(socket: &str, name: &str, key: &str) -> Result<(), Box<dyn Error>> {
    let key = Key::from_hex(&fs::read_to_string(key)?);
    let key = key.ok_or("a key is 64 hex digits; make one with `openssl rand -hex 32`")?;
    let mut stream = UnixStream::connect(socket)?;
    let (tell, events) = mpsc::channel();
    listen(&stream, tell.clone())?;
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            if tell.send(Event::Typed(line)).is_err() {
                return;
            }
        }
    });
    send(&mut stream, &FromPhone::Hello(name.to_owned()))?;
    let mut open: Option<Question> = None;
    for event in events {
        match event {
            Event::Heard(ToPhone::Prove(nonce)) => {
                send(&mut stream, &FromPhone::Proof(key.proof(name, &nonce)))?;
            }
            Event::Heard(ToPhone::Welcome) => say(format_args!("this is the phone of {name}")),
            Event::Heard(ToPhone::Ask(question)) => {
                show(&question);
                open = Some(question);
            }
            Event::Heard(ToPhone::Gone(id)) => {
                if open.take_if(|question| question.id == id).is_some() {
                    say("the question is gone: it was called off or took too long");
                }
            }
            Event::Heard(ToPhone::Refused(why)) => say(format_args!("refused: {why}")),
            Event::Typed(line) => match (line.trim(), open.take()) {
                ("y" | "n", Some(question)) => {
                    let answer = key.answer(&question, line.trim() == "y");
                    send(&mut stream, &FromPhone::Answer(answer))?;
                    say("answered");
                }
                (_, None) => say("there is no question"),
                (_, question) => {
                    open = question;
                    say("y or n?");
                }
            },
            Event::HungUp => return Err("the daemon has hung up".into()),
        }
    }
    Ok(())
}

/// All of it is escaped by the daemon already.
fn show(question: &Question) {
    say(format_args!("[{}] {}", question.code, question.statement));
    question
        .lines
        .iter()
        .for_each(|line| say(format_args!("    {line}")));
    say("approve? y or n, then Enter");
}

fn listen(stream: &UnixStream, tell: mpsc::Sender<Event>) -> io::Result<()> {
    let lines = BufReader::new(stream.try_clone()?).lines();
    thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let Ok(line) = serde_json::from_str(&line) else {
                break;
            };
            if tell.send(Event::Heard(line)).is_err() {
                return;
            }
        }
        let _told = tell.send(Event::HungUp);
    });
    Ok(())
}

fn send(stream: &mut UnixStream, line: &FromPhone) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    stream.write_all(&text)
}

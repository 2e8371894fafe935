//! How tests tell the helper what to do: a line, and a line in return.

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::{
        fs::PermissionsExt,
        net::{UnixListener, UnixStream},
    },
};

const SOCKET: &str = "/run/dbus/openpass-test";

/// Says `line` to the helper.
pub(crate) fn tell(line: &str) -> String {
    let mut stream = UnixStream::connect(SOCKET).unwrap();
    writeln!(stream, "{line}").unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    answer.trim_end().to_owned()
}

/// The number that the helper answers with.
pub(crate) fn number(line: &str) -> usize {
    tell(line).parse().unwrap()
}

/// The helper's side, for as long as the script lets it run.
pub(crate) fn listen(mut answer: impl FnMut(&str) -> String) {
    let listener = UnixListener::bind(SOCKET).unwrap();
    let everybody = std::fs::Permissions::from_mode(0o666);
    #[expect(clippy::disallowed_methods, reason = "a socket of this test's own")]
    std::fs::set_permissions(SOCKET, everybody).unwrap();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line).unwrap();
        let said = answer(line.trim_end());
        writeln!(stream, "{said}").unwrap();
    }
}

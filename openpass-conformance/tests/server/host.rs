//! A small MCP server with one tool, which sets a text once a person has approved: the
//! person answers elsewhere, and the server waits for nobody.

use std::{
    fs::{self, OpenOptions},
    io::{self, BufRead as _, Write as _},
    path::Path,
};

use serde_json::{Value, json};

/// Names the hole of a server.
pub(crate) const HOLE: &str = "CONFORMANCE_TEST_HOLE";
pub(crate) const WHOLE: &str = "none";
/// `approved: true` in the arguments is an approval.
pub(crate) const BELIEVES_ARGUMENTS: &str = "believes arguments";
/// It takes an answer for an approval of the call that waits, whatever it answers.
pub(crate) const BELIEVES_ANSWERS: &str = "believes answers";
/// It makes what waits when its client is gone.
pub(crate) const MAKES_IT_WHEN_LEFT: &str = "makes it when left";
/// It asks on the terminal that its client has.
pub(crate) const SHOWS_ON_THE_TERMINAL: &str = "shows on the terminal";

pub(crate) fn serves(hole: &str) {
    let folder = std::env::args().nth(1).unwrap();
    let folder = Path::new(&folder);
    let mut waiting = None;
    let mut cancelled = false;
    for line in io::stdin().lock().lines() {
        let message: Value = serde_json::from_str(&line.unwrap()).unwrap();
        match message["method"].as_str() {
            Some("initialize") => says(&message, json!({"capabilities": {"tools": {}}})),
            Some("tools/call") => says(&message, called(hole, folder, &message, &mut waiting)),
            Some("ping") => says(&message, json!({})),
            Some("notifications/cancelled") => cancelled = true,
            None if hole == BELIEVES_ANSWERS && waiting.is_some() => {
                set(folder, waiting.as_deref().unwrap());
            }
            _ => {}
        }
    }
    if let Some(text) = waiting.filter(|_| hole == MAKES_IT_WHEN_LEFT && cancelled) {
        set(folder, &text);
    }
}

/// The result of a call.
fn called(hole: &str, folder: &Path, message: &Value, waiting: &mut Option<String>) -> Value {
    let params = &message["params"];
    if params["name"] != "set" {
        return json!({"isError": true, "content": [{"type": "text", "text": "no such tool"}]});
    }
    let text = params["arguments"]["text"].as_str().unwrap().to_owned();
    if hole == BELIEVES_ARGUMENTS && params["arguments"]["approved"] == true {
        set(folder, &text);
        return json!({"content": [{"type": "text", "text": "done"}]});
    }
    if hole == SHOWS_ON_THE_TERMINAL {
        #[expect(
            clippy::disallowed_methods,
            reason = "a terminal is no file of a vault"
        )]
        let mut terminal = OpenOptions::new().write(true).open("/dev/tty").unwrap();
        write!(terminal, "Approve? [y/N] ").unwrap();
    }
    *waiting = Some(text);
    json!({"isError": true, "content": [{"type": "text", "text": "approval_required"}]})
}

fn says(message: &Value, result: Value) {
    let answer = json!({"jsonrpc": "2.0", "id": message["id"], "result": result});
    let mut out = io::stdout().lock();
    writeln!(out, "{answer}").unwrap();
    out.flush().unwrap();
}

/// Sets the text, as it is or not at all.
pub(crate) fn set(folder: &Path, text: &str) {
    let mut file = tempfile::NamedTempFile::new_in(folder).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.persist(folder.join("text")).unwrap();
    assert_eq!(fs::read_to_string(folder.join("text")).unwrap(), text);
}

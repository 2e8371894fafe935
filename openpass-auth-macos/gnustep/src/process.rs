//! The stage for a whole program: a folder says what the system is like, and
//! gets what was seen.

use std::{
    env,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use openpass_auth_macos::set_session;

use crate::stage::{Answers, Error, SCRIPT, Script, plan};

/// The variable that names the folder: `script` in it says what the system is
/// like, a line each; what was seen is added to `seen`.
///
/// | line | what it says |
/// |---|---|
/// | `session graphic`, `remote`, `none` | where the program runs |
/// | `enrolled NAME` | whose fingers there are |
/// | `ready ANSWER` | what stands in the way of a dialog |
/// | `dialog ANSWER` | what comes of the next dialog; several, in order |
///
/// A dialog that no line plans for is seen as one, and nobody is recognised.
pub const VARIABLE: &str = "OPENPASS_STAGE";

const DOMAIN: &str = "com.apple.LocalAuthentication";

static SEEN: OnceLock<File> = OnceLock::new();

/// Sets the stage for the rest of the process, as the folder says.
///
/// # Panics
///
/// When there is no folder, or no script that it understands.
pub fn set_by_the_environment() {
    let folder = env::var_os(VARIABLE).map(PathBuf::from);
    let folder = folder.expect("OPENPASS_STAGE names no folder");
    crate::register();
    let mut script = Script {
        answers: no(-1),
        state: None,
        ..Script::default()
    };
    let text = fs::read_to_string(folder.join("script")).expect("a script");
    for line in text.lines() {
        follow(line, &mut script);
    }
    *SCRIPT.lock().expect("not poisoned") = Some(script);
    SEEN.set(seen(&folder)).expect("set once");
}

/// Writes what was seen for the test that set the stage.
pub(crate) fn tell(what: &str) {
    if let Some(mut file) = SEEN.get() {
        writeln!(file, "{what}").expect("the folder of the stage can be written");
    }
}

fn seen(folder: &Path) -> File {
    let mut file = File::options();
    file.create(true).append(true);
    file.open(folder.join("seen")).expect("a file to write to")
}

fn follow(line: &str, script: &mut Script) {
    match line.split_once(' ').expect("two words") {
        ("session", "graphic") => set_session(0x0010),
        ("session", "remote") => set_session(0x1010),
        ("session", "none") => set_session(0),
        ("enrolled", whose) => script.state = Some(whose.to_owned().leak().as_bytes()),
        ("ready", word) => script.can_evaluate = Err(Some(error(word))),
        ("dialog", word) => plan([answer(word)]),
        _ => panic!("the stage does not understand {line:?}"),
    }
}

fn answer(word: &str) -> Answers {
    match word {
        "yes" => Answers::Elsewhere(true, None),
        "silence" => Answers::Nothing,
        "enrols-and-yes" => Answers::EnrolsThenYes,
        word => Answers::Elsewhere(false, Some(error(word))),
    }
}

fn no(code: isize) -> Answers {
    Answers::Elsewhere(false, Some((DOMAIN, code)))
}

/// The codes of `LAError`.
fn error(word: &str) -> Error {
    let code = match word {
        "wrong" => -1,
        "cancel" => -2,
        "passphrase" => -3,
        "system-cancel" => -4,
        "no-sensor" => -6,
        "not-enrolled" => -7,
        "lockout" => -8,
        "not-interactive" => -1004,
        _ => panic!("the stage knows no answer {word:?}"),
    };
    (DOMAIN, code)
}

//! What holds after a run, whatever failed in it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    fault::{self, Fault, Faulty},
    made::Made,
    support::{Openpass, RIGHT, TestVault, changed, code, files},
};

pub(crate) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Runs `made` with `fault` on a vault of its own, and says what does not hold.
pub(crate) fn judge(made: Made, fault: &Fault) -> Result<(), String> {
    let vault = made.vault(fault.error);
    let before = files_of(&vault);
    let run = fault::with(|script| made.run(&vault, script), fault);
    if panics_elsewhere(made, &run) {
        return Ok(());
    }
    holds(made, &vault, &before, &run).map_err(|why| format!("{fault}: {why}"))
}

/// Says what does not hold after `run` of `made` on `vault`, whose files were `before`.
pub(crate) fn holds(
    made: Made,
    vault: &TestVault,
    before: &Files,
    run: &Faulty,
) -> Result<(), String> {
    let at_once = Seen::of(made, vault, before);
    let mut wrong = says_what_is(made, run, at_once);
    wrong.extend(shows_a_token(vault, run));
    let was_done = run.ended.signal().is_none() && run.ended.code() == code::DONE;
    wrong.extend(goes_on(made, vault, before, was_done));
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("{made}: {wrong:#?}\n{run:#?}"))
}

/// Whether it is randomness that fails for others: without it the standard library panics
/// in its hash maps, and the crate `age` where it seals a new identity.
fn panics_elsewhere(made: Made, run: &Faulty) -> bool {
    let is_theirs = |call: &String| made == Made::Init || !call.contains(", 0) ");
    let is = |call: &String| call.contains("getrandom") && is_theirs(call);
    run.failed.iter().any(is)
}

fn files_of(vault: &TestVault) -> Files {
    match vault.dir().exists() {
        true => files(vault.dir()),
        false => Files::new(),
    }
}

/// What became of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    Before,
    After,
    /// Some are new, and others are not.
    InPart,
}

impl Seen {
    fn of(made: Made, vault: &TestVault, before: &Files) -> Self {
        let mut seen = changed(before, &files_of(vault));
        seen.retain(|name| !name.contains(".openpass-guard-"));
        let config = fs::read_to_string(vault.path("config.yaml")).unwrap_or_default();
        if made.is_whole(&seen, &config) {
            return Self::After;
        }
        match seen.iter().all(|name| made.is_harmless(name)) {
            true => Self::Before,
            false => Self::InPart,
        }
    }
}

/// What the run says is so. One that was killed says nothing.
fn says_what_is(made: Made, run: &Faulty, seen: Seen) -> Vec<String> {
    let mut wrong = Vec::new();
    if run.ended.signal().is_some() {
        return wrong;
    }
    let (code, said) = (run.ended.code(), &run.ended.stderr);
    // Where stderr itself is what fails, nothing can be said on it.
    let is_mute = run.failed.iter().any(|call| call.contains("write(2<"));
    let mut must = |holds: bool, what: &str| {
        if !holds {
            wrong.push(format!("{what}: {seen:?}, exit code {code}"));
        }
    };
    must((0..=17).contains(&code), "the exit code is none of ours");
    must(!said.contains("panicked"), "it panicked");
    must(
        code == 0 || is_mute || said.contains("Error: "),
        "it says no error",
    );
    must(code != 0 || seen == made.done(), "it says done");
    let in_part = said.contains("only a part");
    must(
        seen != Seen::InPart || in_part,
        "a part of the files is new",
    );
    let nothing = said.contains("nothing was changed");
    must(
        !nothing || seen == Seen::Before,
        "it says that nothing was changed",
    );
    wrong
}

/// Whether a token that was written shows in what the run said.
fn shows_a_token(vault: &TestVault, run: &Faulty) -> Option<String> {
    let token = fs::read_to_string(vault.path("mcp-tokens/codex.token")).ok()?;
    let token = token.trim();
    let shows = !token.is_empty() && run.ended.stderr.contains(token);
    shows.then(|| "the token shows on stderr".to_owned())
}

/// The next commands work, the log is whole and says what is, and nothing is left over.
fn goes_on(made: Made, vault: &TestVault, before: &Files, was_done: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut run = |arguments: &str, wanted: i32| {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let next = Openpass::on(vault, &arguments).with_fd_3(RIGHT);
        let ended = next.without_a_terminal();
        if ended.code() != wanted {
            wrong.push(format!("{arguments:?} ends with {ended:#?}"));
        }
    };
    if made == Made::Init && !was_done {
        run("init --passphrase-fd 3", code::DONE);
    }
    run("guard status", code::DONE);
    let seen = Seen::of(made, vault, before);
    if made != Made::Init {
        run(
            "agent profile edit hermes --set canWrite=false --yes",
            code::DONE,
        );
    }
    run(made.next(), code::DONE);
    run("audit verify", code::DONE);
    if was_done && seen != made.done() {
        wrong.push(format!("what was done is taken back: {seen:?}"));
    }
    if seen == Seen::InPart {
        wrong.push("a part of the files stays new".to_owned());
    }
    let says_done = says_done(made, &vault.log());
    if made != Made::Init && says_done != (seen == Seen::After) {
        wrong.push(format!(
            "the log says done: {says_done}, and it is {seen:?}"
        ));
    }
    let left = left_over(vault.home());
    if !left.is_empty() {
        wrong.push(format!("left over: {left:?}"));
    }
    // The product commits and pushes what is not ignored.
    if fs::read(vault.path("guard/.gitignore")).ok().as_deref() != Some(b"*\n") {
        wrong.push("the guard's folder is not ignored".to_owned());
    }
    wrong
}

/// Whether the log says of the change that it is made.
fn says_done(made: Made, log: &[Value]) -> bool {
    let is_intent = |line: &&Value| line["event"]["event"] == "intent" && made.is_of(line);
    let Some(intent) = log.iter().find(is_intent) else {
        return false;
    };
    log.iter().any(|line| {
        line["digest"] == intent["digest"] && line["event"]["outcome"]["outcome"] == "done"
    })
}

/// The files that are neither the vault's nor the guard's own.
fn left_over(folder: &Path) -> Vec<PathBuf> {
    let mut left = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            left.extend(left_over(&path));
        }
        let is_unfinished = [".openpass-guard-", ".attempts-", ".tmp", "identity.age.old"]
            .iter()
            .any(|begin| name.starts_with(begin));
        let is_kept = folder.ends_with("guard/kept");
        if is_unfinished || is_kept || name.contains(".aside") || name.contains("damaged") {
            left.push(path);
        }
    }
    left
}

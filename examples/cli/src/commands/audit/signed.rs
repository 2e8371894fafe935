//! `openpass audit verify --keys`: what a stranger can say of the log.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use openpass_approval::read_key_set;
use openpass_auth::SafeText;
use openpass_vault::{BadSignature, GuardLog, Signatures, Vault};
use serde::Serialize;

use crate::{
    failure::{Code, Failure},
    output::{Output, counted},
};

/// Somewhat more than a key set has: what is longer is refused by its reader.
const MOST: u64 = 128 * 1024;

/// The result of verifying the approvers' signatures, for programs.
#[derive(Serialize)]
struct Signed {
    /// `hold` or `do-not-hold`.
    state: &'static str,
    signed: usize,
    unsigned: u64,
    problems: Vec<Wrong>,
    more_problems: u64,
}

#[derive(Serialize)]
struct Wrong {
    line: u64,
    when: String,
    problem: String,
}

impl Wrong {
    fn of(bad: &BadSignature) -> Self {
        Self {
            line: bad.seq,
            when: bad.when.clone(),
            problem: bad.problem.clone(),
        }
    }
}

/// Verifies by the public keys in `file`, and by nothing of the vault's but its log.
pub(super) fn run(vault: &Vault, file: &Path, output: &Output) -> Result<(), Failure> {
    let unusable = |problem: String| {
        let shown = SafeText::escape(&file.to_string_lossy());
        Failure::Usage(format!("{shown} cannot be used: {problem}"))
    };
    let json = bytes(file).map_err(|error| unusable(error.to_string()))?;
    let keys = read_key_set(&json).map_err(|error| unusable(error.to_string()))?;
    let found = GuardLog::of(vault).signatures(&keys)?;
    let signed = Signed {
        state: if found.hold() { "hold" } else { "do-not-hold" },
        signed: found.approvals.len(),
        unsigned: found.unsigned,
        problems: found.problems.iter().map(Wrong::of).collect(),
        more_problems: found.more_problems,
    };
    output.result(&signed, || text(&found))?;
    match found.hold() {
        true => Ok(()),
        false => Err(Failure::SaidAlready(Code::Broken)),
    }
}

fn bytes(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(MOST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text(found: &Signatures) -> String {
    let mut text = String::new();
    for problem in &found.problems {
        text.push_str(&format!("{problem}\n"));
    }
    if found.more_problems > 0 {
        text.push_str(&format!(
            "And {}.\n",
            counted(found.more_problems, "more signature")
        ));
    }
    let signed = counted(found.approvals.len(), "signature");
    let unsigned = counted(found.unsigned, "change");
    text.push_str(&match found.hold() {
        true => format!("Every signature holds: {signed}. Granted without one: {unsigned}.\n"),
        false => format!("{signed} of the log hold, but others do not.\n"),
    });
    text.push_str(
        "This does not say whether lines are missing, or say something else than what was \
         signed; `openpass audit verify` does, with the vault's own key.\n",
    );
    text
}
